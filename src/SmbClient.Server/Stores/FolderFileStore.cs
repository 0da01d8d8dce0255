using System;
using System.Buffers.Binary;
using System.IO;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using SmbClient.Server.Stores;

namespace SmbClient.Server;

/// <summary>
/// Keeps the files of a share in a local folder, and never leads out of it: links are followed by the store itself, and one that leads outside, nowhere
/// or in circles is as if it were not there. Names compare without case and keep the spelling they were made with.
/// </summary>
/// <remarks>
/// <para>Clients cannot change what a path means while it is opened. Other programs on this machine can, by putting a link where a directory was. Files
/// are therefore opened first, and on Linux the system is then asked where what was opened is, before anything is done with it; elsewhere the
/// path is walked again. What remains for a program that may write to the folder, in the moment between a check and its use: an empty file or directory
/// made, a name changed or deleted, or a directory listed once, outside; and on other systems than Linux a file opened. The folder's own
/// path is resolved once, here.</para>
/// <para>Hard links are files. Pipes, sockets and devices are not opened. Names that a client cannot say are not listed. File numbers are a hash of the path, and stay through renames that
/// clients make; those that others make change them. On Unix ReadOnly is a missing write bit, and a leading dot makes a file Hidden; other DOS attributes, and
/// creation times that clients set, are kept in memory, as long as the store is.</para>
/// </remarks>
public sealed class FolderFileStore : ISmbFileStore
{
    private const int MaxLabel = 32;
    private const int Attempts = 3;

    private readonly FolderContext _context;

    /// <summary>A store of everything in a folder.</summary>
    /// <param name="folder">Is there, and is a directory; links in its own path are followed, once.</param>
    /// <exception cref="DirectoryNotFoundException">It is not.</exception>
    public FolderFileStore(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string path = Path.GetFullPath(folder);
        string? root = LocalLinks.Canonical(path);
        if (root is null || !Directory.Exists(root))
        {
            throw new DirectoryNotFoundException($"There is no directory '{path}'.");
        }

        Folder = root;
        _context = new FolderContext(root, TimeProvider.System);
        string name = Path.GetFileName(root);
        Volume = new SmbStoreVolume
        {
            Label = name.Length > MaxLabel ? name[..MaxLabel] : name,
            SerialNumber = BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(root))),
            CreationTime = Directory.GetCreationTimeUtc(root),
        };
    }

    /// <summary>The folder, as an absolute path without links.</summary>
    public string Folder { get; }

    /// <inheritdoc/>
    public SmbStoreVolume Volume { get; }

    /// <summary>Called with a path that was checked, before it is opened: where a test puts a link there.</summary>
    internal Action<string>? Checked { get; set; }

    /// <inheritdoc/>
    public ValueTask<SmbStoreSpace> GetSpaceAsync(CancellationToken cancellationToken)
    {
        var drive = new DriveInfo(Folder);
        return new ValueTask<SmbStoreSpace>(new SmbStoreSpace(drive.TotalSize, drive.AvailableFreeSpace));
    }

    /// <inheritdoc/>
    public ValueTask<SmbStoreResult> OpenAsync(string path, bool forWriting, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        _context.NamesLock.EnterReadLock();
        try
        {
            return new ValueTask<SmbStoreResult>(Open(path, forWriting));
        }
        catch (Exception e) when (IoStatus.TryGet(e, out NtStatus status))
        {
            return new ValueTask<SmbStoreResult>(SmbStoreResult.Refused(status));
        }
        finally
        {
            _context.NamesLock.ExitReadLock();
        }
    }

    /// <inheritdoc/>
    public ValueTask<SmbStoreResult> CreateAsync(string path, bool isDirectory, FileAttributes attributes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        _context.NamesLock.EnterWriteLock();
        try
        {
            return new ValueTask<SmbStoreResult>(Create(path, isDirectory, attributes));
        }
        catch (Exception e) when (IoStatus.TryGet(e, out NtStatus status))
        {
            return new ValueTask<SmbStoreResult>(SmbStoreResult.Refused(status));
        }
        finally
        {
            _context.NamesLock.ExitWriteLock();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    /// <exception cref="IOException">The system watches no more directories.</exception>
    public IDisposable Watch(string directory, bool recursive, Action<SmbStoreChange?> onChange)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(onChange);
        _context.NamesLock.EnterReadLock();
        try
        {
            FolderLocation found = _context.Resolver.Find(directory);
            return found.Status == NtStatus.Success && found.Target == FolderTarget.Directory
                ? new FolderWatcher(found.RealPath, recursive, onChange)
                : throw new DirectoryNotFoundException("There is no such directory.");
        }
        finally
        {
            _context.NamesLock.ExitReadLock();
        }
    }

    private SmbStoreResult Open(string path, bool forWriting)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            FolderLocation found = _context.Resolver.Find(path);
            if (found.Status != NtStatus.Success)
            {
                return SmbStoreResult.Refused(found.Status);
            }

            if (found.Target is FolderTarget.Missing or FolderTarget.Unusable)
            {
                return SmbStoreResult.Refused(NtStatus.ObjectNameNotFound);
            }

            if (found.Target == FolderTarget.Directory)
            {
                return SmbStoreResult.Opened(new FolderDirectoryNode(_context, found));
            }

            if (!LocalFileKind.IsRegular(found.RealPath))
            {
                return SmbStoreResult.Refused(NtStatus.AccessDenied);
            }

            if (OpenChecked(found, FileMode.Open, forWriting ? FileAccess.ReadWrite : FileAccess.Read) is { } handle)
            {
                return SmbStoreResult.Opened(new FolderFileNode(_context, found, handle));
            }
        }

        return SmbStoreResult.Refused(NtStatus.ObjectNameNotFound);
    }

    private SmbStoreResult Create(string path, bool isDirectory, FileAttributes attributes)
    {
        FolderLocation found = _context.Resolver.Find(path);
        NtStatus status = found.Status != NtStatus.Success ? found.Status : found.Target switch
        {
            FolderTarget.Missing => NtStatus.Success,
            FolderTarget.Unusable => NtStatus.AccessDenied,
            _ => NtStatus.ObjectNameCollision,
        };

        if (status != NtStatus.Success)
        {
            return SmbStoreResult.Refused(status);
        }

        string directory = Path.GetDirectoryName(found.NamePath)!;
        bool wasKnown = _context.Names.IsKnown(directory);
        SmbStoreResult result = isDirectory ? CreateDirectory(found, attributes) : CreateFile(found, attributes);
        _context.Names.Changed(directory, null, Path.GetFileName(found.NamePath), wasKnown && result.Status == NtStatus.Success);
        return result;
    }

    private SmbStoreResult CreateFile(in FolderLocation location, FileAttributes attributes)
    {
        if (OpenChecked(location, FileMode.CreateNew, FileAccess.ReadWrite) is not { } handle)
        {
            return SmbStoreResult.Refused(NtStatus.AccessDenied);
        }

        var node = new FolderFileNode(_context, location, handle);
        node.Adopt(attributes);
        return SmbStoreResult.Opened(node);
    }

    private SmbStoreResult CreateDirectory(in FolderLocation location, FileAttributes attributes)
    {
        Checked?.Invoke(location.RealPath);
        Directory.CreateDirectory(location.RealPath);
        if (!_context.Resolver.IsStill(location.RealPath))
        {
            return SmbStoreResult.Refused(NtStatus.AccessDenied);
        }

        var node = new FolderDirectoryNode(_context, location);
        node.Adopt(attributes);
        return SmbStoreResult.Opened(node);
    }

    /// <summary>Opens a file, and then makes sure that it is the one that was meant; null where it is not.</summary>
    private SafeFileHandle? OpenChecked(in FolderLocation location, FileMode mode, FileAccess access)
    {
        Checked?.Invoke(location.RealPath);
        SafeFileHandle handle = File.OpenHandle(
            location.RealPath, mode, access, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
        string? path = OpenedPath.Of(handle, location.RealPath);
        if (path is null ? _context.Resolver.IsStill(location.RealPath) : path == location.RealPath)
        {
            return handle;
        }

        handle.Dispose();
        return null;
    }
}
