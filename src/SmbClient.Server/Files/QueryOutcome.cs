using System;

namespace SmbClient.Server.Files;

/// <summary>What came of asking for something: octets for the client.</summary>
/// <param name="Status"><see cref="NtStatus.BufferOverflow"/> where the output is cut short, and still worth sending.</param>
/// <param name="Output">
/// Never more than was asked for. With <see cref="NtStatus.BufferTooSmall"/> it is not sent as output: then it is the size that would do, four octets, for
/// the error response ([MS-SMB2] 2.2.2).
/// </param>
internal readonly record struct QueryOutcome(NtStatus Status, ReadOnlyMemory<byte> Output = default);
