using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Dialects;

namespace SmbClient;

/// <summary>
/// A share that the user is connected to. Paths are below the share, with backslashes or slashes, a leading one or none; or whole UNC paths and
/// <c>smb://</c> addresses that lead into this share. Safe for any number of threads.
/// </summary>
/// <remarks>Every method throws <see cref="SmbStatusException"/> when the server refuses, and <see cref="SmbConnectionClosedException"/> when the wire is gone.</remarks>
public sealed class SmbShare : IAsyncDisposable
{
    private readonly ShareOrigin _origin;
    private readonly ClientTreeConnect _treeConnect;
    private int _disposed;

    internal SmbShare(ShareOrigin origin, ClientTreeConnect treeConnect)
    {
        _origin = origin;
        _treeConnect = treeConnect;
    }

    /// <summary>The share's name.</summary>
    public string Name => _treeConnect.ShareName;

    /// <summary>The server's name.</summary>
    public string ServerName => _treeConnect.Connection.ServerName;

    /// <summary>The access rights that this user has at most ([MS-DTYP] 2.4.3), or null where the server did not say.</summary>
    public uint? MaximalAccess => _treeConnect.MaximalShareAccessRights;

    /// <summary>True when every message about this share is sealed.</summary>
    public bool IsEncrypted => _treeConnect.EncryptData || _treeConnect.Session.IsEncrypted;

    private ClientTree Tree
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            return _treeConnect.Tree;
        }
    }

    /// <summary>Opens or creates a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">Whether it must exist, must not exist, or is made anew.</param>
    /// <param name="access">What will be done with it.</param>
    /// <param name="share">What others may do meanwhile; null for <see cref="FileShare.Read"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; a handle that comes too late is closed.</param>
    public Task<SmbFile> OpenFileAsync(string path, FileMode mode = FileMode.Open, FileAccess access = FileAccess.Read, FileShare? share = null, CancellationToken cancellationToken = default) =>
        OpenFileAsync(path, new SmbOpenOptions { Mode = mode, Access = access, Share = share ?? FileShare.Read }, cancellationToken);

    /// <summary>Opens or creates a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Gives up waiting; a handle that comes too late is closed.</param>
    /// <exception cref="NotSupportedException">The connection speaks SMB1, which has no such snapshots.</exception>
    public async Task<SmbFile> OpenFileAsync(string path, SmbOpenOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        CreateParameters parameters = FileOpenRules.Translate(Normalize(path), options);
        ClientOpen open = await Tree.CreateAsync(parameters, cancellationToken).ConfigureAwait(false);
        SmbFile file = new(open, _origin);
        if (options.Mode == FileMode.Append)
        {
            file.AppendFromEnd();
        }

        return file;
    }

    /// <summary>Opens a file for reading; null where it does not exist.</summary>
    /// <inheritdoc cref="OpenFileAsync(string, FileMode, FileAccess, FileShare?, CancellationToken)"/>
    public async Task<SmbFile?> TryOpenFileAsync(string path, FileAccess access = FileAccess.Read, FileShare? share = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await OpenFileAsync(path, FileMode.Open, access, share, cancellationToken).ConfigureAwait(false);
        }
        catch (SmbStatusException e) when (IsAbsence(e.Status))
        {
            return null;
        }
    }

    /// <summary>Creates a file for reading and writing, or empties the one that is there.</summary>
    public Task<SmbFile> CreateFileAsync(string path, CancellationToken cancellationToken = default) =>
        OpenFileAsync(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, cancellationToken);

    /// <summary>Reads a whole file; a small one takes one round trip with SMB2, two with SMB1.</summary>
    /// <exception cref="IOException">The file is larger than an array can be.</exception>
    public async Task<byte[]> ReadAllBytesAsync(string path, CancellationToken cancellationToken = default)
    {
        int size = Math.Min(Tree.MaxReadSize, 65536);
        byte[] first = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            return await ReadAllBytesAsync(path, first.AsMemory(0, size), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(first);
        }
    }

    /// <summary>Writes a whole file, in place of the one that is there; a small one takes one round trip with SMB2.</summary>
    public async Task WriteAllBytesAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        CreateParameters parameters = FileOpenRules.Translate(Normalize(path), FileMode.Create, FileAccess.Write, FileShare.None);
        int written = await Tree.OpenAndWriteAsync(parameters, content, cancellationToken).ConfigureAwait(false);
        if (written > 0 && written == content.Length)
        {
            return;
        }

        SmbFile file = await OpenFileAsync(path, FileMode.Create, FileAccess.Write, FileShare.None, cancellationToken).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            await file.WriteAsync(content, 0, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The entries of a directory as the server hands them out, without <c>.</c> and <c>..</c>.</summary>
    /// <param name="directory">The directory; empty for the share's root.</param>
    /// <param name="pattern">Which names: <c>*</c> and <c>?</c> are wild cards of the server.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<SmbDirectoryEntry> EnumerateAsync(string directory = "", string pattern = "*", CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        if (pattern.IndexOfAny(['\\', '/', '\0']) >= 0)
        {
            throw new ArgumentException($"The pattern '{pattern}' names a directory: give that as the first argument.", nameof(pattern));
        }

        return Tree.QueryDirectoryAsync(Normalize(directory), pattern, cancellationToken);
    }

    /// <summary>
    /// The changes in a directory, from the first one that is asked for until the enumeration is left or cancelled. SMB 2.0.2 or later.
    /// </summary>
    /// <param name="directory">The directory; empty for the share's root.</param>
    /// <param name="filter">Which changes.</param>
    /// <param name="recursive">Whether changes in its subdirectories count too.</param>
    /// <param name="cancellationToken">Ends watching.</param>
    /// <exception cref="NotSupportedException">The connection speaks SMB1.</exception>
    public IAsyncEnumerable<SmbDirectoryChange> WatchAsync(
        string directory = "", SmbChangeFilter filter = SmbChangeFilter.Default, bool recursive = false, CancellationToken cancellationToken = default) =>
        Tree.WatchAsync(Normalize(directory), filter, recursive, cancellationToken);

    /// <summary>What the server says about a file or directory.</summary>
    public async Task<SmbFileInfo> GetInfoAsync(string path, CancellationToken cancellationToken = default)
    {
        string normalized = Normalize(path);
        return new SmbFileInfo(normalized, await Tree.QueryPathAsync(normalized, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>What the server says about a file or directory; null where there is none.</summary>
    public async Task<SmbFileInfo?> TryGetInfoAsync(string path, CancellationToken cancellationToken = default)
    {
        try
        {
            return await GetInfoAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (SmbStatusException e) when (IsAbsence(e.Status))
        {
            return null;
        }
    }

    /// <summary>True where a file or directory of that name exists.</summary>
    public async Task<bool> ExistsAsync(string path, CancellationToken cancellationToken = default) =>
        await TryGetInfoAsync(path, cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Changes times or attributes.</summary>
    public Task SetInfoAsync(string path, SmbFileChanges changes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(changes);
        return Tree.SetPathInfoAsync(Normalize(path), FileOpenRules.Translate(changes), cancellationToken);
    }

    /// <summary>Deletes a file.</summary>
    public Task DeleteFileAsync(string path, CancellationToken cancellationToken = default) =>
        Tree.DeleteFileAsync(Normalize(path), cancellationToken);

    /// <summary>Renames or moves a file or directory within the share.</summary>
    /// <param name="source">What.</param>
    /// <param name="target">The new path, from the share's root.</param>
    /// <param name="replaceExisting">Whether a file that has the new name goes; else <see cref="NtStatus.ObjectNameCollision"/> is the answer.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task RenameAsync(string source, string target, bool replaceExisting = false, CancellationToken cancellationToken = default) =>
        Tree.RenameAsync(Normalize(source), Normalize(target), replaceExisting, cancellationToken);

    /// <summary>Creates a directory, whose parent must exist.</summary>
    public Task CreateDirectoryAsync(string path, CancellationToken cancellationToken = default) =>
        Tree.CreateDirectoryAsync(Normalize(path), cancellationToken);

    /// <summary>Deletes an empty directory.</summary>
    public Task DeleteDirectoryAsync(string path, CancellationToken cancellationToken = default) =>
        Tree.DeleteDirectoryAsync(Normalize(path), cancellationToken);

    /// <summary>Size, free space and kind of the volume behind the share.</summary>
    public Task<SmbVolumeInfo> GetVolumeInfoAsync(CancellationToken cancellationToken = default) => Tree.QueryVolumeAsync(cancellationToken);

    /// <summary>Lets go of the share; the last holder disconnects from it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await TreeConnects.ReleaseAsync(_origin.Table.Gate, _treeConnect).ConfigureAwait(false);
        }
    }

    /// <summary>The path below this share, however it is written; throws <see cref="ArgumentException"/> for one that leads elsewhere.</summary>
    private string Normalize(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!SmbPath.IsWhole(path))
        {
            return SmbPath.NormalizeRelative(path);
        }

        SmbPath whole = SmbPath.Parse(path);
        return string.Equals(whole.Server, ServerName, StringComparison.OrdinalIgnoreCase) && string.Equals(whole.Share, Name, StringComparison.OrdinalIgnoreCase)
            ? whole.Path
            : throw new ArgumentException($@"'{path}' does not lead into \\{ServerName}\{Name}.", nameof(path));
    }

    /// <param name="path">The file.</param>
    /// <param name="first">Room for the first read, which comes with the opening.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async Task<byte[]> ReadAllBytesAsync(string path, Memory<byte> first, CancellationToken cancellationToken)
    {
        CreateParameters parameters = FileOpenRules.Translate(Normalize(path), FileMode.Open, FileAccess.Read, FileShare.Read);
        FirstRead start = await Tree.OpenAndReadAsync(parameters, first, cancellationToken).ConfigureAwait(false);
        if (start.Open is null && start.Count >= start.EndOfFile)
        {
            return first.Slice(0, start.Count).ToArray();
        }

        // What was closed again has to be read anew from its beginning: it may be another file by now.
        SmbFile file = start.Open is { } open
            ? new SmbFile(open, _origin)
            : await OpenFileAsync(path, cancellationToken: cancellationToken).ConfigureAwait(false);
        int count = start.Open is null ? 0 : start.Count;
        await using (file.ConfigureAwait(false))
        {
            if (file.Length > int.MaxValue)
            {
                throw new IOException($"'{path}' has {file.Length} octets: more than an array can hold. Open it and read it in parts.");
            }

            byte[] content = new byte[Math.Max(file.Length, count)];
            first.Slice(0, count).CopyTo(content);
            while (count < content.Length)
            {
                int read = await file.ReadAsync(content.AsMemory(count), count, cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    Array.Resize(ref content, count);
                }

                count += read;
            }

            return content;
        }
    }

    private static bool IsAbsence(NtStatus status) =>
        status is NtStatus.ObjectNameNotFound or NtStatus.ObjectPathNotFound or NtStatus.NoSuchFile;
}
