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
    private RangeLock? _refused;

    public bool IsPipe => Tree.Share.IsPipes;

    /// <summary>
    /// What a client is told of a lock that it does not get: that it is not granted, and where it asks for the same one again, or far up in the file,
    /// that there is a conflict. Windows does so, and its clients slow down by it.
    /// </summary>
    public NtStatus Refuse(RangeLock range)
    {
        const ulong FarUp = 0xEF000000;
        lock (_gate)
        {
            bool isAgain = _refused is { } refused && refused.Owner == range.Owner && refused.Offset == range.Offset;
            _refused = range;
            return isAgain || range.Offset is >= FarUp and < 1UL << 63 ? NtStatus.FileLockConflict : NtStatus.LockNotGranted;
        }
    }
}
