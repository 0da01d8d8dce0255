using System;

namespace SmbClient.Gss;

/// <summary>The outcome of one step of a context.</summary>
public readonly struct GssStep
{
    private GssStep(GssStatus status, ReadOnlyMemory<byte> token, string? reason, string? user, string? domain)
    {
        Status = status;
        Token = token;
        Reason = reason;
        User = user;
        Domain = domain;
    }

    /// <summary>Where the context stands now.</summary>
    public GssStatus Status { get; }

    /// <summary>What to send to the other side; empty for nothing. It is the caller's.</summary>
    public ReadOnlyMemory<byte> Token { get; }

    /// <summary>For people: why the context failed. It contains no secret.</summary>
    public string? Reason { get; }

    /// <summary>With <see cref="GssStatus.NeedsAccount"/>: who the other side claims to be.</summary>
    public string? User { get; }

    /// <summary>With <see cref="GssStatus.NeedsAccount"/>: the domain that it claims; may be empty.</summary>
    public string? Domain { get; }

    internal static GssStep Complete(ReadOnlyMemory<byte> token = default) => new(GssStatus.Complete, token, null, null, null);

    internal static GssStep Continue(ReadOnlyMemory<byte> token) => new(GssStatus.ContinueNeeded, token, null, null, null);

    internal static GssStep NeedsAccount(string user, string domain) => new(GssStatus.NeedsAccount, default, null, user, domain);

    internal static GssStep Fail(GssStatus status, string reason, ReadOnlyMemory<byte> token = default) => new(status, token, reason, null, null);
}
