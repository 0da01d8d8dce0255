using System.Collections.Generic;
using SmbClient.Server.Files;

namespace SmbClient.Server.Smb1;

/// <summary>A lock that a request waits for, by which another may cancel it, [MS-CIFS] 2.2.4.32.1.</summary>
/// <param name="Open">The file.</param>
/// <param name="Ranges">What is to be locked.</param>
/// <param name="IsLarge">The ranges came with 64 bits; so must those of the canceller.</param>
internal sealed record Smb1PendingLock(Smb1Open Open, IReadOnlyList<RangeLock> Ranges, bool IsLarge);
