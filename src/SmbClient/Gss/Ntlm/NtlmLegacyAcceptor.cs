using System;

namespace SmbClient.Gss.Ntlm;

/// <summary>
/// The server's side of an SMB1 sign-in without extended security, [MS-CIFS] 3.3.5.43: one answer to the challenge of the NEGOTIATE response, and no
/// message that could be protected (gss-spnego-ntlm §9). What clients put into the NTLMv2 response is their own affair there.
/// </summary>
internal sealed class NtlmLegacyAcceptor : NtlmContext
{
    private readonly GssAcceptorOptions _options;
    private readonly byte[] _challenge;
    private readonly AuthenticateMessage _answer;
    private State _state;

    public NtlmLegacyAcceptor(GssAcceptorOptions options, string user, string domain, byte[] challenge, ReadOnlyMemory<byte> lmResponse, ReadOnlyMemory<byte> ntResponse)
        : base(isInitiator: false)
    {
        _options = options;
        _challenge = challenge;
        _answer = new AuthenticateMessage
        {
            Flags = NtlmFlags.None,
            User = user,
            Domain = domain,
            Workstation = "",
            LmResponse = lmResponse.ToArray(),
            NtResponse = ntResponse.ToArray(),
        };
    }

    private enum State
    {
        Start,
        ExpectAccount,
        Complete,
        Failed,
    }

    public override bool IsComplete => _state == State.Complete;

    public override GssPeer? Peer => !IsComplete ? null : new GssPeer { User = _answer.User, Domain = _answer.Domain, IsAnonymous = IsAnonymous };

    public override NtlmAccountRequest? AccountRequest => _state != State.ExpectAccount ? null : new NtlmAccountRequest
    {
        User = _answer.User,
        Domain = _answer.Domain,
        Challenge = _challenge,
        LmResponse = _answer.LmResponse,
        NtResponse = _answer.NtResponse,
    };

    public override GssStep SupplyAccount(ReadOnlySpan<byte> ntHash, ReadOnlySpan<byte> lmHash = default)
    {
        ExpectAccount();
        NtlmResponseKind kind = NtlmResponseVerifier.KindOf(_answer);
        return Finish(NtlmResponseVerifier.Verify(kind, ntHash, lmHash, _answer, _challenge, NtlmFlags.None));
    }

    public override GssStep SupplyVerdict(ReadOnlySpan<byte> sessionBaseKey)
    {
        ExpectAccount();
        return Finish(NtlmResponseVerifier.TakeBaseKey(sessionBaseKey));
    }

    protected override GssStep Advance(byte[] token)
    {
        if (_state != State.Start || token.Length > 0)
        {
            return Fail(GssStatus.DefectiveToken, "a token came that was not due");
        }

        if (_answer.User.Length == 0 && _answer.NtResponse.Length <= 1 && _answer.LmResponse.Length <= 1)
        {
            IsAnonymous = _options.AllowAnonymous;
            _state = State.Complete;
            return IsAnonymous ? GssStep.Complete() : Fail(GssStatus.Unauthorized, $"{nameof(GssAcceptorOptions.AllowAnonymous)} is not set");
        }

        if (NtlmResponseVerifier.Refuse(NtlmResponseVerifier.KindOf(_answer), _answer, _options) is { } refusal)
        {
            return Fail(refusal.Status, refusal.Reason);
        }

        _state = State.ExpectAccount;
        return GssStep.NeedsAccount(_answer.User, _answer.Domain);
    }

    protected override GssStep Fail(GssStatus status, string reason)
    {
        _state = State.Failed;
        SessionKey.AsSpan().Clear();
        return GssStep.Fail(status, "NTLM: " + reason);
    }

    protected override void Dispose(bool disposing)
    {
        _state = State.Failed;
        base.Dispose(disposing);
    }

    private void ExpectAccount()
    {
        if (_state != State.ExpectAccount)
        {
            throw new InvalidOperationException("No account was asked for.");
        }
    }

    private GssStep Finish(byte[]? key)
    {
        if (key is null)
        {
            return Fail(GssStatus.DefectiveCredential, NtlmResponseVerifier.WrongProof);
        }

        SessionKey = key;
        _state = State.Complete;
        return GssStep.Complete();
    }
}
