using System;

namespace SmbClient.Dialects.Smb1;

/// <summary>A whole TRANSACTION2 response; its memory is its own.</summary>
internal readonly record struct Trans2Result(NtStatus Status, ReadOnlyMemory<byte> Parameters, ReadOnlyMemory<byte> Data);
