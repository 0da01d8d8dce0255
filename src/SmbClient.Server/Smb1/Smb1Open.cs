using System.Collections.Generic;
using System.Threading;
using SmbClient.Server.Files;

namespace SmbClient.Server.Smb1;

/// <summary>What a FID stands for, [MS-CIFS] 3.3.1.7.</summary>
/// <param name="Fid">Its number on the connection.</param>
/// <param name="Tree">Where it was opened, and by whom.</param>
/// <param name="Pid">The client's process that opened it.</param>
/// <param name="Target">The file, directory or pipe.</param>
internal sealed record Smb1Open(ushort Fid, Smb1TreeConnect Tree, ushort Pid, ServerOpen Target)
{
    private readonly Lock _gate = new();
    private ulong? _refusedOffset;

    public bool IsPipe => Tree.Share.IsPipes;

    /// <summary>
    /// What a client is told of a lock that it does not get: that it is not granted, and where it asks for one there again, for several at once,
    /// or far up in the file, that there is a conflict. Windows does so, and its clients slow down by it.
    /// </summary>
    public NtStatus Refuse(IReadOnlyList<RangeLock> ranges)
    {
        const ulong FarUp = 0xEF000000;
        lock (_gate)
        {
            ulong offset = ranges[0].Offset;
            bool isAgain = _refusedOffset == offset;
            _refusedOffset = offset;
            return isAgain || ranges.Count > 1 || offset is >= FarUp and < 1UL << 63 ? NtStatus.FileLockConflict : NtStatus.LockNotGranted;
        }
    }
}
