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

    /// <summary>What to send to the other side, even where the step failed; empty for nothing. It is the caller's.</summary>
    public ReadOnlyMemory<byte> Token { get; }

    /// <summary>For people: why the context failed. It contains no secret.</summary>
    public string? Reason { get; }

    /// <summary>With <see cref="GssStatus.NeedsAccount"/>: who the other side claims to be.</summary>
    public string? User { get; }

    /// <summary>With <see cref="GssStatus.NeedsAccount"/>: the domain that it claims; may be empty.</summary>
    public string? Domain { get; }

    /// <summary>True unless the context has failed.</summary>
    public bool IsSuccess => Status is GssStatus.Complete or GssStatus.ContinueNeeded or GssStatus.NeedsAccount;

    /// <summary>The context is established; <paramref name="token"/> is the last token, if there is one.</summary>
    public static GssStep Complete(ReadOnlyMemory<byte> token = default) => new(GssStatus.Complete, token, null, null, null);

    /// <summary>The other side has to answer <paramref name="token"/>.</summary>
    public static GssStep Continue(ReadOnlyMemory<byte> token) => new(GssStatus.ContinueNeeded, token, null, null, null);

    /// <summary>The acceptor has to be given the account of this name.</summary>
    public static GssStep NeedsAccount(string user, string domain) => new(GssStatus.NeedsAccount, default, null, user, domain);

    /// <summary>The context has failed for good.</summary>
    /// <param name="status">Any of the failures.</param>
    /// <param name="reason">For people; without secrets.</param>
    /// <param name="token">What the other side is told; empty for nothing.</param>
    public static GssStep Fail(GssStatus status, string reason, ReadOnlyMemory<byte> token = default) => new(status, token, reason, null, null);
}
