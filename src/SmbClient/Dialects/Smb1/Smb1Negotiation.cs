using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Crypto;
using SmbClient.Exchange;
using SmbClient.Exchange.Smb1;
using SmbClient.Transports;
using SmbClient.Wire;
using SmbClient.Wire.Smb1;

namespace SmbClient.Dialects.Smb1;

/// <summary>SMB_COM_NEGOTIATE with "NT LM 0.12" and, where they are allowed, the two names under which SMB2 goes, [MS-CIFS] 3.2.4.2.2 and [MS-SMB] 3.2.5.2 (client-state N1–N9).</summary>
internal sealed class Smb1Negotiation
{
    private const string NtLm012 = "NT LM 0.12";
    private const string Smb2002 = "SMB 2.002";
    private const string Smb2Any = "SMB 2.???";
    private const ushort NoDialect = 0xFFFF;

    /// <summary>Octets that a request has at most beyond its data; a server with less room cannot be spoken to.</summary>
    private const uint SmallestServerBuffer = 1024;

    /// <summary>Flags2 of every request, as far as the server's capabilities do not decide.</summary>
    private const Smb1Flags2 CommonFlags2 = Smb1Flags2.LongNames | Smb1Flags2.IsLongName;

    private readonly ClientConnection _connection;
    private readonly SmbTransport _transport;

    /// <summary>The PID of every request: byte-range locks belong to one, and servers expect that of the negotiation ever after.</summary>
    private readonly uint _pid = NewPid();

    public Smb1Negotiation(ClientConnection connection, SmbTransport transport)
    {
        _connection = connection;
        _transport = transport;
    }

    /// <summary>The server's answer, which the caller owns. It may be one of SMB2, where that is offered too (P1).</summary>
    public async Task<MessageBuffer> AskAsync(CancellationToken cancellationToken)
    {
        DialectSet dialects = _connection.Key.Dialects;
        List<string> names = [NtLm012];
        if (dialects.Contains(SmbDialect.Smb202))
        {
            names.Add(Smb2002);
        }

        if (dialects.Newest > SmbDialect.Smb202)
        {
            names.Add(Smb2Any);
        }

        Smb1Flags2 flags2 = CommonFlags2 | Smb1Flags2.NtStatus | Smb1Flags2.Unicode | (_connection.Options.OfferExtendedSecurity ? Smb1Flags2.ExtendedSecurity : 0);
        using (MessageBuffer request = Smb1Exchange.Build(new NegotiateRequest { Dialects = names }, flags2, uid: 0, Smb1Header.NoTid, StringsOf(_connection, unicode: true)))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(request.Span.Slice(Smb1Flow.PidLowPosition), (ushort)_pid);
            await _transport.SendAsync(request, default, cancellationToken).ConfigureAwait(false);
        }

        return await _transport.ReceiveAsync(WireLimits.MaxMessageBeforeAuthentication, cancellationToken).ConfigureAwait(false)
            ?? throw new EndOfStreamException("A server that has SMB1 switched off does that.");
    }

    /// <summary>The server has chosen SMB1: from here on the loops of the connection read and write.</summary>
    public void Accept(MessageBuffer answer)
    {
        ClientConnection connection = _connection;
        NegotiateResponse negotiated = Decode(connection, answer);
        Smb1Flow flow = new(connection.ServerName, _pid, connection.Logger);
        ConnectionPump pump = new(_transport, flow, connection.Options.RequestTimeout, connection.Time, connection.Logger);
        bool unicode = negotiated.Capabilities.HasFlag(Smb1Capabilities.Unicode);
        Smb1Exchange exchange = new(pump, flow)
        {
            Strings = StringsOf(connection, unicode),
            Flags2 = CommonFlags2
                | (unicode ? Smb1Flags2.Unicode : 0)
                | (negotiated.Capabilities.HasFlag(Smb1Capabilities.Status32) ? Smb1Flags2.NtStatus : 0)
                | (negotiated.Capabilities.HasFlag(Smb1Capabilities.ExtendedSecurity) ? Smb1Flags2.ExtendedSecurity : 0),
        };

        // A server that says 0 cannot mean it (client-state N5).
        int maxMpxCount = Math.Max((int)negotiated.MaxMpxCount, 1);
        flow.SetLimits(maxMpxCount, Smb1Dialect.MaxReceiveSize);
        Smb1Dialect dialect = new(connection, exchange, flow, negotiated);
        connection.SetNegotiated(dialect, new NegotiatedConnection
        {
            Dialect = SmbDialect.NtLm012,
            ShareLevelAccessControl = !negotiated.SecurityMode.HasFlag(Smb1SecurityMode.UserLevel),
            ServerChallengeResponse = negotiated.SecurityMode.HasFlag(Smb1SecurityMode.EncryptPasswords),
            ServerSigningState = SigningStateOf(negotiated.SecurityMode),
            GssNegotiateToken = negotiated.SecurityBlob.ToArray(),
            ServerGuid = negotiated.ServerGuid,
            MaxMpxCount = maxMpxCount,
        });
        connection.Pump = pump;
        pump.Start();
    }

    /// <summary>
    /// Client.Connection.ServerSigningState (client-state N4). A server cannot say Declined on the wire. Share-level servers and those
    /// without challenge/response have no key to sign with.
    /// </summary>
    internal static SmbSigningState SigningStateOf(Smb1SecurityMode mode)
    {
        const Smb1SecurityMode CanHaveKey = Smb1SecurityMode.UserLevel | Smb1SecurityMode.EncryptPasswords;
        if ((mode & CanHaveKey) != CanHaveKey || !mode.HasFlag(Smb1SecurityMode.SignaturesEnabled))
        {
            return SmbSigningState.Disabled;
        }

        return mode.HasFlag(Smb1SecurityMode.SignaturesRequired) ? SmbSigningState.Required : SmbSigningState.Enabled;
    }

    private static NegotiateResponse Decode(ClientConnection connection, MessageBuffer answer)
    {
        WireReader reader = new(answer.Memory);
        Smb1Header header = Smb1Header.Read(ref reader);
        if (header.Command != Smb1Command.Negotiate || !header.Flags.HasFlag(Smb1Flags.Reply))
        {
            throw connection.Misbehaved("answered the negotiation with something else");
        }

        if (header.NtStatus != NtStatus.Success)
        {
            throw Incompatible(connection, $"refused the negotiation: {NtStatusText.Name(header.NtStatus)}");
        }

        NegotiateResponse negotiated = Detach(NegotiateResponse.Read(ref reader, StringsOf(connection, unicode: true)));
        if (negotiated.DialectIndex == NoDialect)
        {
            throw Incompatible(connection, $"does not speak \"{NtLm012}\", since SMB1 is probably switched off there, nor anything else that {nameof(SmbConnectionOptions.MinDialect)} and {nameof(SmbConnectionOptions.MaxDialect)} allow");
        }

        if (negotiated.DialectIndex != 0)
        {
            throw connection.Misbehaved($"chose dialect {negotiated.DialectIndex}, which is not \"{NtLm012}\", in an answer of SMB1");
        }

        if (negotiated.MaxBufferSize < SmallestServerBuffer)
        {
            throw Incompatible(connection, $"takes messages of {negotiated.MaxBufferSize} octets at most; {SmallestServerBuffer} are needed");
        }

        return negotiated;
    }

    /// <summary>The response outlives its message.</summary>
    private static NegotiateResponse Detach(in NegotiateResponse negotiated) => negotiated with
    {
        Challenge = negotiated.Challenge.ToArray(),
        SecurityBlob = negotiated.SecurityBlob.ToArray(),
    };

    private static Smb1Strings StringsOf(ClientConnection connection, bool unicode) =>
        new(unicode, connection.Options.OemEncoding ?? Encoding.GetEncoding("iso-8859-1"));

    private static SmbProtocolException Incompatible(ClientConnection connection, string what) =>
        new(SmbProtocolError.Incompatible, $"{connection.ServerName} {what}.");

    /// <summary>Each connection has one of its own; 15 bits, and never 0.</summary>
    private static uint NewPid()
    {
        byte[] random = SecureRandom.Next(2);
        return (uint)(((random[0] << 8) | random[1]) & 0x7FFF) + 1;
    }
}
