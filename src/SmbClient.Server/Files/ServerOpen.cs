using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb2;

namespace SmbClient.Server.Files;

/// <summary>
/// What a client has open: a file, a directory or a pipe. Checks the rights it was opened with, ranges that others have locked, and every length.
/// What a kind of object cannot do it refuses with <see cref="NtStatus.InvalidDeviceRequest"/>. Any number of calls may run side by side;
/// <see cref="CloseAsync"/> waits for none of them, but cancels those that wait for others.
/// </summary>
internal abstract class ServerOpen
{
    /// <summary>Below the share, with backslashes; changes when the file is renamed.</summary>
    public abstract string Path { get; }

    /// <summary>The rights that were asked for and granted, without generic ones.</summary>
    public abstract AccessMask GrantedAccess { get; }

    public abstract bool IsDirectory { get; }

    /// <summary>What is known of it now; null for a pipe.</summary>
    public virtual ValueTask<SmbStoreEntry?> GetEntryAsync(CancellationToken cancellationToken) => new((SmbStoreEntry?)null);

    /// <summary>Reads up to the end of the file: <see cref="NtStatus.EndOfFile"/> where nothing is there (and something was wanted).</summary>
    /// <param name="offset">Octets from the start of the file.</param>
    /// <param name="destination">As many octets as are wanted.</param>
    /// <param name="owner">The PID of SMB1, whose own locks do not stop it; 0 for SMB2.</param>
    /// <param name="cancellationToken">The client cancelled or has left.</param>
    public virtual ValueTask<(NtStatus Status, int Count)> ReadAsync(long offset, Memory<byte> destination, uint owner, CancellationToken cancellationToken) =>
        new((NtStatus.InvalidDeviceRequest, 0));

    /// <summary>Writes all of <paramref name="source"/>, or nothing.</summary>
    public virtual ValueTask<NtStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, bool writeThrough, uint owner, CancellationToken cancellationToken) =>
        new(NtStatus.InvalidDeviceRequest);

    public virtual ValueTask<NtStatus> FlushAsync(CancellationToken cancellationToken) => new(NtStatus.InvalidDeviceRequest);

    /// <summary>Locks all of the ranges or none; where <paramref name="wait"/> is set, until they are free or it is cancelled (<see cref="NtStatus.Cancelled"/>).</summary>
    public virtual ValueTask<NtStatus> LockAsync(IReadOnlyList<RangeLock> ranges, bool wait, CancellationToken cancellationToken) =>
        new(NtStatus.InvalidDeviceRequest);

    /// <summary>Unlocks ranges that this open has locked, each as it was locked; stops at the first that it has not.</summary>
    public virtual NtStatus Unlock(IReadOnlyList<RangeLock> ranges) => NtStatus.InvalidDeviceRequest;

    /// <summary>Information on the file, [MS-FSCC] 2.4.</summary>
    public virtual ValueTask<QueryOutcome> QueryInformationAsync(FileInformationClass informationClass, int maxOutput, CancellationToken cancellationToken) =>
        new(new QueryOutcome(NtStatus.InvalidDeviceRequest));

    /// <summary>Changes the file, [MS-FSCC] 2.4: basic, rename, disposition, allocation, end of file, position, mode.</summary>
    public virtual ValueTask<NtStatus> SetInformationAsync(FileInformationClass informationClass, ReadOnlyMemory<byte> input, CancellationToken cancellationToken) =>
        new(NtStatus.InvalidDeviceRequest);

    /// <summary>A security descriptor, [MS-DTYP] 2.4.6, with the parts that <paramref name="parts"/> (OWNER 1, GROUP 2, DACL 4) asks for.</summary>
    public virtual QueryOutcome QuerySecurity(uint parts, int maxOutput) => new(NtStatus.InvalidDeviceRequest);

    /// <summary>Renames the file; a path below the share.</summary>
    public virtual ValueTask<NtStatus> RenameAsync(string path, bool replaceExisting, CancellationToken cancellationToken) => new(NtStatus.InvalidDeviceRequest);

    /// <summary>The next entries of a directory that match, [MS-SMB2] 3.3.5.18; <see cref="NtStatus.NoMoreFiles"/> at the end.</summary>
    /// <param name="informationClass">How each is laid out.</param>
    /// <param name="pattern">May have wild cards, DOS ones too ([MS-FSCC] 2.1.4.4); counts in the first call and where <paramref name="restart"/> is set.</param>
    /// <param name="restart">From the beginning.</param>
    /// <param name="single">One entry at most.</param>
    /// <param name="maxOutput">Octets.</param>
    /// <param name="cancellationToken">The client cancelled or has left.</param>
    public virtual ValueTask<QueryOutcome> QueryDirectoryAsync(
        FileInformationClass informationClass, string pattern, bool restart, bool single, int maxOutput, CancellationToken cancellationToken) =>
        new(new QueryOutcome(NtStatus.InvalidDeviceRequest));

    /// <summary>
    /// The changes since the last call, once there are any: FILE_NOTIFY_INFORMATION. <see cref="NtStatus.NotifyEnumDir"/> where they do not fit,
    /// <see cref="NtStatus.NotifyCleanup"/> when the directory is closed, <see cref="NtStatus.Cancelled"/> when it is cancelled.
    /// </summary>
    public virtual ValueTask<QueryOutcome> WatchAsync(SmbChangeFilter filter, bool recursive, int maxOutput, CancellationToken cancellationToken) =>
        new(new QueryOutcome(NtStatus.InvalidParameter));

    /// <summary>A file system or pipe control that is not the dialect's own affair.</summary>
    public virtual ValueTask<QueryOutcome> ControlAsync(FsControlCode code, ReadOnlyMemory<byte> input, int maxOutput, CancellationToken cancellationToken) =>
        new(new QueryOutcome(NtStatus.InvalidDeviceRequest));

    /// <summary>Gives it up: its locks, its share mode, and the file itself if it was to be deleted on close. Once.</summary>
    public abstract ValueTask CloseAsync();
}
