using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SmbClient.Gss;

namespace SmbClient.Connections;

/// <summary>One caller's wish for a session: who, where, and what the session must at least be.</summary>
internal sealed class SessionRequest
{
    public SessionRequest(SmbPath target, SmbConnectionOptions options, GssCredential credential, SmbSigningState messageSigningPolicy)
    {
        Options = options;
        ServerName = target.Server;
        int port = options.Port != 0 ? options.Port : target.Port;
        Port = port != 0 ? port : options.Transport == SmbTransportKind.NetBios ? 139 : 445;
        Key = new ConnectionKey(ServerName, Port, options);
        Credential = credential;
        Policy = new AuthenticationPolicy(options);
        MessageSigningPolicy = messageSigningPolicy;
        Logger = options.LoggerFactory?.CreateLogger("SmbClient") ?? NullLogger.Instance;
    }

    private SessionRequest(SessionRequest other)
    {
        Options = other.Options;
        ServerName = other.ServerName;
        Port = other.Port;
        Key = other.Key;
        Credential = other.Credential;
        Policy = other.Policy;
        MessageSigningPolicy = other.MessageSigningPolicy;
        Logger = other.Logger;
    }

    public SmbConnectionOptions Options { get; }

    /// <summary>Client.Connection.ServerName: the server exactly as the caller named it.</summary>
    public string ServerName { get; }

    public int Port { get; }

    public ConnectionKey Key { get; }

    public GssCredential Credential { get; }

    public AuthenticationPolicy Policy { get; }

    public SmbSigningState MessageSigningPolicy { get; }

    public ILogger Logger { get; }

    /// <summary>The session that a new one takes the place of, which the server then ends; 0 for none.</summary>
    public ulong PreviousSessionId { get; private init; }

    /// <summary>The same wish, after a session that was lost with its connection.</summary>
    public SessionRequest After(ulong lostSessionId) => new(this) { PreviousSessionId = lostSessionId };
}
