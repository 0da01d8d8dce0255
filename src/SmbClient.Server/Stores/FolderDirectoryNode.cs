using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Enumeration;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.Server.Stores;

/// <summary>An open directory of a folder. Managed code has no handles of directories: it is its path, which is checked before and after each use.</summary>
internal sealed class FolderDirectoryNode : FolderNode
{
    private const FileAttributes Settable = FileAttributes.Hidden | FileAttributes.System | FileAttributes.Archive | FileAttributes.NotContentIndexed;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, ReturnSpecialDirectories = false };

    public FolderDirectoryNode(FolderContext context, in FolderLocation location)
        : base(context, location)
    {
    }

    public override bool IsDirectory => true;

    public override ValueTask<SmbStoreEntry> GetEntryAsync(CancellationToken cancellationToken)
    {
        Context.NamesLock.EnterReadLock();
        try
        {
            NtStatus status = Confirm();
            return status == NtStatus.Success
                ? new ValueTask<SmbStoreEntry>(Context.Marks.Apply(EntryOf(new DirectoryInfo(RealPath), NameForEntry(), FileId())))
                : ValueTask.FromException<SmbStoreEntry>(new DirectoryNotFoundException("The directory is gone."));
        }
        finally
        {
            Context.NamesLock.ExitReadLock();
        }
    }

    public override ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        ValueTask.FromException<int>(new InvalidOperationException("A directory has no content."));

    public override ValueTask<NtStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, CancellationToken cancellationToken) =>
        new(NtStatus.FileIsADirectory);

    public override ValueTask<NtStatus> SetLengthAsync(long length, CancellationToken cancellationToken) => new(NtStatus.FileIsADirectory);

    public override ValueTask<NtStatus> SetTimesAsync(SmbStoreTimes times, FileAttributes? attributes, CancellationToken cancellationToken) =>
        new(Guarded(() => SetTimes(times, attributes)));

    /// <summary>Takes the attributes of a new directory, as far as it can; under the lock of names.</summary>
    public void Adopt(FileAttributes attributes) => Guarded(() =>
    {
        Context.Marks.Begin(FileId(), attributes);
        return SetAttributes(attributes);
    });

    public override ValueTask<NtStatus> FlushAsync(CancellationToken cancellationToken) => new(NtStatus.Success);

    public override ValueTask<IReadOnlyList<SmbStoreEntry>> ListAsync(CancellationToken cancellationToken)
    {
        Context.NamesLock.EnterReadLock();
        try
        {
            string path = RealPath;
            if (Confirm() != NtStatus.Success)
            {
                throw new DirectoryNotFoundException("The directory is gone.");
            }

            List<SmbStoreEntry> entries = List(path, FileId());

            // Had it become a link while it was read, the entries could be those of another directory.
            return Confirm() == NtStatus.Success
                ? new ValueTask<IReadOnlyList<SmbStoreEntry>>(entries)
                : throw new DirectoryNotFoundException("The directory is gone.");
        }
        finally
        {
            Context.NamesLock.ExitReadLock();
        }
    }

    public override NtStatus Confirm()
    {
        if (IsGone)
        {
            return NtStatus.FileDeleted;
        }

        if (!Context.Resolver.IsStill(RealPath) || !Directory.Exists(RealPath))
        {
            return NtStatus.FileDeleted;
        }

        return !IsLink || Context.Resolver.Entry(Path.GetDirectoryName(NamePath)!, Path.GetFileName(NamePath)).RealPath == RealPath
            ? NtStatus.Success
            : NtStatus.FileDeleted;
    }

    private static SmbStoreEntry EntryOf(FileSystemInfo info, string name, ulong id)
    {
        long length = info is FileInfo file ? file.Length : 0;
        DateTime written = info.LastWriteTimeUtc;
        return new SmbStoreEntry
        {
            Name = name,
            Length = length,
            AllocationSize = AllocationOf(length),
            Attributes = Visible(info.Attributes, name),
            CreationTime = info.CreationTimeUtc,
            LastAccessTime = info.LastAccessTimeUtc,
            LastWriteTime = written,
            ChangeTime = written,
            FileId = id,
        };
    }

    private static SmbStoreEntry EntryOf(ref FileSystemEntry entry, string name, ulong id)
    {
        long length = entry.IsDirectory ? 0 : entry.Length;
        DateTimeOffset written = entry.LastWriteTimeUtc;
        return new SmbStoreEntry
        {
            Name = name,
            Length = length,
            AllocationSize = AllocationOf(length),
            Attributes = Visible(entry.Attributes, name),
            CreationTime = entry.CreationTimeUtc,
            LastAccessTime = entry.LastAccessTimeUtc,
            LastWriteTime = written,
            ChangeTime = written,
            FileId = id,
        };
    }

    private List<SmbStoreEntry> List(string path, ulong id)
    {
        var entries = new List<SmbStoreEntry>();
        foreach (SmbStoreEntry? entry in new FileSystemEnumerable<SmbStoreEntry?>(path, (ref FileSystemEntry e) => Transform(ref e, path, id), Everything))
        {
            if (entry is not null)
            {
                entries.Add(Context.Marks.Apply(entry));
            }
        }

        return entries;
    }

    /// <summary>Null for what nobody can open: names that a client cannot say, and links that lead outside or nowhere.</summary>
    private SmbStoreEntry? Transform(ref FileSystemEntry entry, string path, ulong id)
    {
        string name = entry.FileName.ToString();
        if (!FolderNames.IsValid(name))
        {
            return null;
        }

        if ((entry.Attributes & FileAttributes.ReparsePoint) == 0)
        {
            return EntryOf(ref entry, name, Context.Ids.Of(id, name));
        }

        FolderLocation target = Context.Resolver.Entry(path, name);
        return target.Target switch
        {
            FolderTarget.Directory => EntryOf(new DirectoryInfo(target.RealPath), name, Context.Ids.Of(target.RealPath)),
            FolderTarget.File => EntryOf(new FileInfo(target.RealPath), name, Context.Ids.Of(target.RealPath)),
            _ => null,
        };
    }

    private NtStatus SetTimes(SmbStoreTimes times, FileAttributes? attributes)
    {
        Context.NamesLock.EnterReadLock();
        try
        {
            NtStatus status = Confirm();
            if (status != NtStatus.Success)
            {
                return status;
            }

            Context.Marks.Set(FileId(), attributes, times.CreationTime);

            // As for files, only some systems can set a creation time.
            if (times.CreationTime is { } created && FolderNameIndex.IgnoresCase)
            {
                Directory.SetCreationTimeUtc(RealPath, created.UtcDateTime);
            }

            if (times.LastAccessTime is { } accessed)
            {
                Directory.SetLastAccessTimeUtc(RealPath, accessed.UtcDateTime);
            }

            if (times.LastWriteTime is { } written)
            {
                Directory.SetLastWriteTimeUtc(RealPath, written.UtcDateTime);
            }

            return SetAttributes(attributes);
        }
        finally
        {
            Context.NamesLock.ExitReadLock();
        }
    }

    private NtStatus SetAttributes(FileAttributes? attributes)
    {
        if (attributes is { } wanted && OperatingSystem.IsWindows())
        {
            File.SetAttributes(RealPath, (File.GetAttributes(RealPath) & ~Settable) | (wanted & Settable));
        }

        return NtStatus.Success;
    }
}
