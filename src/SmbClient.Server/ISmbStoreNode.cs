using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.Server;

/// <summary>
/// A file or directory that a store has opened. It stays the same one when it is renamed. Reads and writes may run side by side; disposing it closes it.
/// </summary>
public interface ISmbStoreNode : IAsyncDisposable
{
    /// <summary>What the store knows of it now.</summary>
    ValueTask<SmbStoreEntry> GetEntryAsync(CancellationToken cancellationToken);

    /// <summary>Reads from an offset, in octets; fewer than wanted only at the end of the file, 0 beyond it.</summary>
    ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>Writes at an offset, in octets, all of <paramref name="source"/>; what lies between the end of the file and the offset becomes zeros.</summary>
    ValueTask<NtStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, CancellationToken cancellationToken);

    /// <summary>Cuts the file, or extends it with zeros.</summary>
    ValueTask<NtStatus> SetLengthAsync(long length, CancellationToken cancellationToken);

    /// <summary>Changes times and attributes; null leaves one as it is.</summary>
    ValueTask<NtStatus> SetTimesAsync(SmbStoreTimes times, FileAttributes? attributes, CancellationToken cancellationToken);

    /// <summary>Returns when what was written is safe.</summary>
    ValueTask<NtStatus> FlushAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Gives it another path in the same store. <see cref="NtStatus.ObjectNameCollision"/> where there is something that may not be replaced;
    /// a directory is never replaced (<see cref="NtStatus.AccessDenied"/> to those who wanted to). A change of case only is no collision.
    /// </summary>
    ValueTask<NtStatus> RenameAsync(string path, bool replaceExisting, CancellationToken cancellationToken);

    /// <summary>Takes it out of its directory. <see cref="NtStatus.DirectoryNotEmpty"/> for a directory with entries.</summary>
    ValueTask<NtStatus> DeleteAsync(CancellationToken cancellationToken);

    /// <summary>The entries of a directory, without <c>.</c> and <c>..</c>, in any order; <see cref="NtStatus"/> of a file is an error of the server's.</summary>
    ValueTask<IReadOnlyList<SmbStoreEntry>> ListAsync(CancellationToken cancellationToken);
}
