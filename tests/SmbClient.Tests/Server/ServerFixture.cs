using System;
using System.Text;
using System.Threading.Tasks;
using SmbClient.Authentication;
using SmbClient.Gss;
using SmbClient.Server;

namespace SmbClient.Tests.Server;

/// <summary>A server in memory with the user alice and the share "share", in which there is hello.txt.</summary>
internal sealed class ServerFixture : IAsyncDisposable
{
    private readonly SmbServerAuthenticator _authenticator;

    public ServerFixture(Func<SmbServerOptions, SmbServerOptions>? change = null, Func<SmbAuthenticatorOptions, SmbAuthenticatorOptions>? authentication = null)
    {
        Store.AddFile("hello.txt", Content);
        SmbAuthenticatorOptions options = new()
        {
            NetBiosName = "SERVER",
            FailureDelay = SmbFailureDelay.None,
            Accounts = new MemoryAccountStore().Add("alice", "secret").Add("bob", "hidden"),
        };
        _authenticator = new SmbServerAuthenticator(authentication?.Invoke(options) ?? options);
        SmbServerOptions defaults = new()
        {
            Authenticator = _authenticator,
            EndPoints = [],
            Shares = [new SmbServerShare("share", Store), new SmbServerShare("sealed", Store) { RequireEncryption = true }, new SmbServerShare("fixed", Store) { IsReadOnly = true }],
        };
        Server = SmbServer.Start(change?.Invoke(defaults) ?? defaults);
    }

    public static byte[] Content { get; } = Encoding.ASCII.GetBytes("hello from memory");

    public static SmbCredential Alice { get; } = SmbCredential.FromPassword("alice", "secret");

    public MemoryFileStore Store { get; } = new();

    public SmbServer Server { get; }

    public SmbConnectionOptions Options(SmbClientContext context, SmbDialect dialect = SmbDialect.Smb311) => Server.InMemory(new SmbConnectionOptions
    {
        Server = "server",
        Mechanisms = [GssMechanism.Ntlm],
        Context = context,
        MinDialect = dialect == SmbDialect.NtLm012 ? SmbDialect.Smb202 : dialect,
        MaxDialect = dialect,
        AllowSmb1 = dialect == SmbDialect.NtLm012,
    });

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _authenticator.Dispose();
    }
}
