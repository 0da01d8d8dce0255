using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Diagnostics;
using SmbClient.Gss;

namespace SmbClient.Dialects;

/// <summary>
/// The side of a session setup that no dialect changes: GSS_Init_sec_context with the session's credential, in any number of legs, and who is let in
/// ([MS-SMB] 3.2.4.2.4 and 3.2.5.3, [MS-SMB2] 3.2.4.2.3 and 3.2.5.3; client-state E1, E2, R4–R6, G3, H1, H8).
/// </summary>
internal sealed class UserAuthentication : IDisposable
{
    /// <summary>Legs after which a server is not going to come to an end.</summary>
    public const int MaxLegs = 10;

    private readonly ClientConnection _connection;
    private readonly ClientSession _session;
    private readonly GssContext _gss;
    private int _legs;

    private UserAuthentication(ClientSession session, GssContext gss)
    {
        _connection = session.Connection;
        _session = session;
        _gss = gss;
    }

    public bool IsComplete => _gss.IsComplete;

    /// <summary>The mechanism that authenticated, for messages to people.</summary>
    public string MechanismName => _gss.MechanismName;

    /// <summary>Prepares the first token. Throws where no mechanism can serve the credential.</summary>
    public static async Task<UserAuthentication> CreateAsync(ClientSession session, CancellationToken cancellationToken)
    {
        GssMechanism mechanism = session.Policy.UseRawNtlmssp ? GssMechanism.Ntlm : GssMechanism.Spnego(session.Policy.Mechanisms);
        GssInitiation initiation = await mechanism.CreateInitiatorAsync(
            new GssInitiatorOptions
            {
                Credential = session.UserCredentials,
                TargetName = session.Policy.ServicePrincipalName ?? "cifs/" + session.Connection.ServerName,
                Delegation = session.Policy.Delegation,
                ChannelBindings = session.Policy.ChannelBindings,
                AllowNtlmV1 = session.Policy.AllowNtlmV1,
                AllowLanManager = session.Policy.AllowLanManager,
                UseServerHint = session.Policy.UseServerHint,
                AcceptorHint = session.Connection.GssNegotiateToken,
                TimeProvider = session.Connection.Time,
            },
            cancellationToken).ConfigureAwait(false);
        return initiation.Context is { } gss
            ? new UserAuthentication(session, gss)
            : throw Failed(
                session,
                (initiation.IsRefused ? "" : "no mechanism can serve this credential: ") + initiation.Reason,
                NtStatus.Success,
                initiation.Status);
    }

    /// <summary>Refuses, before anything is sent, a session that could not be signed or sealed as its caller demands (client-state G3, H11).</summary>
    public static void RefuseUnprotectable(ClientSession session)
    {
        if (session.IsAnonymous && session.MessageSigningPolicy == SmbSigningState.Required)
        {
            throw Failed(
                session,
                $"a null session has no key to sign with, and {nameof(SmbConnectionOptions)}.{nameof(SmbConnectionOptions.MessageSigningPolicy)} is Required",
                NtStatus.Success,
                GssStatus.NoCredential);
        }

        if (session.Connection.Dialect.Cipher is null)
        {
            SmbDialect dialect = session.Connection.SelectedDialect;
            RefuseUnsealed(
                session,
                dialect < SmbDialect.Smb300
                    ? $"{dialect} has no encryption"
                    : $"the server shares none of the ciphers in {nameof(SmbConnectionOptions)}.{nameof(SmbConnectionOptions.Ciphers)}");
        }
        else if (session.IsAnonymous)
        {
            RefuseUnsealed(session, "a null session has no key to seal with");
        }
    }

    /// <summary>Refuses a session that cannot be sealed, where it has to be.</summary>
    public static void RefuseUnsealed(ClientSession session, string why)
    {
        if (session.Encryption == SmbEncryptionPolicy.Required)
        {
            throw new SmbProtocolException(
                SmbProtocolError.Incompatible,
                $"{session.Connection.ServerName} cannot be spoken to sealed, {why}, and {nameof(SmbConnectionOptions)}.{nameof(SmbConnectionOptions.Encryption)} is Required.");
        }
    }

    /// <summary>The server took nobody's word for it: it let a stranger in.</summary>
    public static void AcceptGuest(ClientSession session)
    {
        if (!session.AllowGuest)
        {
            throw Failed(
                session,
                $"the server does not know the user and offers a guest's access instead, which nothing protects. Correct the user name, or set {nameof(SmbConnectionOptions)}.{nameof(SmbConnectionOptions.AllowGuest)}",
                NtStatus.Success,
                GssStatus.Failure);
        }

        if (session.MessageSigningPolicy == SmbSigningState.Required)
        {
            throw Failed(
                session,
                $"a guest has no key to sign with, and {nameof(SmbConnectionOptions)}.{nameof(SmbConnectionOptions.MessageSigningPolicy)} is Required",
                NtStatus.Success,
                GssStatus.Failure);
        }

        session.IsGuest = true;
        LogSignedIn(session, "guest");
    }

    /// <summary>The first token: from the server's GSSNegotiateToken, or from an empty one (client-state E1).</summary>
    public ReadOnlyMemory<byte> Start()
    {
        ReadOnlyMemory<byte> hint = _session.Policy is { UseServerHint: true, UseRawNtlmssp: false } ? _connection.GssNegotiateToken : default;
        return Advance(hint.Span, NtStatus.Success).Token;
    }

    /// <summary>The next token, for a server that wants another leg.</summary>
    public ReadOnlyMemory<byte> Continue(ReadOnlySpan<byte> token)
    {
        if (IsComplete)
        {
            throw _connection.Misbehaved("wants another leg although the authentication is complete");
        }

        GssStep step = Advance(token, NtStatus.MoreProcessingRequired);
        return step.Token.IsEmpty
            ? throw _connection.Misbehaved("wants another leg although there is nothing left to send")
            : step.Token;
    }

    /// <summary>
    /// The server says that the user is in. Its last token proves that it knows the secret too: a success without it is none (client-state R5).
    /// </summary>
    public void Finish(ReadOnlySpan<byte> token)
    {
        if (IsComplete)
        {
            return;
        }

        Advance(token, NtStatus.Success);
        if (!IsComplete)
        {
            throw _connection.Misbehaved("declares the authentication successful before it is complete");
        }
    }

    public SmbProtocolException TooManyLegs() => _connection.Misbehaved($"has not come to an end after {MaxLegs} legs of authentication");

    /// <summary>The whole session key, whatever its length; the caller's to clear.</summary>
    public byte[] ExportSessionKey() => _gss.ExportSessionKey();

    /// <summary>The exception for a status with which the server ends the authentication.</summary>
    public SmbAuthenticationException Refused(NtStatus status) =>
        Failed(_session, "the server refused it", status, IsComplete ? GssStatus.Complete : GssStatus.ContinueNeeded, _gss);

    public static void LogSignedIn(ClientSession session, string how) =>
        Log.SignedIn(
            session.Connection.Logger,
            session.UserCredentials.ToString()!,
            session.Connection.ServerName,
            $"{how}, {(session.IsEncrypted ? "sealed" : session.IsSigned ? "signed" : "unsigned")}, session 0x{session.SessionId:X}");

    public static SmbAuthenticationException Failed(ClientSession session, string why, NtStatus status, GssStatus gssStatus, GssContext? gss = null)
    {
        string text = $"{session.UserCredentials} could not be signed in to {session.Connection.ServerName}: {why}";
        if (status != NtStatus.Success)
        {
            text += $", {NtStatusText.Name(status)}. {NtStatusText.Advice(status)}".TrimEnd();
        }
        else
        {
            text += ".";
        }

        if (gss?.NegotiationLog is { Count: > 0 } log)
        {
            text += " Negotiation: " + string.Join("; ", log) + ".";
        }

        return new SmbAuthenticationException(text, status, gssStatus);
    }

    public void Dispose()
    {
        foreach (string decision in _gss.NegotiationLog)
        {
            Log.GssDecision(_connection.Logger, decision);
        }

        _gss.Dispose();
    }

    private GssStep Advance(ReadOnlySpan<byte> token, NtStatus status)
    {
        GssStep step = _gss.Step(token);
        Log.GssLeg(_connection.Logger, ++_legs, _session.UserCredentials.ToString()!, _connection.ServerName, _gss.MechanismName, token.Length, step.Token.Length, step.Status.ToString());
        if (step.Status is not (GssStatus.Complete or GssStatus.ContinueNeeded))
        {
            throw Failed(_session, $"the authentication failed on this side, {step.Status}" + (step.Reason is null ? "" : ": " + step.Reason), status, step.Status, _gss);
        }

        // Both families count the octets of a token in 16 bits; a ticket with very many groups and a forwarded one beside it comes near that.
        return step.Token.Length <= ushort.MaxValue
            ? step
            : throw Failed(
                _session,
                $"the token has {step.Token.Length} octets, and a session setup carries {ushort.MaxValue} at most. Without {nameof(SmbConnectionOptions.Delegation)} it is shorter",
                NtStatus.Success,
                GssStatus.Failure,
                _gss);
    }
}
