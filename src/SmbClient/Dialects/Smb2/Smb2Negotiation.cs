using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Crypto;
using SmbClient.Exchange;
using SmbClient.Exchange.Smb2;
using SmbClient.Protection;
using SmbClient.Transports;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;

namespace SmbClient.Dialects.Smb2;

/// <summary>SMB2 NEGOTIATE, [MS-SMB2] 3.2.4.2.2.2 and 3.2.5.2 (client-state P1–P8, Q1–Q10).</summary>
internal static class Smb2Negotiation
{
    private const ushort Sha512 = 0x0001;
    private const int SaltSize = 32;
    private const uint SmallestServerSize = 65536;
    private const uint LargestServerSize = 8 << 20;

    /// <summary>What this client does with 3.x servers. Sealing is announced where a cipher is offered.</summary>
    private const Smb2Capabilities ClientCapabilities = Smb2Capabilities.Leasing | Smb2Capabilities.LargeMtu;

    /// <summary>True for a message of SMB2, with which a server answers an SMB1 NEGOTIATE that offers it.</summary>
    public static bool IsAnswer(MessageBuffer message) =>
        message.Length >= sizeof(uint) && System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(message.Span) == Smb2Header.ProtocolId;

    /// <summary>Negotiates in SMB2 from the start.</summary>
    public static Task NegotiateAsync(ClientConnection connection, SmbTransport transport, CancellationToken cancellationToken) =>
        AskAsync(connection, transport, messageId: 0, cancellationToken);

    /// <summary>Goes on from the answer to an SMB1 NEGOTIATE: SMB 2.0.2 is settled by it, anything newer is asked for once more (N10, Q4).</summary>
    public static async Task ContinueAsync(ClientConnection connection, SmbTransport transport, MessageBuffer answer, CancellationToken cancellationToken)
    {
        (Smb2Header header, NegotiateResponse response) = Decode(connection, answer, messageId: 0);
        if (response.DialectRevision == NegotiateResponse.AnyDialect)
        {
            await AskAsync(connection, transport, messageId: 1, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (response.DialectRevision != (ushort)SmbDialect.Smb202)
        {
            throw connection.Misbehaved($"answered an SMB1 negotiation with the dialect 0x{response.DialectRevision:X4}");
        }

        Start(connection, transport, Settle(connection, transport, null, header, response, preauth: null));
    }

    private static async Task AskAsync(ClientConnection connection, SmbTransport transport, ulong messageId, CancellationToken cancellationToken)
    {
        NegotiateRequest request = CreateRequest(connection);
        PreauthIntegrity preauth = new();
        using (MessageBuffer message = MessageBuffer.Rent(Smb2Header.Size + request.Size))
        {
            WireWriter writer = new(message.Span);
            new Smb2Header { Command = Smb2Command.Negotiate, MessageId = messageId, Credits = 1 }.Write(ref writer);
            request.Write(ref writer);
            message.Truncate(writer.Position);
            preauth.Update(message.Span);
            await transport.SendAsync(message, default, cancellationToken).ConfigureAwait(false);
        }

        using MessageBuffer answer = await transport.ReceiveAsync(WireLimits.MaxMessageBeforeAuthentication, cancellationToken).ConfigureAwait(false)
            ?? throw new System.IO.EndOfStreamException(
                $"{connection.ServerName} closed the connection instead of negotiating; a server that speaks SMB1 only does that ({nameof(SmbConnectionOptions.AllowSmb1)}).");
        preauth.Update(answer.Span);
        (Smb2Header header, NegotiateResponse response) = Decode(connection, answer, messageId);
        Start(connection, transport, Settle(connection, transport, request, header, response, preauth));
    }

    private static NegotiateRequest CreateRequest(ClientConnection connection)
    {
        SmbConnectionOptions options = connection.Options;
        IReadOnlyList<SmbDialect> dialects = connection.Key.Dialects.Smb2Dialects;
        bool offers30 = dialects[dialects.Count - 1] >= SmbDialect.Smb300;
        bool offers311 = dialects[dialects.Count - 1] >= SmbDialect.Smb311;
        return new NegotiateRequest
        {
            SecurityMode = SecurityModeOf(connection.MessageSigningPolicy),
            Capabilities = !offers30 ? 0 : ClientCapabilities | (options.Ciphers.Count > 0 ? Smb2Capabilities.Encryption : 0),
            ClientGuid = dialects[dialects.Count - 1] == SmbDialect.Smb202 ? Guid.Empty : connection.ClientGuid,
            Dialects = dialects,
            Contexts = !offers311 ? default : new Smb2NegotiateContexts
            {
                PreauthIntegrity = new Smb2PreauthIntegrity([Sha512], SecureRandom.Next(SaltSize)),
                Encryption = options.Ciphers.Count > 0 ? options.Ciphers : null,
                Signing = options.SigningAlgorithms.Count > 0 ? options.SigningAlgorithms : null,
                Netname = connection.ServerName,
            },
        };
    }

    /// <summary>The SecurityMode that a policy announces, in the negotiation and in every session setup (P3).</summary>
    public static Smb2SecurityMode SecurityModeOf(SmbSigningState policy) =>
        policy == SmbSigningState.Required ? Smb2SecurityMode.SigningRequired : Smb2SecurityMode.SigningEnabled;

    private static (Smb2Header Header, NegotiateResponse Response) Decode(ClientConnection connection, MessageBuffer answer, ulong messageId)
    {
        WireReader reader = new(answer.Memory);
        Smb2Header header = Smb2Header.Read(ref reader);
        if (header.Command != Smb2Command.Negotiate || !header.IsResponse || header.MessageId != messageId || header.NextCommand != 0)
        {
            throw connection.Misbehaved("answered the negotiation with something else");
        }

        return header.NtStatus == NtStatus.Success
            ? (header, NegotiateResponse.Read(ref reader))
            : throw Incompatible(connection, $"refused the negotiation: {NtStatusText.Name(header.NtStatus)}. {Advice(header.NtStatus)}".TrimEnd());
    }

    /// <summary>Checks the answer against what was offered, and picks what both sides can.</summary>
    private static Smb2Negotiated Settle(
        ClientConnection connection, SmbTransport transport, NegotiateRequest? request, in Smb2Header header, in NegotiateResponse response, PreauthIntegrity? preauth)
    {
        SmbDialect dialect = (SmbDialect)response.DialectRevision;
        if (!connection.Key.Dialects.Contains(dialect) || dialect == SmbDialect.NtLm012)
        {
            throw connection.Misbehaved($"chose the dialect 0x{response.DialectRevision:X4}, which was not offered");
        }

        if (Math.Min(response.MaxTransactSize, Math.Min(response.MaxReadSize, response.MaxWriteSize)) < SmallestServerSize)
        {
            throw connection.Misbehaved($"takes less than {SmallestServerSize} octets in a read, write or transaction");
        }

        Smb2DialectTraits traits = Smb2DialectTraits.Of(dialect);
        bool isMultiCredit = dialect >= SmbDialect.Smb210 && response.Capabilities.HasFlag(Smb2Capabilities.LargeMtu);

        // A frame of the NetBIOS session service has no room for more than one credit's worth.
        uint largest = isMultiCredit && transport.MaxMessageSize > LargestServerSize ? LargestServerSize : SmallestServerSize;
        return new Smb2Negotiated
        {
            Traits = traits,
            SigningAlgorithm = SigningOf(connection, traits, response),
            Cipher = CipherOf(connection, traits, response),
            ServerSecurityMode = response.SecurityMode,
            ServerCapabilities = response.Capabilities,
            ServerGuid = response.ServerGuid,
            GssNegotiateToken = response.SecurityBuffer.ToArray(),
            MaxTransactSize = (int)Math.Min(response.MaxTransactSize, largest),
            MaxReadSize = (int)Math.Min(response.MaxReadSize, largest),
            MaxWriteSize = (int)Math.Min(response.MaxWriteSize, largest),
            Preauth = traits.ProtectsNegotiation ? CheckPreauth(connection, response, preauth) : null,
            Request = request,
            NextMessageId = header.MessageId + 1,
            Credits = header.Credits,
        };
    }

    private static PreauthIntegrity CheckPreauth(ClientConnection connection, in NegotiateResponse response, PreauthIntegrity? preauth) =>
        preauth is not null && response.Contexts.PreauthIntegrity is { } chosen && chosen.HashAlgorithms is [Sha512]
            ? preauth
            : throw connection.Misbehaved("chose no preauthentication integrity that was offered");

    private static SmbSigningAlgorithm SigningOf(ClientConnection connection, Smb2DialectTraits traits, in NegotiateResponse response)
    {
        if (!traits.ProtectsNegotiation || response.Contexts.Signing is not { } chosen)
        {
            return traits.Signing;
        }

        return chosen.Count == 1 && connection.Options.SigningAlgorithms.Contains(chosen[0])
            ? chosen[0]
            : throw connection.Misbehaved("chose a signing algorithm that was not offered");
    }

    private static SmbCipher? CipherOf(ClientConnection connection, Smb2DialectTraits traits, in NegotiateResponse response)
    {
        if (!traits.ProtectsNegotiation)
        {
            return traits.FixedCipher is { } cipher && response.Capabilities.HasFlag(Smb2Capabilities.Encryption) && connection.Options.Ciphers.Contains(cipher)
                ? cipher
                : null;
        }

        // A server that shares none of the ciphers answers with 0, or not at all.
        return response.Contexts.Encryption switch
        {
            null or [0] => null,
            [var chosen] when connection.Options.Ciphers.Contains(chosen) => chosen,
            _ => throw connection.Misbehaved("chose a cipher that was not offered"),
        };
    }

    /// <summary>The negotiation is over: from here on the loops of the connection read and write.</summary>
    private static void Start(ClientConnection connection, SmbTransport transport, Smb2Negotiated negotiated)
    {
        Smb2Flow flow = new(connection.ServerName, negotiated.Traits.Dialect, negotiated.NextMessageId, negotiated.Credits, connection.Logger);
        ConnectionPump pump = new(transport, flow, connection.Options.RequestTimeout, connection.Time, connection.Logger);
        Smb2Dialect dialect = new(connection, new Smb2Exchange(pump, flow), flow, negotiated);
        connection.SetNegotiated(dialect, new NegotiatedConnection
        {
            Dialect = negotiated.Traits.Dialect,
            ServerChallengeResponse = true,

            // Every server of SMB2 can sign, whether it says so or not ([MS-SMB2] 3.2.5.2).
            ServerSigningState = negotiated.ServerSecurityMode.HasFlag(Smb2SecurityMode.SigningRequired) ? SmbSigningState.Required : SmbSigningState.Enabled,
            GssNegotiateToken = negotiated.GssNegotiateToken,
            ServerGuid = negotiated.ServerGuid,
        });
        connection.Pump = pump;
        pump.Start();
    }

    private static string? Advice(NtStatus status) => status switch
    {
        NtStatus.NotSupported => $"The server speaks none of the dialects that {nameof(SmbConnectionOptions.MinDialect)} and {nameof(SmbConnectionOptions.MaxDialect)} allow.",

        // Samba says so where it shares no algorithm.
        NtStatus.InvalidParameter => $"It may have none of the {nameof(SmbConnectionOptions.SigningAlgorithms)} that are offered.",
        _ => null,
    };

    private static SmbProtocolException Incompatible(ClientConnection connection, string what) =>
        new(SmbProtocolError.Incompatible, $"{connection.ServerName} {what}");
}
