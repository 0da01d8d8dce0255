using System;

namespace SmbClient.Gss.Kerberos;

/// <summary>What the contexts of every system share: how far they are, their key and flags, and an initiator's first token.</summary>
internal abstract class SystemContext : GssContext
{
    private byte[] _sessionKey = [];
    private bool _isComplete;
    private GssContextFlags _flags;

    public sealed override string MechanismName => KerberosMechanism.MechanismName;

    public sealed override bool IsComplete => _isComplete;

    public sealed override GssContextFlags Flags => _isComplete ? _flags : GssContextFlags.None;

    public sealed override bool SupportsMic => _isComplete;

    /// <summary>True once the exchange has failed, for good.</summary>
    protected bool HasFailed { get; private set; }

    /// <summary>An initiator's first token, which was made when its tickets were got; null once it is sent.</summary>
    protected byte[]? FirstToken { get; set; }

    public sealed override byte[] ExportSessionKey()
    {
        RequireComplete();
        return (byte[])_sessionKey.Clone();
    }

    /// <summary>True once an initiator's first token has been given out.</summary>
    protected bool HasBegun { get; private set; }

    /// <summary>An initiator's step where the system has nothing to do with it; null where it has.</summary>
    protected GssStep? StepWithoutSystem(ReadOnlySpan<byte> inputToken)
    {
        if (HasFailed || IsComplete)
        {
            return NotDue();
        }

        if (FirstToken is { } token)
        {
            FirstToken = null;
            HasBegun = true;
            return inputToken.IsEmpty ? GssStep.Continue(token) : Fail(GssStatus.DefectiveToken, "a token came before the first one was sent");
        }

        return inputToken.IsEmpty ? Fail(GssStatus.DefectiveToken, "the server has not proven who it is: mutual authentication is missing") : null;
    }

    /// <summary>A token that nobody waits for ends the exchange.</summary>
    protected GssStep NotDue() => Fail(GssStatus.DefectiveToken, "a token came that was not due");

    /// <summary>The initiator's last step: a server that has not proven itself is refused.</summary>
    protected GssStep FinishInitiator(GssContextFlags flags, ReadOnlyMemory<byte> output)
    {
        if ((flags & GssContextFlags.MutualAuth) == 0)
        {
            return Fail(GssStatus.Unauthorized, "mutual authentication is missing");
        }

        Establish(flags);
        return GssStep.Complete(output);
    }

    /// <summary>Takes the key; the context is then established.</summary>
    protected void Establish(GssContextFlags flags)
    {
        _sessionKey = QuerySessionKey();
        _flags = flags;
        _isComplete = true;
    }

    /// <summary>The key that both sides have, whole.</summary>
    protected abstract byte[] QuerySessionKey();

    /// <summary>Moves to the failed state for good.</summary>
    protected GssStep Fail(GssStatus status, string reason, ReadOnlyMemory<byte> token = default)
    {
        HasFailed = true;
        return GssStep.Fail(status, "Kerberos: " + reason, token);
    }

    /// <summary>Throws before the end.</summary>
    protected void RequireComplete()
    {
        if (!_isComplete)
        {
            throw new InvalidOperationException("The context is not established.");
        }
    }

    protected override void Dispose(bool disposing)
    {
        _isComplete = false;
        HasFailed = true;
        _sessionKey.AsSpan().Clear();
        base.Dispose(disposing);
    }
}
