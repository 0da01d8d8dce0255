namespace SmbClient.Server.Files;

/// <summary>One range to lock or unlock.</summary>
/// <param name="Owner">Who locks within one open: the PID of SMB1, 0 for SMB2.</param>
/// <param name="Offset">Octets from the start of the file.</param>
/// <param name="Length">Octets; 0 is a lock too ([MS-FSA] 2.1.5.7).</param>
/// <param name="IsExclusive">Nobody else reads the range either.</param>
internal readonly record struct RangeLock(uint Owner, ulong Offset, ulong Length, bool IsExclusive);
