using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace SmbClient.Server.Stores;

/// <summary>An open file of a folder. What it can, it does by the handle, which leads to the same file whatever becomes of its name.</summary>
internal sealed class FolderFileNode : FolderNode
{
    private const FileAttributes Settable = FileAttributes.ReadOnly | FileAttributes.Hidden | FileAttributes.System | FileAttributes.Archive
        | FileAttributes.Temporary | FileAttributes.Offline | FileAttributes.NotContentIndexed;

    private readonly SafeFileHandle _handle;

    public FolderFileNode(FolderContext context, in FolderLocation location, SafeFileHandle handle)
        : base(context, location)
    {
        _handle = handle;
    }

    public override bool IsDirectory => false;

    public override ValueTask<SmbStoreEntry> GetEntryAsync(CancellationToken cancellationToken)
    {
        try
        {
            string name = NameForEntry();
            long length = RandomAccess.GetLength(_handle);
            DateTime written = File.GetLastWriteTimeUtc(_handle);
            return new ValueTask<SmbStoreEntry>(Context.Marks.Apply(new SmbStoreEntry
            {
                Name = name,
                Length = length,
                AllocationSize = AllocationOf(length),
                Attributes = Visible(File.GetAttributes(_handle), name),
                CreationTime = File.GetCreationTimeUtc(_handle),
                LastAccessTime = File.GetLastAccessTimeUtc(_handle),
                LastWriteTime = written,
                ChangeTime = written,
                FileId = FileId(),
            }));
        }
        catch (ObjectDisposedException e)
        {
            return ValueTask.FromException<SmbStoreEntry>(Closed(e));
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            int total = 0;
            while (total < destination.Length)
            {
                int count = await RandomAccess.ReadAsync(_handle, destination[total..], offset + total, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                total += count;
            }

            return total;
        }
        catch (ObjectDisposedException e)
        {
            throw Closed(e);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<NtStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        if (offset < 0 || offset > long.MaxValue - source.Length)
        {
            return NtStatus.InvalidParameter;
        }

        try
        {
            await RandomAccess.WriteAsync(_handle, source, offset, cancellationToken).ConfigureAwait(false);
            return NtStatus.Success;
        }
        catch (Exception e) when (IoStatus.TryGet(e, out NtStatus status))
        {
            return status;
        }
    }

    public override ValueTask<NtStatus> SetLengthAsync(long length, CancellationToken cancellationToken)
    {
        if (length < 0)
        {
            return new ValueTask<NtStatus>(NtStatus.InvalidParameter);
        }

        return new ValueTask<NtStatus>(Guarded(() =>
        {
            RandomAccess.SetLength(_handle, length);
            return NtStatus.Success;
        }));
    }

    public override ValueTask<NtStatus> SetTimesAsync(SmbStoreTimes times, FileAttributes? attributes, CancellationToken cancellationToken) =>
        new(Guarded(() => SetTimes(times, attributes)));

    /// <summary>Takes the attributes of a new file, as far as it can.</summary>
    public void Adopt(FileAttributes attributes) => Guarded(() =>
    {
        Context.Marks.Begin(FileId(), attributes);
        return SetTimes(default, attributes);
    });

    public override async ValueTask<NtStatus> FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            // There is no asynchronous one, and it may take as long as the disk likes.
            await Task.Run(() => RandomAccess.FlushToDisk(_handle), CancellationToken.None).ConfigureAwait(false);
            return NtStatus.Success;
        }
        catch (Exception e) when (IoStatus.TryGet(e, out NtStatus status))
        {
            return status;
        }
    }

    public override ValueTask<IReadOnlyList<SmbStoreEntry>> ListAsync(CancellationToken cancellationToken) =>
        ValueTask.FromException<IReadOnlyList<SmbStoreEntry>>(new InvalidOperationException("A file has no entries."));

    public override NtStatus Confirm()
    {
        if (IsGone)
        {
            return NtStatus.FileDeleted;
        }

        string? path = OpenedPath.Of(_handle, RealPath);
        if (path?.Length == 0)
        {
            return NtStatus.FileDeleted;
        }

        if (path is not null && path != RealPath)
        {
            // Somebody else has renamed it. A link does not lead to it any more then, and is not it.
            if (IsLink || !Context.Resolver.IsInside(path))
            {
                return NtStatus.AccessDenied;
            }

            NamePath = RealPath = path;
        }

        string directory = Path.GetDirectoryName(NamePath)!;
        return Context.Resolver.IsStill(directory) && Context.Resolver.Entry(directory, Path.GetFileName(NamePath)).RealPath == RealPath
            ? NtStatus.Success
            : NtStatus.AccessDenied;
    }

    public override ValueTask DisposeAsync()
    {
        _handle.Dispose();
        return base.DisposeAsync();
    }

    private static IOException Closed(ObjectDisposedException inner) => new("The file is closed.", inner);

    private NtStatus SetTimes(SmbStoreTimes times, FileAttributes? attributes)
    {
        Context.Marks.Set(FileId(), attributes, times.CreationTime);

        // Elsewhere than on Windows and macOS nobody can set a creation time; .NET would set the time of the last write instead.
        if (times.CreationTime is { } created && FolderNameIndex.IgnoresCase)
        {
            File.SetCreationTimeUtc(_handle, created.UtcDateTime);
        }

        if (times.LastAccessTime is { } accessed)
        {
            File.SetLastAccessTimeUtc(_handle, accessed.UtcDateTime);
        }

        if (times.LastWriteTime is { } written)
        {
            File.SetLastWriteTimeUtc(_handle, written.UtcDateTime);
        }

        if (attributes is { } wanted)
        {
            SetAttributes(wanted);
        }

        return NtStatus.Success;
    }

    private void SetAttributes(FileAttributes wanted)
    {
        FileAttributes kept = OperatingSystem.IsWindows() ? Settable : FileAttributes.ReadOnly;
        FileAttributes current = File.GetAttributes(_handle);
        if ((current & kept) != (wanted & kept))
        {
            wanted &= kept;
            File.SetAttributes(_handle, wanted == 0 ? FileAttributes.Normal : wanted);
        }
    }
}
