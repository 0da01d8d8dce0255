using System;
using SmbClient.Gss;

namespace SmbClient.Tests.Authentication;

/// <summary>The one challenge of a captured exchange, as often as it is wanted.</summary>
internal sealed class RepeatingRandom(string hex) : GssRandom
{
    public override byte[] Next(int count) => Convert.FromHexString(hex);
}
