using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Exchange.Smb2;
using SmbClient.Wire.Smb2;

namespace SmbClient.Dialects.Smb2;

/// <summary>SMB 2.0.2 to 3.1.1 on one connection: what was negotiated, and what sessions and trees do with it.</summary>
internal sealed class Smb2Dialect : ClientDialect
{
    /// <summary>Octets that the largest response has around its data.</summary>
    private const int MessageOverhead = 4096;

    private readonly ClientConnection _connection;
    private readonly Smb2Validation _validation;

    public Smb2Dialect(ClientConnection connection, Smb2Exchange exchange, Smb2Flow flow, Smb2Negotiated negotiated)
    {
        _connection = connection;
        Exchange = exchange;
        Flow = flow;
        Negotiated = negotiated;
        _validation = new Smb2Validation(this, connection);
        Breaks = new Smb2Breaks(this);
        flow.BreakArrived = Breaks.Answer;
    }

    public Smb2Exchange Exchange { get; }

    public Smb2Flow Flow { get; }

    public Smb2Negotiated Negotiated { get; }

    /// <summary>What becomes of oplocks and leases.</summary>
    public Smb2Breaks Breaks { get; }

    public override bool SignsPerConnection => false;

    public override SmbSigningAlgorithm SigningAlgorithm => Negotiated.SigningAlgorithm;

    public override SmbCipher? Cipher => Negotiated.Cipher;

    /// <summary>True where the server has leases.</summary>
    public bool CanLease => Negotiated.Traits.Dialect >= SmbDialect.Smb210 && Negotiated.ServerCapabilities.HasFlag(Smb2Capabilities.Leasing);

    /// <summary>The largest message that may come once a user is signed in.</summary>
    public int MaxReceiveSize => Math.Max(Negotiated.MaxReadSize, Negotiated.MaxTransactSize) + MessageOverhead;

    public override Task SetUpSessionAsync(ClientSession session, CancellationToken cancellationToken) =>
        new Smb2SessionSetup(this, session).RunAsync(cancellationToken);

    public override async Task LogoffAsync(ClientSession session, CancellationToken cancellationToken)
    {
        using Smb2Response response = await Exchange.SendAsync(new LogoffBody(), new Smb2Address { Channel = session.Channel }, cancellationToken).ConfigureAwait(false);
    }

    public override void Forget(ClientSession session)
    {
        if (session.Channel is { } channel)
        {
            Flow.Leave(channel);
        }
    }

    public override async Task ConnectTreeAsync(ClientTreeConnect treeConnect, CancellationToken cancellationToken)
    {
        Smb2TreeConnect connect = new(this, treeConnect);
        await connect.RunAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _validation.RunAsync(treeConnect, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            connect.Abandon();
            throw;
        }
    }

    public override async Task EchoAsync(CancellationToken cancellationToken)
    {
        using Smb2Response response = await Exchange.SendAsync(new EchoBody(), default, cancellationToken).ConfigureAwait(false);
        if (response.Status != NtStatus.Success)
        {
            throw new SmbStatusException(response.Status, nameof(Smb2Command.Echo), null, _connection.ServerName);
        }
    }

    /// <summary>Where the requests of a session go.</summary>
    public static Smb2Address AddressOf(ClientSession session) => new() { Channel = session.Channel };
}
