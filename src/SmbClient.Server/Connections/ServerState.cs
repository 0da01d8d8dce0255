using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using Microsoft.Extensions.Logging;
using SmbClient.Authentication;

namespace SmbClient.Server.Connections;

/// <summary>What all connections of a server share: its options, shares, counts and identity.</summary>
internal sealed class ServerState
{
    private readonly IReadOnlyDictionary<string, ServerShare> _shares;
    private long _lastFileId;

    public ServerState(SmbServerOptions options, IReadOnlyDictionary<string, ServerShare> shares, ILogger logger)
    {
        Options = options;
        Logger = logger;
        _shares = shares;
        Connections = new ServerCount(options.MaxConnections);
        Sessions = new ServerCount(options.MaxSessions);
        Opens = new ServerCount(options.MaxOpens);
        Octets = new OctetBudget(options.MaxOctetsInFlight);
        StartTime = options.TimeProvider.GetUtcNow();
    }

    public SmbServerOptions Options { get; }

    public SmbServerAuthenticator Authenticator => Options.Authenticator;

    public TimeProvider Time => Options.TimeProvider;

    public ILogger Logger { get; }

    /// <summary>ServerGuid, [MS-SMB2] 3.3.1.5.</summary>
    public Guid Guid { get; } = Guid.NewGuid();

    public DateTimeOffset StartTime { get; }

    public ServerCount Connections { get; }

    public ServerCount Sessions { get; }

    public ServerCount Opens { get; }

    public OctetBudget Octets { get; }

    /// <summary>The sessions of SMB2, of all connections: GlobalSessionTable, [MS-SMB2] 3.3.1.5.</summary>
    public Smb2.Smb2SessionTable Smb2Sessions { get; } = new();

    /// <summary>A number for something that is opened; never 0, never twice.</summary>
    public ulong NextFileId() => (ulong)Interlocked.Increment(ref _lastFileId);

    public bool TryGetShare(string name, [NotNullWhen(true)] out ServerShare? share) => _shares.TryGetValue(name, out share);
}
