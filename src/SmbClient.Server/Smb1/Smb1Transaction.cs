using System;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>A transaction that is whole, [MS-CIFS] 3.3.5.57.</summary>
/// <param name="First">Its first message: setup, name, function, and what the client takes.</param>
/// <param name="Parameters">All of its parameters.</param>
/// <param name="Data">All of its data.</param>
internal sealed record Smb1Transaction(TransactionPart First, ReadOnlyMemory<byte> Parameters, ReadOnlyMemory<byte> Data)
{
    /// <summary>The largest block of a transaction, octets.</summary>
    public const int MaxBlock = 0x1FFFF;

    /// <summary>The most data that this server answers with, octets.</summary>
    public int MaxData => (int)Math.Min(First.MaxDataCount, ushort.MaxValue);

    /// <summary>The most parameters, octets.</summary>
    public int MaxParameters => (int)Math.Min(First.MaxParameterCount, ushort.MaxValue);
}
