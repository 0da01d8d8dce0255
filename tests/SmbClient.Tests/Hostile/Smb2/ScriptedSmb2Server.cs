using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Channels;
using System.Threading.Tasks;
using SmbClient.Gss;
using SmbClient.Transports;
using SmbClient.Wire.Smb2;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>
/// A small SMB2 server in the same process that behaves, whatever the dialect, until a test tells it how not to: <see cref="OnRequest"/> sees every
/// request first and may answer it with any octets, with several messages, or with none. It checks what a client may do wrong: order of MessageIds,
/// credits, signatures, sealing.
/// </summary>
internal sealed class ScriptedSmb2Server
{
    private readonly ConcurrentQueue<ScriptedRequest> _requests = new();
    private readonly ConcurrentQueue<ScriptedConnection> _connections = new();

    /// <summary>The newest dialect of the server; it takes the newest that both know.</summary>
    public SmbDialect MaxDialect { get; init; } = SmbDialect.Smb311;

    public Smb2SecurityMode SecurityMode { get; init; } = Smb2SecurityMode.SigningEnabled;

    public Smb2Capabilities Capabilities { get; init; } = Smb2Capabilities.Leasing | Smb2Capabilities.LargeMtu | Smb2Capabilities.Encryption;

    /// <summary>What the server knows; it takes the first of the client's that is among them.</summary>
    public IReadOnlyList<SmbCipher> Ciphers { get; init; } = [SmbCipher.Aes128Ccm, SmbCipher.Aes128Gcm, SmbCipher.Aes256Ccm, SmbCipher.Aes256Gcm];

    /// <summary>What the server knows; it takes the first of the client's that is among them.</summary>
    public IReadOnlyList<SmbSigningAlgorithm> SigningAlgorithms { get; init; } = [SmbSigningAlgorithm.HmacSha256, SmbSigningAlgorithm.AesCmac, SmbSigningAlgorithm.AesGmac];

    /// <summary>Every session is sealed.</summary>
    public bool SealSessions { get; init; }

    /// <summary>Every share is sealed.</summary>
    public bool SealShares { get; init; }

    /// <summary>Octets of a read, write or transaction.</summary>
    public uint MaxSize { get; init; } = 1 << 20;

    /// <summary>Credits that a client has at most.</summary>
    public int CreditLimit { get; set; } = 512;

    public Guid Guid { get; } = new("11111111-2222-3333-4444-555555555555");

    public ScriptedFiles Files { get; } = new();

    /// <summary>Answers a request in the server's place: messages to send, or null to let the server answer.</summary>
    public Func<ScriptedRequest, IEnumerable<byte[]>?> OnRequest { get; set; } = _ => null;

    /// <summary>Changes the NEGOTIATE response of a server that says something else than it does.</summary>
    public Func<NegotiateResponse, NegotiateResponse> OnNegotiate { get; set; } = r => r;

    /// <summary>Answers an SMB1 NEGOTIATE; null lets the server answer with 0x02FF.</summary>
    public Func<ScriptedConnection, byte[], IEnumerable<byte[]>?> OnSmb1 { get; set; } = (_, _) => null;

    /// <summary>Somebody on the way: sees each message for the client last, and may change it.</summary>
    public Func<byte[], byte[]> ToClient { get; set; } = m => m;

    /// <summary>Somebody on the way: sees each message for the server first, and may change it.</summary>
    public Func<byte[], byte[]> ToServer { get; set; } = m => m;

    /// <summary>Stands between the client and the wire.</summary>
    public Func<SmbTransport, SmbTransport> WrapTransport { get; set; } = t => t;

    public IReadOnlyCollection<ScriptedRequest> Requests => _requests;

    public IReadOnlyCollection<ScriptedConnection> Connections => _connections;

    /// <summary>The newest connection.</summary>
    public ScriptedConnection Connection => _connections.Last();

    /// <summary>Completes when every client has closed; faults when one broke a rule.</summary>
    public Task Running => Task.WhenAll(_connections.Select(c => c.Running));

    public int Count(Smb2Command command) => _requests.Count(r => r.Command == command);

    public SmbConnectionOptions Options(SmbClientContext context) => new()
    {
        Server = "scripted",
        Mechanisms = [GssMechanism.Ntlm],
        Context = context,
        TransportFactory = (_, _, _) =>
        {
            (SmbTransport client, ScriptedWire wire) = ScriptedWire.Create();
            ScriptedConnection connection = new(this, wire);
            _connections.Enqueue(connection);
            connection.Start();
            return Task.FromResult(WrapTransport(client));
        },
    };

    /// <summary>From now on the requests of a command are not answered, but handed to the test.</summary>
    public ChannelReader<ScriptedRequest> Hold(Smb2Command command)
    {
        Channel<ScriptedRequest> held = Channel.CreateUnbounded<ScriptedRequest>();
        OnRequest = r =>
        {
            if (r.Command != command)
            {
                return null;
            }

            held.Writer.TryWrite(r);
            return [];
        };
        return held.Reader;
    }

    /// <summary>From now on every request of a command is answered so.</summary>
    public void Answer(Smb2Command command, Func<ScriptedRequest, IEnumerable<byte[]>?> answer) => OnRequest = r => r.Command == command ? answer(r) : null;

    public void Behave() => OnRequest = _ => null;

    internal void Note(ScriptedRequest request) => _requests.Enqueue(request);
}
