using System;

namespace SmbClient.Gss;

/// <summary>What came of asking a mechanism for an initiator: a context, or why there is none.</summary>
public readonly struct GssInitiation
{
    private GssInitiation(GssContext? context, GssStatus status, string? reason)
    {
        Context = context;
        Status = status;
        Reason = reason;
    }

    /// <summary>The context, whose first step needs no network any more; null where there is none. It is the caller's.</summary>
    public GssContext? Context { get; }

    /// <summary>
    /// <see cref="GssStatus.ContinueNeeded"/> with a context, <see cref="GssStatus.NoCredential"/> where the mechanism cannot serve, and any other
    /// failure where the credential is refused for good.
    /// </summary>
    public GssStatus Status { get; }

    /// <summary>For people: why there is no context. It contains no secret.</summary>
    public string? Reason { get; }

    /// <summary>True where no other mechanism should be tried either: the credential itself was refused by those who issue it.</summary>
    public bool IsRefused => Context is null && Status != GssStatus.NoCredential;

    /// <summary>A context that is ready to begin.</summary>
    public static GssInitiation Ready(GssContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new(context, GssStatus.ContinueNeeded, null);
    }

    /// <summary>The mechanism cannot serve here: no library, no ticket, the wrong kind of credential. SPNEGO leaves it out of its offer.</summary>
    /// <param name="reason">For people; without secrets.</param>
    public static GssInitiation CannotServe(string reason) => new(null, GssStatus.NoCredential, reason);

    /// <summary>The sign-in has failed whatever other mechanisms may say: a KDC refuses the password, say. Trying it elsewhere would only lock the account.</summary>
    /// <param name="status">Any of the failures but <see cref="GssStatus.NoCredential"/>.</param>
    /// <param name="reason">For people; without secrets.</param>
    public static GssInitiation Refused(GssStatus status, string reason) => new(null, status, reason);
}
