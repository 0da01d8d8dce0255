using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.Server;

/// <summary>
/// Where a share keeps its files: a folder, memory, or whatever a program makes of it. A store only keeps things; who may open what at the same
/// time, byte-range locks, deletion on close, patterns and information classes are the server's.
/// </summary>
/// <remarks>
/// Safe for any number of threads. Paths are below the share's root, with backslashes between names, empty for the root itself; the server has
/// refused empty names, dots, colons, wild cards and control characters before it asks. Names compare without case. What is refused comes back as a status;
/// an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> that escapes is logged and answered with a status too.
/// </remarks>
public interface ISmbFileStore
{
    /// <summary>What clients are told of the volume.</summary>
    SmbStoreVolume Volume { get; }

    /// <summary>How much room there is.</summary>
    ValueTask<SmbStoreSpace> GetSpaceAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Opens what is there. <see cref="NtStatus.ObjectNameNotFound"/> where the last name is missing, <see cref="NtStatus.ObjectPathNotFound"/> where
    /// one before it is, or is no directory.
    /// </summary>
    /// <param name="path">The file or directory.</param>
    /// <param name="forWriting">True where its content will be written; a directory is opened either way.</param>
    /// <param name="cancellationToken">The client has left, or cancelled.</param>
    ValueTask<SmbStoreResult> OpenAsync(string path, bool forWriting, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a file, empty and open for writing, or a directory. <see cref="NtStatus.ObjectNameCollision"/> where there is one of that name,
    /// <see cref="NtStatus.ObjectPathNotFound"/> where its parent is missing. Of two at the same time one succeeds.
    /// </summary>
    ValueTask<SmbStoreResult> CreateAsync(string path, bool isDirectory, FileAttributes attributes, CancellationToken cancellationToken);

    /// <summary>
    /// Tells of every change in a directory until the result is disposed, whoever makes it. Paths are relative to the directory. The store calls from
    /// any thread, one call at a time, and must not be kept waiting. A call with <see langword="null"/> says that changes were lost.
    /// </summary>
    IDisposable Watch(string directory, bool recursive, Action<SmbStoreChange?> onChange);
}
