using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.Server.Stores;

/// <summary>An open file or directory of a folder: what both have in common, and that is their names.</summary>
internal abstract class FolderNode : ISmbStoreNode
{
    private const int ClusterSize = 4096;

    private volatile bool _isGone;
    private volatile string _namePath;
    private volatile string _realPath;

    protected FolderNode(FolderContext context, in FolderLocation location)
    {
        Context = context;
        _namePath = location.NamePath;
        _realPath = location.RealPath;
        context.Add(this);
    }

    /// <summary>The local path of the name that it was opened by, perhaps a link. Changed under the lock of names.</summary>
    public string NamePath { get => _namePath; set => _namePath = value; }

    /// <summary>The local path of the file itself. Changed under the lock of names.</summary>
    public string RealPath { get => _realPath; set => _realPath = value; }

    /// <summary>It has no name any more.</summary>
    public bool IsGone { get => _isGone; set => _isGone = value; }

    public bool IsLink => NamePath != RealPath;

    public bool IsRoot => RealPath == Context.Resolver.Root && !IsLink;

    public abstract bool IsDirectory { get; }

    protected FolderContext Context { get; }

    public abstract ValueTask<SmbStoreEntry> GetEntryAsync(CancellationToken cancellationToken);

    public abstract ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken);

    public abstract ValueTask<NtStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, CancellationToken cancellationToken);

    public abstract ValueTask<NtStatus> SetLengthAsync(long length, CancellationToken cancellationToken);

    public abstract ValueTask<NtStatus> SetTimesAsync(SmbStoreTimes times, FileAttributes? attributes, CancellationToken cancellationToken);

    public abstract ValueTask<NtStatus> FlushAsync(CancellationToken cancellationToken);

    public abstract ValueTask<IReadOnlyList<SmbStoreEntry>> ListAsync(CancellationToken cancellationToken);

    public ValueTask<NtStatus> RenameAsync(string path, bool replaceExisting, CancellationToken cancellationToken) =>
        new(Guarded(() => FolderRenaming.Rename(Context, this, path, replaceExisting)));

    public ValueTask<NtStatus> DeleteAsync(CancellationToken cancellationToken) => new(Guarded(() => FolderRenaming.Delete(Context, this)));

    public virtual ValueTask DisposeAsync()
    {
        Context.Remove(this);
        return default;
    }

    /// <summary>The name still leads to what is open; under the lock of names. May find a file under its new name when others have renamed it.</summary>
    public abstract NtStatus Confirm();

    /// <summary>Octets on the medium, as far as anyone can tell without asking for blocks.</summary>
    internal static long AllocationOf(long length) => (length + ClusterSize - 1) / ClusterSize * ClusterSize;

    /// <summary>The attributes that a client sees. Links are followed before it sees anything; a directory's ReadOnly means nothing to it.</summary>
    internal static FileAttributes Visible(FileAttributes attributes, string name)
    {
        bool isDirectory = (attributes & FileAttributes.Directory) != 0;
        FileAttributes hidden = FileAttributes.ReparsePoint | FileAttributes.Normal | FileAttributes.Device | (isDirectory ? FileAttributes.ReadOnly : 0);
        attributes &= ~hidden;
        if (!OperatingSystem.IsWindows() && name.StartsWith('.'))
        {
            attributes |= FileAttributes.Hidden;
        }

        return attributes == 0 ? FileAttributes.Normal : attributes;
    }

    protected static NtStatus Guarded(Func<NtStatus> change)
    {
        try
        {
            return change();
        }
        catch (Exception e) when (IoStatus.TryGet(e, out NtStatus status))
        {
            return status;
        }
    }

    protected string NameForEntry() => IsRoot ? "" : Path.GetFileName(NamePath);

    protected ulong FileId() => Context.Ids.Of(RealPath);
}
