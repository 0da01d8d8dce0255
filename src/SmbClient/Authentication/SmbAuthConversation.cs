using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using SmbClient.Diagnostics;
using SmbClient.Gss;
using SmbClient.Gss.Ntlm;
using SmbClient.Gss.Spnego;

namespace SmbClient.Authentication;

/// <summary>
/// One sign-in of one client: blobs in, blobs out, one after the other. It knows nothing of other conversations, is used once, and ends with the step
/// that completes or fails, with its time or with <see cref="Dispose"/>; then its keys are cleared and its place is free.
/// </summary>
public sealed class SmbAuthConversation : IDisposable
{
    private readonly SmbServerAuthenticator _owner;
    private readonly SmbAuthPeer _peer;
    private readonly CancellationTokenSource _ended = new();
    private readonly object _gate = new();
    private readonly long _begun;
    private readonly ITimer? _idle;
    private GssContext? _context;
    private SmbAccount? _account;
    private FailureDelays.Attempt? _attempt;
    private Outcome? _outcome;
    private string _claimedName = "nobody";
    private string _workstation = "";
    private bool _isStepping;
    private bool _isDisposed;
    private bool _isRaw;
    private bool _hinted;
    private int _legs;
    private long _octets;

    internal SmbAuthConversation(SmbServerAuthenticator owner, SmbAuthPeer peer, long id, bool hasSlot)
    {
        _owner = owner;
        _peer = peer;
        Id = id;
        TimeProvider time = owner.Options.TimeProvider;
        _begun = time.GetTimestamp();
        if (hasSlot)
        {
            _idle = time.CreateTimer(static c => ((SmbAuthConversation)c!).Expire(), this, owner.Options.IdleTimeout, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _outcome = new Outcome(NtStatus.InsufficientResources, "too many conversations are under way");
        }
    }

    /// <summary>A number of its own in this authenticator, which the log has too.</summary>
    public long Id { get; }

    /// <summary>Takes the client's next blob. Whatever it is, the outcome is a step, never an exception.</summary>
    /// <param name="blob">The security blob; empty for a client that wants the mechanisms named. It is not kept.</param>
    /// <param name="cancellationToken">Ends the conversation.</param>
    /// <exception cref="InvalidOperationException">Another step is under way.</exception>
    /// <exception cref="ObjectDisposedException">The conversation is disposed.</exception>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    public ValueTask<SmbAuthStep> StepAsync(ReadOnlyMemory<byte> blob, CancellationToken cancellationToken = default)
    {
        return RunAsync(blob, Enter(), cancellationToken);
    }

    /// <summary>Ends the conversation. A step that is under way fails with STATUS_CANCELLED.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        _ended.Cancel();
        End(NtStatus.Cancelled, "given up");
    }

    internal ValueTask<SmbAuthStep> StepLegacyAsync(GssContext context, CancellationToken cancellationToken)
    {
        Outcome? outcome = Enter();
        _isRaw = true;
        if (outcome is null && !_owner.Options.AllowNonExtendedSecurity)
        {
            outcome = new Outcome(NtStatus.AccessDenied, $"{nameof(SmbAuthenticatorOptions.AllowNonExtendedSecurity)} is not set");
        }

        _context ??= context;
        return RunAsync(default, outcome, cancellationToken);
    }

    private Outcome? Enter()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_isStepping)
            {
                throw new InvalidOperationException("Another step of this conversation is under way.");
            }

            _isStepping = true;
            return _outcome;
        }
    }

    private async ValueTask<SmbAuthStep> RunAsync(ReadOnlyMemory<byte> blob, Outcome? outcome, CancellationToken cancellationToken)
    {
        SmbAuthStep step;
        try
        {
            _idle?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token, cancellationToken);
            step = outcome is not null ? After(outcome) : await AdvanceAsync(blob, linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !_ended.IsCancellationRequested)
        {
            Leave(SmbAuthStep.Failed(NtStatus.Cancelled, "given up"));
            throw;
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            step = SmbAuthStep.Failed(NtStatus.Cancelled, "given up");
        }
#pragma warning disable CA1031 // A defect of ours or of a mechanism is not the host's to catch.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.AuthenticationFailedInside(_owner.Logger, e, Id);
            step = SmbAuthStep.Failed(NtStatus.InternalError, "failed inside");
        }

        return Leave(step);
    }

    /// <summary>A conversation that is over says how it ended, and nothing more.</summary>
    private static SmbAuthStep After(Outcome outcome) => outcome.Status == NtStatus.Success
        ? SmbAuthStep.Failed(NtStatus.InvalidParameter, "a blob came after the end")
        : SmbAuthStep.Failed(outcome.Status, outcome.Reason);

    /// <summary>Ends the step, and the conversation unless it goes on. One that was given up meanwhile is not complete.</summary>
    private SmbAuthStep Leave(SmbAuthStep step)
    {
        if (step.State != SmbAuthState.Continue)
        {
            End(step.Status, step.Reason ?? DescribeFlags());
        }

        Outcome? outcome;
        lock (_gate)
        {
            _isStepping = false;
            outcome = _outcome;
        }

        if (outcome is null)
        {
            _idle?.Change(_owner.Options.IdleTimeout, Timeout.InfiniteTimeSpan);
            return step;
        }

        Clear();
        if (outcome.Status == step.Status)
        {
            return step;
        }

        step.DelegatedCredential?.Dispose();
        return SmbAuthStep.Failed(step.State == SmbAuthState.Failed ? step.Status : outcome.Status, step.Reason ?? outcome.Reason);
    }

    private async ValueTask<SmbAuthStep> AdvanceAsync(ReadOnlyMemory<byte> blob, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _octets += blob.Length;
        if (++_legs > _owner.Options.MaxLegs || _octets > _owner.Options.MaxOctets || blob.Length > _owner.Options.MaxTokenLength)
        {
            return SmbAuthStep.Failed(NtStatus.InvalidParameter, "too many blobs, or too long ones");
        }

        if (_context is null)
        {
            if (blob.IsEmpty)
            {
                return Hint();
            }

            _isRaw = NtlmMessage.HasSignature(blob.Span);
            _context = _owner.CreateContext(blob.Span, _peer);
            if (_context is null)
            {
                return SmbAuthStep.Failed(NtStatus.InvalidParameter, _isRaw ? $"{nameof(SmbAuthenticatorOptions.AllowRawNtlmssp)} is not set" : "no mechanism can serve");
            }
        }

        GssStep step = _context.Step(blob.Span);
        return step.Status == GssStatus.NeedsAccount ? await ProveAsync(_context, RequestOf(_context, step), cancellationToken).ConfigureAwait(false) : Take(_context, step);
    }

    private SmbAuthStep Hint()
    {
        ReadOnlyMemory<byte> hint = _hinted ? default : _owner.NegotiateHint();
        _hinted = true;
        return hint.IsEmpty ? SmbAuthStep.Failed(NtStatus.InvalidParameter, "an empty blob came that was not due") : SmbAuthStep.Continue(hint);
    }

    /// <summary>Mechanisms of other packages may have no proof that someone else could check.</summary>
    private static NtlmAccountRequest RequestOf(GssContext context, in GssStep step) =>
        context.AccountRequest ?? new NtlmAccountRequest { User = step.User ?? "", Domain = step.Domain ?? "", Challenge = default, LmResponse = default, NtResponse = default };

    private async ValueTask<SmbAuthStep> ProveAsync(GssContext context, NtlmAccountRequest request, CancellationToken cancellationToken)
    {
        _claimedName = request.ToString();
        _workstation = request.Workstation;
        _attempt = _owner.Lookup.Begin(_peer, request.User);
        await _owner.Lookup.WaitAsync(Id, _peer, _attempt.Delay, cancellationToken).ConfigureAwait(false);
        NtlmAccountAnswer answer = await _owner.Lookup.FindAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            if (MayBeGuest(request, answer))
            {
                return SmbAuthStep.Complete(Closing(NegState.AcceptCompleted), SmbIdentity.Guest(_owner.Options.NetBiosDomain ?? _owner.Options.NetBiosName, context.MechanismName, _workstation), []);
            }

            SmbAuthStep step = Take(context, Supply(context, answer));
            return step.State == SmbAuthState.Failed && Disclosed(answer.Refusal) is { } status
                ? SmbAuthStep.Failed(status, answer.Reason ?? step.Reason!, step.Token)
                : step;
        }
        finally
        {
            answer.Clear();
        }
    }

    private bool MayBeGuest(NtlmAccountRequest request, NtlmAccountAnswer answer) =>
        (_owner.Options.AllowGuest && string.Equals(request.User, SmbIdentity.GuestUser, StringComparison.OrdinalIgnoreCase))
        || (_owner.Options.MapToGuest && answer.IsUnknown);

    /// <summary>
    /// An account that may not sign in is an account that does not exist, unless its state may be told; then it is told to those who have proven it.
    /// </summary>
    private GssStep Supply(GssContext context, NtlmAccountAnswer answer)
    {
        bool counts = answer.Account is { } account && (account.Status == NtStatus.Success || _owner.Options.DiscloseAccountState);
        _account = counts ? answer.Account : null;
        return !counts ? context.SupplyAccount(default)
            : answer.SessionBaseKey.IsEmpty ? context.SupplyAccount(answer.NtHash, answer.LmHash)
            : context.SupplyVerdict(answer.SessionBaseKey);
    }

    /// <summary>What the client may learn of a store's refusal beside that it is one.</summary>
    private NtStatus? Disclosed(NtStatus refusal) => refusal switch
    {
        NtStatus.Success or NtStatus.NoSuchUser or NtStatus.WrongPassword => null,
        NtStatus.NoLogonServers => refusal,
        _ => _owner.Options.DiscloseAccountState ? refusal : null,
    };

    private SmbAuthStep Take(GssContext context, in GssStep step)
    {
        switch (step.Status)
        {
            case GssStatus.ContinueNeeded:
                return SmbAuthStep.Continue(step.Token);
            case GssStatus.Complete when _account is { Status: not NtStatus.Success } account:
                return SmbAuthStep.Failed(account.Status, "the password is right, but the account may not sign in", Closing(NegState.Reject));
            case GssStatus.Complete:
                return Admit(context, step.Token);
            default:
                return SmbAuthStep.Failed(AuthStatus.OnTheWire(step.Status, context.MechanismName), step.Reason ?? step.Status.ToString(), step.Token);
        }
    }

    /// <summary>The last word of SPNEGO where the mechanism has none.</summary>
    private byte[] Closing(NegState state) => _isRaw ? [] : SpnegoTokens.EncodeResp(new NegTokenResp { NegState = state });

    /// <summary>Whoever is established is let in, unless a PAC says otherwise.</summary>
    private SmbAuthStep Admit(GssContext context, ReadOnlyMemory<byte> token)
    {
        GssPeer peer = context.Peer ?? throw new InvalidOperationException($"{context.MechanismName} does not say who the peer is.");
        try
        {
            _workstation = peer.Workstation;
            _claimedName = peer.ToString();
            PacVerdict verdict = PacVerdict.Of(peer, context.MechanismName, _owner.Options.RequirePac);
            if (verdict.Refusal is { } reason)
            {
                peer.DelegatedCredential?.Dispose();
                return SmbAuthStep.Failed(NtStatus.LogonFailure, reason, Closing(NegState.Reject));
            }

            if (verdict.Notice is { } notice)
            {
                Log.PacIgnored(_owner.Logger, Id, AccountNames.Sanitize(_claimedName), notice);
            }

            DateTimeOffset? kickOff = verdict.Pac?.LogonInfo?.KickOffTime;
            SmbIdentity identity = SmbIdentity.Of(peer, context.MechanismName, _account, verdict.Pac);
            return SmbAuthStep.Complete(
                token, identity, context.ExportSessionKey(), kickOff < peer.Expires || peer.Expires is null ? kickOff : peer.Expires,
                peer.DelegatedCredential is { } delegated ? new SmbCredential(delegated) : null);
        }
        catch
        {
            peer.DelegatedCredential?.Dispose();
            throw;
        }
    }

    /// <summary>For the audit record: what was established.</summary>
    private string DescribeFlags() => _context is { IsComplete: true } context ? context.Flags.ToString() : "guest";

    private void Expire() => End(NtStatus.IoTimeout, "the client said nothing for too long", onlyIfIdle: true);

    /// <summary>The first end counts. A step that is under way clears up after itself.</summary>
    private void End(NtStatus status, string reason, bool onlyIfIdle = false)
    {
        bool isStepping;
        lock (_gate)
        {
            if (_outcome is not null || (onlyIfIdle && _isStepping))
            {
                return;
            }

            _outcome = new Outcome(status, reason);
            isStepping = _isStepping;
        }

        _idle?.Dispose();
        _owner.ReleaseSlot();
        if (_owner.Logger.IsEnabled(LogLevel.Debug))
        {
            foreach (string decision in _context?.NegotiationLog ?? [])
            {
                Log.GssDecision(_owner.Logger, AccountNames.Sanitize(decision));
            }
        }

        long milliseconds = (long)_owner.Options.TimeProvider.GetElapsedTime(_begun).TotalMilliseconds;
        Log.AuthenticationEnded(
            _owner.Logger, Id, AccountNames.Sanitize(_peer.ToString()), NtStatusText.Name(status), AccountNames.Sanitize(_claimedName), _context?.MechanismName ?? "none",
            AccountNames.Sanitize(_workstation), _legs, milliseconds, AccountNames.Sanitize(reason));
        if (!isStepping)
        {
            Clear();
        }
    }

    /// <summary>Nobody steps any more.</summary>
    private void Clear()
    {
        _attempt?.End(AccountLookup.Verdict(_outcome!.Status));
        _context?.Dispose();
    }

    private sealed record Outcome(NtStatus Status, string Reason);
}
