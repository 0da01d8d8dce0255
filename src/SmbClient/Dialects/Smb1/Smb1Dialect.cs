using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Exchange.Smb1;
using SmbClient.Wire.Smb1;

namespace SmbClient.Dialects.Smb1;

/// <summary>
/// "NT LM 0.12" on one connection: the fields of Client.Connection that only SMB1 has, and what a session and a tree do with them.
/// </summary>
internal sealed class Smb1Dialect : ClientDialect
{
    /// <summary>
    /// The largest message that we take: a 64 KiB read with its header, which may exceed <see cref="MaxBufferSize"/>.
    /// </summary>
    public const int MaxReceiveSize = 0x1FFFF;

    /// <summary>Client.MaxBufferSize: the largest response that we take, large reads apart.</summary>
    public const ushort MaxBufferSize = 0xFFFF;

    /// <summary>Client.Capabilities.
    /// EXTENDED_SECURITY is added by the extended form of SESSION_SETUP_ANDX.</summary>
    private const Smb1Capabilities ClientCapabilities =
        Smb1Capabilities.Unicode | Smb1Capabilities.LargeFiles | Smb1Capabilities.NtSmbs | Smb1Capabilities.Status32
        | Smb1Capabilities.LargeReadX | Smb1Capabilities.LargeWriteX | Smb1Capabilities.DynamicReauth;

    private readonly ClientConnection _connection;
    private readonly SemaphoreSlim _setup = new(1);

    public Smb1Dialect(ClientConnection connection, Smb1Exchange exchange, Smb1Flow flow, NegotiateResponse negotiated)
    {
        _connection = connection;
        Exchange = exchange;
        Flow = flow;
        ServerCapabilities = negotiated.Capabilities;
        ServerMaxBufferSize = (int)Math.Min(negotiated.MaxBufferSize, MaxReceiveSize);
        ServerSessionKey = negotiated.SessionKey;
        NtlmChallenge = negotiated.Challenge;
        ServerDomainName = negotiated.DomainName ?? "";
    }

    public override bool SignsPerConnection => true;

    public override SmbSigningAlgorithm SigningAlgorithm => SmbSigningAlgorithm.Md5;

    public override SmbCipher? Cipher => null;

    public Smb1Exchange Exchange { get; }

    public Smb1Flow Flow { get; }

    /// <summary>Client.Connection.ServerCapabilities.</summary>
    public Smb1Capabilities ServerCapabilities { get; }

    /// <summary>Client.Connection.ServerMaxBufferSize, octets.</summary>
    public int ServerMaxBufferSize { get; }

    /// <summary>Client.Connection.ServerSessionKey, repeated in every SESSION_SETUP_ANDX.</summary>
    public uint ServerSessionKey { get; }

    /// <summary>Client.Connection.NTLMChallenge, 8 octets; empty with extended security.</summary>
    public ReadOnlyMemory<byte> NtlmChallenge { get; }

    /// <summary>The domain that a server without extended security names.</summary>
    public string ServerDomainName { get; }

    /// <summary>The capabilities to announce: ours, as far as the server has them ([MS-CIFS] 3.2.4.2.3).</summary>
    public Smb1Capabilities SharedCapabilities => ClientCapabilities & (ServerCapabilities | Smb1Capabilities.DynamicReauth);

    public override async Task SetUpSessionAsync(ClientSession session, CancellationToken cancellationToken)
    {
        await _setup.WaitAsync(cancellationToken).ConfigureAwait(false);
        int held = 0;
        try
        {
            bool mayActivateSigning = !_connection.IsSigningActive
                && !session.IsAnonymous
                && SigningPolicy.Evaluate(session.MessageSigningPolicy, _connection.ServerSigningState) == SigningOutcome.Signed;

            // The sequence starts at this sign-in, so nothing else may be under way.
            while (mayActivateSigning && held < Flow.MaxMpxCount)
            {
                await Flow.TakeSlotAsync(cancellationToken).ConfigureAwait(false);
                held++;
            }

            Smb1SessionSetup setup = new(_connection, this, session, slotsAreHeld: held > 0);
            await setup.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (held > 0)
            {
                Flow.ReturnSlots(held);
            }

            _setup.Release();
        }
    }

    public override async Task LogoffAsync(ClientSession session, CancellationToken cancellationToken)
    {
        using Smb1Response response = await Exchange.SendAsync(
            new LogoffBody(), new Smb1Address { Uid = (ushort)session.SessionId }, cancellationToken).ConfigureAwait(false);
    }

    public override async Task ConnectTreeAsync(ClientTreeConnect treeConnect, CancellationToken cancellationToken)
    {
        Smb1TreeConnect connect = new(this, treeConnect);
        await connect.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    public override async Task EchoAsync(CancellationToken cancellationToken)
    {
        using Smb1Response response = await Exchange.SendAsync(
            new EchoRequest { EchoCount = 1, Data = new byte[] { 0x53, 0x4D, 0x42 } }, new Smb1Address(), cancellationToken).ConfigureAwait(false);
        if (response.Status != NtStatus.Success)
        {
            throw new SmbStatusException(response.Status, nameof(Smb1Command.Echo), null, _connection.ServerName);
        }
    }

    /// <summary>
    /// Sends a body in a session and returns its response, whatever the status; but an expired session is signed in again first, and a
    /// session that the server has dropped leaves the table (client-state X1, X2).
    /// </summary>
    public async Task<Smb1Response> SendInSessionAsync<T>(ClientSession session, T body, Smb1Address address, CancellationToken cancellationToken)
        where T : struct, ISmb1Body
    {
        bool again = false;
        while (true)
        {
            int signIns = session.SignIns;
            Smb1Response response = await Exchange.SendAsync(body, address with { Uid = (ushort)session.SessionId }, cancellationToken).ConfigureAwait(false);
            if (response.Status != NtStatus.NetworkSessionExpired || again)
            {
                Note(session, response.Status);
                return response;
            }

            response.Dispose();
            again = true;
            await ReauthenticateAsync(session, signIns, cancellationToken).ConfigureAwait(false);
        }
    }
}
