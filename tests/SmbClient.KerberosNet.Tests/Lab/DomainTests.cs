using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading.Tasks;
using SmbClient.Authentication;
using SmbClient.Gss;
using SmbClient.Server;
using Xunit;

namespace SmbClient.KerberosNet.Tests.Lab;

/// <summary>Against a domain controller, which is a KDC and a SMB server.</summary>
public sealed class DomainTests
{
    private readonly KerberosNetLab _lab;

    public DomainTests(KerberosNetLab lab)
    {
        _lab = lab;
    }

    private SmbConnectionOptions Controller => new()
    {
        Server = "dc1.lab.test",
        Address = KerberosNetLab.ControllerAddress,
        Mechanisms = [_lab.Mechanism()],
        MinDialect = SmbDialect.Smb311,
    };

    private static async Task<string> ReadAsync(SmbConnectionOptions options, SmbCredential credential, string share)
    {
        await using SmbConnection connection = await SmbConnection.OpenAsync(options, credential, TestContext.Current.CancellationToken);
        await using SmbShare opened = await connection.OpenShareAsync(share, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(await opened.ReadAllBytesAsync("hello.txt", TestContext.Current.CancellationToken)).Trim();
    }

    [Theory]
    [InlineData("alice@LAB.TEST")]
    [InlineData("carol@lab.test")]
    [InlineData("lab.test\\bob")]
    public async Task OurClientSignsInByPassword(string user)
    {
        await _lab.StartDomainAsync();
        string name = user.Split('@')[0].Split('\\')[^1];
        using SmbCredential credential = SmbCredential.FromPassword(user, KerberosNetLab.PasswordOf(name, KerberosNetLab.Domain));
        Assert.Equal("controller", await ReadAsync(Controller, credential, "share"));
    }

    [Fact]
    public async Task OurClientSignsInByKeytabAndCache()
    {
        await _lab.StartDomainAsync();
        using SmbCredential keytab = SmbCredential.FromKeytab("alice@LAB.TEST", _lab.KeytabOfAlice(KerberosNetLab.Domain));
        using SmbCredential cache = SmbCredential.FromCredentialCache(await _lab.KinitAsync("carol", KerberosNetLab.Domain));
        Assert.Equal("controller", await ReadAsync(Controller, keytab, "share"));
        Assert.Equal("controller", await ReadAsync(Controller, cache, "share"));
    }

    [Theory]
    [InlineData("disabled", "Passw0rd-disabled", "KDC_ERR_CLIENT_REVOKED")]
    [InlineData("mustchange", "Passw0rd-mustchange", "KDC_ERR_KEY_EXPIRED")]
    [InlineData("alice", "wrong", "KDC_ERR_PREAUTH_FAILED")]
    public async Task AccountsThatTheDomainRefuses(string user, string password, string reason)
    {
        await _lab.StartDomainAsync();
        using SmbCredential credential = SmbCredential.FromPassword($"{user}@LAB.TEST", password);
        SmbAuthenticationException e = await Assert.ThrowsAsync<SmbAuthenticationException>(() => ReadAsync(Controller, credential, "share"));
        Assert.Contains(reason, e.Message);
    }

    [Fact]
    public async Task ThePacIsVerifiedWithTheServicesKey()
    {
        await _lab.StartDomainAsync();
        GssCredential alice = GssCredential.Password("alice@LAB.TEST", KerberosNetLab.PasswordOf("alice", KerberosNetLab.Domain));
        foreach (GssMechanism initiators in new[] { _lab.Mechanism(), GssMechanism.Kerberos })
        {
            (GssContext initiator, GssContext acceptor) = await Exchange.RunAsync(initiators, _lab.Mechanism(_lab.DomainKeytab), alice, "cifs/svcalias.lab.test");
            Assert.Equal(GssAuthorizationDataStatus.VerifiedWithKey, acceptor.Peer!.AuthorizationDataStatus);
            Assert.True(acceptor.Peer.AuthorizationData.Length > 400);
            initiator.Dispose();
            acceptor.Dispose();
        }
    }

    [Fact]
    public async Task DelegatedCredentialsReachTheSecondServer()
    {
        await _lab.StartDomainAsync();
        GssCredential alice = GssCredential.Password("alice@LAB.TEST", KerberosNetLab.PasswordOf("alice", KerberosNetLab.Domain));
        foreach (GssMechanism initiators in new[] { _lab.Mechanism(), GssMechanism.Kerberos })
        {
            (GssContext initiator, GssContext acceptor) = await Exchange.RunAsync(initiators, _lab.Mechanism(_lab.DomainKeytab), alice, "cifs/svc.lab.test");
            GssCredential delegated = acceptor.Peer!.DelegatedCredential!;
            Assert.NotNull(delegated);
            GssInitiation second = await _lab.Mechanism().CreateInitiatorAsync(
                new GssInitiatorOptions { Credential = delegated, TargetName = "cifs/dc1.lab.test" }, TestContext.Current.CancellationToken);
            Assert.True(second.Context is not null, second.Reason);
            second.Context!.Dispose();
            initiator.Dispose();
            acceptor.Dispose();
        }
    }

    [Fact]
    public async Task OurServerTakesOurClient()
    {
        await _lab.StartDomainAsync();
        string folder = Directory.CreateTempSubdirectory().FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "hello.txt"), "ours", TestContext.Current.CancellationToken);
        using SmbServerAuthenticator authenticator = new(new SmbAuthenticatorOptions { Mechanisms = [_lab.Mechanism(_lab.DomainKeytab)], TargetHosts = ["svc.lab.test"] });
        await using SmbServer server = SmbServer.Start(new SmbServerOptions { Authenticator = authenticator, Shares = [new SmbServerShare("share", new FolderFileStore(folder))] });
        using SmbCredential credential = SmbCredential.FromPassword("alice@LAB.TEST", KerberosNetLab.PasswordOf("alice", KerberosNetLab.Domain));
        SmbConnectionOptions options = new()
        {
            Server = "svc.lab.test",
            Address = "127.0.0.1",
            Port = ((IPEndPoint)server.EndPoints.Single()).Port,
            Mechanisms = [_lab.Mechanism()],
        };
        Assert.Equal("ours", await ReadAsync(options, credential, "share"));
    }
}
