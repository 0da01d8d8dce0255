using System;
using System.Collections.Generic;
using SmbClient.Gss;

namespace SmbClient.Tests.Gss;

/// <summary>Gives what a published or captured exchange drew, in its order.</summary>
internal sealed class FixedRandom : GssRandom
{
    private readonly Queue<byte[]> _values = new();

    public FixedRandom(params string[] hex)
    {
        foreach (string value in hex)
        {
            _values.Enqueue(Convert.FromHexString(value));
        }
    }

    public override byte[] Next(int count)
    {
        byte[] value = _values.Dequeue();
        return value.Length == count ? (byte[])value.Clone() : throw new InvalidOperationException($"{count} octets drawn where {value.Length} are due.");
    }
}
