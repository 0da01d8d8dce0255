using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.Extensions.Logging;
using SmbClient.Dialects;
using SmbClient.Exchange;
using SmbClient.Gss;

namespace SmbClient.Connections;

/// <summary>The life of a connection.</summary>
internal enum ConnectionState
{
    /// <summary>The transport is being made and the dialect negotiated.</summary>
    Connecting,

    /// <summary>Sessions may be set up.</summary>
    Ready,

    /// <summary>It is over; nobody gets it any more.</summary>
    Closed,
}

/// <summary>
/// Client.Connection of [MS-CIFS] 3.2.1.2 and [MS-SMB] 3.2.1.2, as far as all dialects share it; what one family needs beyond is with its
/// <see cref="ClientDialect"/>. Guarded by the gate of its <see cref="ConnectionTable"/>.
/// </summary>
internal sealed class ClientConnection
{
    private readonly List<ClientSession> _sessions = [];

    public ClientConnection(SessionRequest openedBy, Guid clientGuid, TimeProvider time)
    {
        Key = openedBy.Key;
        ServerName = openedBy.ServerName;
        MessageSigningPolicy = openedBy.MessageSigningPolicy;
        OpenedFor = openedBy.Credential;
        OpenedWith = openedBy.Policy;
        Options = openedBy.Options;
        Port = openedBy.Port;
        Logger = openedBy.Logger;
        ClientGuid = clientGuid;
        Time = time;
    }

    public ConnectionKey Key { get; }

    /// <summary>Client.Connection.ServerName: the server as the caller named it.</summary>
    public string ServerName { get; }

    public int Port { get; }

    /// <summary>The policy of the caller who made the connection; what the signing matrix was evaluated with first.</summary>
    public SmbSigningState MessageSigningPolicy { get; }

    public GssCredential OpenedFor { get; }

    public AuthenticationPolicy OpenedWith { get; }

    public SmbConnectionOptions Options { get; }

    public ILogger Logger { get; }

    /// <summary>Connection.ClientGuid of [MS-SMB2] 3.2.1.2.</summary>
    public Guid ClientGuid { get; }

    public TimeProvider Time { get; }

    public ConnectionState State { get; set; } = ConnectionState.Connecting;

    /// <summary>True while sessions may be set up and used: a wire that has failed is never handed out, even before its loops have ended.</summary>
    public bool IsUsable => State == ConnectionState.Ready && Pump is not { IsAborted: true };

    /// <summary>The connect and the negotiation, which everyone who wants this connection awaits.</summary>
    public SharedAttempt Opening { get; set; } = null!;

    /// <summary>The negotiated family; set when <see cref="State"/> becomes <see cref="ConnectionState.Ready"/>.</summary>
    public ClientDialect Dialect { get; private set; } = null!;

    /// <summary>The loops of the wire; null before there is one.</summary>
    public ConnectionPump? Pump { get; set; }

    /// <summary>Client.Connection.NegotiateSent: the NEGOTIATE response has come, and there will be no second one.</summary>
    public bool NegotiateSent { get; private set; }

    /// <summary>Client.Connection.SelectedDialect.</summary>
    public SmbDialect SelectedDialect { get; private set; }

    /// <summary>Client.Connection.ShareLevelAccessControl.</summary>
    public bool ShareLevelAccessControl { get; private set; }

    /// <summary>Client.Connection.ServerChallengeResponse.</summary>
    public bool ServerChallengeResponse { get; private set; }

    /// <summary>Client.Connection.ServerSigningState.</summary>
    public SmbSigningState ServerSigningState { get; private set; }

    /// <summary>Client.Connection.GSSNegotiateToken: the server's hint, which nothing protects; empty where it sent none.</summary>
    public ReadOnlyMemory<byte> GssNegotiateToken { get; private set; }

    /// <summary>Client.Connection.ServerGUID.</summary>
    public Guid ServerGuid { get; private set; }

    /// <summary>Client.Connection.MaxMpxCount of SMB1: requests that may be outstanding at once. SMB2 has credits instead.</summary>
    public int MaxMpxCount { get; private set; }

    /// <summary>Client.Connection.IsSigningActive; never goes back to false.</summary>
    public bool IsSigningActive { get; set; }

    /// <summary>Client.Connection.SessionTable.</summary>
    public IReadOnlyList<ClientSession> SessionTable => _sessions;

    /// <summary>True when a user who could sign has a session or is getting one.</summary>
    public bool HasRealUser => _sessions.Any(s => s is { IsAnonymous: false, IsGuest: false });

    /// <summary>Ends the connection when it stands idle.</summary>
    public ITimer? IdleTimer { get; set; }

    /// <summary>Enters what the NEGOTIATE response said. Once.</summary>
    public void SetNegotiated(ClientDialect dialect, NegotiatedConnection negotiated)
    {
        if (NegotiateSent)
        {
            throw new InvalidOperationException("A connection is negotiated once.");
        }

        NegotiateSent = true;
        Dialect = dialect;
        SelectedDialect = negotiated.Dialect;
        ShareLevelAccessControl = negotiated.ShareLevelAccessControl;
        ServerChallengeResponse = negotiated.ServerChallengeResponse;
        ServerSigningState = negotiated.ServerSigningState;
        GssNegotiateToken = negotiated.GssNegotiateToken;
        ServerGuid = negotiated.ServerGuid;
        MaxMpxCount = negotiated.MaxMpxCount;
    }

    /// <summary>The server broke a rule: ends the connection; the caller throws the result.</summary>
    /// <param name="what">What it did, to follow the server's name.</param>
    public SmbProtocolException Misbehaved(string what)
    {
        SmbProtocolException reason = new(SmbProtocolError.Misbehaved, $"{ServerName} {what}.");
        Pump?.Abort(reason);
        return reason;
    }

    public void Add(ClientSession session) => _sessions.Add(session);

    /// <summary>Removes by reference; a late close of an old session never removes its successor.</summary>
    public bool Remove(ClientSession session) => _sessions.Remove(session);
}
