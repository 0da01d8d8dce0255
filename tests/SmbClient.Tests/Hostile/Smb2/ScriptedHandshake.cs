using System;
using System.Collections.Generic;
using System.Linq;
using SmbClient.Gss;
using SmbClient.Protection;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>NEGOTIATE, SESSION_SETUP, TREE_CONNECT and the validation, from the server's side.</summary>
internal sealed class ScriptedHandshake
{
    private readonly ScriptedSmb2Server _server;
    private readonly ScriptedConnection _connection;
    private readonly PreauthIntegrity _preauth = new();
    private NegotiateRequest _request;
    private NegotiateResponse _response;
    private ulong _lastSessionId = 0x0000_1000_0000_0000;
    private uint _lastTreeId = 6;

    public ScriptedHandshake(ScriptedSmb2Server server, ScriptedConnection connection)
    {
        _server = server;
        _connection = connection;
    }

    public SmbDialect Dialect { get; private set; }

    public SmbCipher? Cipher { get; private set; }

    public SmbSigningAlgorithm SigningAlgorithm { get; private set; }

    /// <summary>What the server has answered.</summary>
    public NegotiateResponse Negotiated => _response;

    public byte[] Negotiate(ScriptedRequest request)
    {
        _request = request.Read(NegotiateRequest.Read);
        _preauth.Update(request.Message);
        Settle(_request.Dialects.Where(d => d <= _server.MaxDialect).Max());
        _response = _server.OnNegotiate(Response((ushort)Dialect));
        byte[] reply = _connection.Build(request, _response, NtStatus.Success);
        _preauth.Update(reply);
        return reply;
    }

    /// <summary>The answer to an SMB1 NEGOTIATE: any dialect of SMB2, to be negotiated again.</summary>
    public byte[] NegotiateAny() => WithCredits(ScriptedConnection.Unsolicited(Response(NegotiateResponse.AnyDialect), messageId: 0));

    /// <summary>The answer to an SMB1 NEGOTIATE that settles SMB 2.0.2.</summary>
    public byte[] Negotiate202()
    {
        Settle(SmbDialect.Smb202);
        _response = Response((ushort)SmbDialect.Smb202);
        return WithCredits(ScriptedConnection.Unsolicited(_response, messageId: 0));
    }

    public byte[] SetUpSession(ScriptedRequest request)
    {
        SessionSetupRequest body = request.Read(SessionSetupRequest.Read);
        ScriptedSession session = request.Session ?? Create();
        bool isFirst = session.SignIns == 0;
        if (isFirst)
        {
            session.Preauth?.Update(request.Message);
        }

        GssContext conversation = session.Conversation ??= ScriptedAccounts.CreateAcceptor();
        (NtStatus status, ReadOnlyMemory<byte> token) = ScriptedAccounts.Step(conversation, body.SecurityBuffer.Span);
        Smb2SessionFlags flags = Smb2SessionFlags.None;
        switch (status)
        {
            case NtStatus.Success:
                Establish(session, conversation, isFirst);
                session.MustSign = !session.IsAnonymous && (body.SecurityMode | _server.SecurityMode).HasFlag(Smb2SecurityMode.SigningRequired);
                session.MustSeal = _server.SealSessions && Cipher is not null && !session.IsAnonymous;
                flags = (session.MustSeal ? Smb2SessionFlags.EncryptData : 0) | (session.IsAnonymous ? Smb2SessionFlags.IsNull : 0);
                break;
            case NtStatus.MoreProcessingRequired:
                break;
            default:
                _connection.Sessions.TryRemove(session.Id, out _);
                return request.BareStatus(status);
        }

        byte[] reply = _connection.Build(request, new SessionSetupResponse { SessionFlags = flags, SecurityBuffer = token }, status, sessionId: session.Id);
        if (isFirst && status == NtStatus.MoreProcessingRequired)
        {
            session.Preauth?.Update(reply);
        }

        return reply;
    }

    public byte[] Logoff(ScriptedRequest request)
    {
        _connection.Sessions.TryRemove(request.Header.SessionId, out _);
        return request.Bare(new LogoffBody());
    }

    public byte[] ConnectTree(ScriptedRequest request)
    {
        bool isProven = request.WasSealed || request.Header.IsSigned || request.Session is not { Signer: not null };
        Assert.True(isProven || Dialect < SmbDialect.Smb311, "TREE_CONNECT of 3.1.1 is not signed");
        TreeConnectResponse body = new()
        {
            ShareType = Smb2ShareType.Disk,
            ShareFlags = _server.SealShares ? Smb2ShareFlags.EncryptData : Smb2ShareFlags.ManualCaching,
            MaximalAccess = (uint)(AccessMask.ReadData | AccessMask.WriteData),
        };
        return _connection.Build(request, body, NtStatus.Success, treeId: ++_lastTreeId);
    }

    /// <summary>FSCTL_VALIDATE_NEGOTIATE_INFO; no other control code is known.</summary>
    public byte[] Validate(ScriptedRequest request)
    {
        IoctlRequest ioctl = request.Read(IoctlRequest.Read);
        if (ioctl.CtlCode != (uint)FsControlCode.ValidateNegotiateInfo)
        {
            return request.BareStatus(NtStatus.InvalidDeviceRequest);
        }

        Assert.True(request.Header.IsSigned || request.WasSealed, "The validation is not signed");
        WireReader reader = new(ioctl.Input);
        ValidateNegotiateInfoRequest sent = ValidateNegotiateInfoRequest.Read(ref reader);
        Assert.Equal((_request.Capabilities, _request.ClientGuid, _request.SecurityMode), (sent.Capabilities, sent.ClientGuid, sent.SecurityMode));
        Assert.Equal(_request.Dialects, sent.Dialects);
        return request.Bare(ValidationOf(_response));
    }

    /// <summary>The answer to a validation that says that this was the negotiation.</summary>
    public static IoctlResponse ValidationOf(in NegotiateResponse negotiated)
    {
        byte[] output = new byte[ValidateNegotiateInfoResponse.Size];
        WireWriter writer = new(output);
        new ValidateNegotiateInfoResponse
        {
            Capabilities = negotiated.Capabilities,
            ServerGuid = negotiated.ServerGuid,
            SecurityMode = negotiated.SecurityMode,
            Dialect = negotiated.DialectRevision,
        }.Write(ref writer);
        return new IoctlResponse { CtlCode = (uint)FsControlCode.ValidateNegotiateInfo, FileId = FileId.Previous, Output = output };
    }

    private static byte[] WithCredits(byte[] message)
    {
        message[Smb2Header.CreditPosition] = 1;
        return message;
    }

    /// <summary>Picks what the server likes best of what the client offers.</summary>
    private void Settle(SmbDialect dialect)
    {
        Dialect = dialect;
        if (dialect == SmbDialect.Smb311)
        {
            Cipher = _request.Contexts.Encryption?.Where(_server.Ciphers.Contains).Select(c => (SmbCipher?)c).FirstOrDefault();
            SigningAlgorithm = _request.Contexts.Signing?.Where(_server.SigningAlgorithms.Contains).Select(a => (SmbSigningAlgorithm?)a).FirstOrDefault() ?? SmbSigningAlgorithm.AesCmac;
            return;
        }

        bool is3 = dialect >= SmbDialect.Smb300;
        SigningAlgorithm = is3 ? SmbSigningAlgorithm.AesCmac : SmbSigningAlgorithm.HmacSha256;
        Cipher = is3 && (_server.Capabilities & _request.Capabilities).HasFlag(Smb2Capabilities.Encryption) ? SmbCipher.Aes128Ccm : null;
    }

    private NegotiateResponse Response(ushort dialect) => new()
    {
        SecurityMode = _server.SecurityMode | Smb2SecurityMode.SigningEnabled,
        DialectRevision = dialect,
        ServerGuid = _server.Guid,
        Capabilities = dialect == (ushort)SmbDialect.Smb202 ? 0 : _server.Capabilities,
        MaxTransactSize = _server.MaxSize,
        MaxReadSize = _server.MaxSize,
        MaxWriteSize = _server.MaxSize,
        SecurityBuffer = ScriptedAccounts.CreateAcceptor().Step(default).Token,
        Contexts = dialect != (ushort)SmbDialect.Smb311 ? default : new Smb2NegotiateContexts
        {
            PreauthIntegrity = new Smb2PreauthIntegrity([1], new byte[32]),
            Encryption = _request.Contexts.Encryption is null ? null : [Cipher ?? 0],
            Signing = _request.Contexts.Signing is null ? null : [SigningAlgorithm],
        },
    };

    private ScriptedSession Create()
    {
        ScriptedSession session = new() { Id = ++_lastSessionId, Preauth = Dialect == SmbDialect.Smb311 ? _preauth.Clone() : null };
        _connection.Sessions[session.Id] = session;
        return session;
    }

    private void Establish(ScriptedSession session, GssContext conversation, bool isFirst)
    {
        session.IsAnonymous = conversation.Peer is { IsAnonymous: true };
        if (isFirst && !session.IsAnonymous)
        {
            ReadOnlySpan<byte> hash = session.Preauth is null ? default : session.Preauth.Value;
            session.SetKeys(Smb2SessionKeys.Derive(Dialect, Cipher, conversation.ExportSessionKey(), hash), SigningAlgorithm, Cipher);
        }

        session.SignIns++;
        session.Conversation = null;
    }
}
