using System;
using System.Net;
using System.Security.Cryptography;
using System.Threading.Tasks;
using SmbClient;
using SmbClient.Authentication;
using SmbClient.Server;

namespace QuickStart;

/// <summary>A server in this process: one user, one share, everything in memory.</summary>
internal sealed class EmbeddedServer : IAsyncDisposable
{
    private const string User = "alice";

    private static readonly string Password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private readonly SmbServerAuthenticator _authenticator;
    private readonly SmbServer _server;

    private EmbeddedServer(bool requireSigning)
    {
        _authenticator = new SmbServerAuthenticator(new SmbAuthenticatorOptions
        {
            NetBiosName = "QUICKSTART",
            Accounts = new MemoryAccountStore().Add(User, Password),
        });
        MemoryFileStore store = new();
        store.AddFile("readme.txt", "Nothing here is on a disk.\n"u8);
        _server = SmbServer.Start(new SmbServerOptions
        {
            Authenticator = _authenticator,
            Shares = [new SmbServerShare("share", store) { Comment = "In memory" }],
            AllowSmb1 = true,
            RequireSigning = requireSigning,
        });
    }

    public string Host => EndPoint.Address.ToString();

    public int Port => EndPoint.Port;

    private IPEndPoint EndPoint => (IPEndPoint)_server.EndPoints[0];

    /// <summary>Starts one on a free port of loopback.</summary>
    public static EmbeddedServer Start(bool requireSigning = true) => new(requireSigning);

    /// <summary>The one user, whose password is another one each time.</summary>
    public static SmbCredential CreateCredential() => SmbCredential.FromPassword(User, Password);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _authenticator.Dispose();
    }
}
