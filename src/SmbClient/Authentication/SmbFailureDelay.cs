using System;

namespace SmbClient.Authentication;

/// <summary>
/// How repeated failures are slowed down. They are counted by the client's address and by the claimed account; beyond a few, the next attempt of either
/// waits before its proof is looked at, right or wrong, twice as long each time.
/// </summary>
public sealed record SmbFailureDelay
{
    /// <summary>Nobody waits.</summary>
    public static SmbFailureDelay None { get; } = new() { Initial = TimeSpan.Zero, Maximum = TimeSpan.Zero };

    /// <summary>Failures that cost nothing.</summary>
    public int FreeFailures { get; init; } = 5;

    /// <summary>How long the first attempt after those waits.</summary>
    public TimeSpan Initial { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long an attempt waits at most. Zero switches the delay off.</summary>
    public TimeSpan Maximum { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a failure is remembered after the last one.</summary>
    public TimeSpan Memory { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Addresses and accounts that are remembered at most; beyond it the oldest are forgotten.</summary>
    public int MaxEntries { get; init; } = 10_000;
}
