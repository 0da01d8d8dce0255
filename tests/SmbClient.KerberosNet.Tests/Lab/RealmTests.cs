using System.IO;
using System.Threading.Tasks;
using SmbClient.Gss;
using Xunit;

namespace SmbClient.KerberosNet.Tests.Lab;

/// <summary>Against a KDC of MIT krb5 and its library, in both roles.</summary>
public sealed class RealmTests
{
    private readonly KerberosNetLab _lab;

    public RealmTests(KerberosNetLab lab)
    {
        _lab = lab;
    }

    private static GssCredential Alice => Password("alice");

    /// <summary>Services with keys of each type, and one whose tickets have a PAC.</summary>
    public static TheoryData<string> Hosts => ["files", "aes128", "sha2", "pac"];

    private static GssCredential Password(string user) => GssCredential.Password($"{user}@MIT.TEST", KerberosNetLab.PasswordOf(user, KerberosNetLab.Realm));

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task OurInitiatorAndTheLibrary(string host)
    {
        await _lab.StartRealmAsync();
        (GssContext initiator, GssContext acceptor) = await Exchange.RunAsync(_lab.Mechanism(), GssMechanism.Kerberos, Alice, $"cifs/{host}.mit.test");
        Assert.Equal("alice", acceptor.Peer!.User);
        initiator.Dispose();
        acceptor.Dispose();
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task TheLibraryAndOurAcceptor(string host)
    {
        await _lab.StartRealmAsync();
        (GssContext initiator, GssContext acceptor) = await Exchange.RunAsync(GssMechanism.Kerberos, _lab.Mechanism(_lab.RealmKeytab), Alice, $"cifs/{host}.mit.test");
        Assert.Equal(("alice", "MIT.TEST", $"cifs/{host}.mit.test"), (acceptor.Peer!.User, acceptor.Peer.Domain, acceptor.Peer.TargetName));
        Assert.Equal(host == "pac" ? GssAuthorizationDataStatus.VerifiedWithKey : GssAuthorizationDataStatus.None, acceptor.Peer.AuthorizationDataStatus);
        Assert.NotNull(acceptor.Peer.Expires);
        initiator.Dispose();
        acceptor.Dispose();
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task OurInitiatorAndTheAcceptorWithoutALibrary(string host)
    {
        await _lab.StartRealmAsync();
        using KerberosKeytab keytab = KerberosKeytab.FromFile(_lab.RealmKeytab);
        KerberosMechanism acceptors = new(new KerberosOptions { Keytab = keytab });
        (GssContext initiator, GssContext acceptor) = await Exchange.RunAsync(_lab.Mechanism(), acceptors, Alice, $"cifs/{host}.mit.test", GssDelegationPolicy.Always, [1], [1]);
        Assert.Equal("alice", acceptor.Peer!.User);
        Assert.NotNull(acceptor.Peer.DelegatedCredential);
        Assert.True((acceptor.Flags & GssContextFlags.ChannelBound) != 0);
        initiator.Dispose();
        acceptor.Dispose();
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("bob")]
    public async Task UsersSignInByPassword(string user)
    {
        await _lab.StartRealmAsync();
        (GssContext initiator, GssContext acceptor) = await Exchange.RunAsync(_lab.Mechanism(), _lab.Mechanism(_lab.RealmKeytab), Password(user), "cifs/files.mit.test");
        Assert.Equal(user, acceptor.Peer!.User);

        // bob's tickets cannot be forwarded.
        Assert.Equal(user != "bob", acceptor.Peer.DelegatedCredential is not null);
        initiator.Dispose();
        acceptor.Dispose();
    }

    [Fact]
    public async Task KeytabSignsIn()
    {
        await _lab.StartRealmAsync();
        GssCredential keytab = GssCredential.Keytab("alice", _lab.KeytabOfAlice(KerberosNetLab.Realm));
        (GssContext initiator, GssContext acceptor) = await Exchange.RunAsync(_lab.Mechanism(), GssMechanism.Kerberos, keytab, "cifs/files.mit.test");
        initiator.Dispose();
        acceptor.Dispose();
    }

    [Fact]
    public async Task CredentialCacheSignsInAndIsOnlyRead()
    {
        await _lab.StartRealmAsync();
        string name = await _lab.KinitAsync("carol", KerberosNetLab.Realm);
        byte[] before = await File.ReadAllBytesAsync(name.Substring(5), TestContext.Current.CancellationToken);
        KerberosNetMechanism mechanism = _lab.Mechanism();
        GssCredential cache = GssCredential.CredentialCache(name);
        GssCredential? named = await mechanism.IdentifyAsync(cache, TestContext.Current.CancellationToken);
        Assert.Equal(("carol", "MIT.TEST"), (named!.User, named.Domain));
        foreach (GssCredential credential in new[] { cache, named })
        {
            (GssContext initiator, GssContext acceptor) = await Exchange.RunAsync(mechanism, GssMechanism.Kerberos, credential, "cifs/files.mit.test");
            Assert.Equal("carol", acceptor.Peer!.User);
            initiator.Dispose();
            acceptor.Dispose();
        }

        Assert.Equal(before, await File.ReadAllBytesAsync(name.Substring(5), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(GssDelegationPolicy.None, "files", false)]
    [InlineData(GssDelegationPolicy.WhenTrusted, "files", true)]
    [InlineData(GssDelegationPolicy.WhenTrusted, "nodeleg", false)]
    [InlineData(GssDelegationPolicy.Always, "nodeleg", true)]
    public async Task WhatOurInitiatorDelegatesTheLibraryCanUse(GssDelegationPolicy policy, string host, bool isDelegated)
    {
        await _lab.StartRealmAsync();
        (GssContext initiator, GssContext acceptor) = await Exchange.RunAsync(_lab.Mechanism(), GssMechanism.Kerberos, Alice, $"cifs/{host}.mit.test", policy);
        Assert.Equal(isDelegated, acceptor.Peer!.DelegatedCredential is not null);
        if (acceptor.Peer.DelegatedCredential is { } delegated)
        {
            (GssContext second, GssContext backend) = await Exchange.RunAsync(GssMechanism.Kerberos, _lab.Mechanism(_lab.RealmKeytab), delegated, "cifs/pac.mit.test");
            Assert.Equal("alice", backend.Peer!.User);
            second.Dispose();
            backend.Dispose();
        }

        initiator.Dispose();
        acceptor.Dispose();
    }

    [Fact]
    public async Task WhatTheLibraryDelegatesOurInitiatorCanUse()
    {
        await _lab.StartRealmAsync();
        (GssContext initiator, GssContext acceptor) = await Exchange.RunAsync(
            GssMechanism.Kerberos, _lab.Mechanism(_lab.RealmKeytab), Alice, "cifs/files.mit.test", GssDelegationPolicy.Always);
        (GssContext second, GssContext backend) = await Exchange.RunAsync(_lab.Mechanism(), GssMechanism.Kerberos, acceptor.Peer!.DelegatedCredential!, "cifs/pac.mit.test");
        Assert.Equal("alice", backend.Peer!.User);
        initiator.Dispose();
        acceptor.Dispose();
        second.Dispose();
        backend.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ChannelBindingsAgreeWithTheLibrarys(bool isOurInitiator)
    {
        await _lab.StartRealmAsync();
        GssMechanism ours = _lab.Mechanism(_lab.RealmKeytab);
        (GssContext initiator, GssContext acceptor) = await Exchange.RunAsync(
            isOurInitiator ? ours : GssMechanism.Kerberos, isOurInitiator ? GssMechanism.Kerberos : ours, Alice, "cifs/files.mit.test",
            initiatorsBindings: [1, 2, 3], acceptorsBindings: [1, 2, 3]);
        Assert.True((acceptor.Flags & GssContextFlags.ChannelBound) != 0);
        initiator.Dispose();
        acceptor.Dispose();
    }

    [Theory]
    [InlineData("alice@MIT.TEST", "wrong", "cifs/files.mit.test", GssStatus.DefectiveCredential, "KDC_ERR_PREAUTH_FAILED")]
    [InlineData("ünï", "ünï-Pw1", "cifs/files.mit.test", GssStatus.NoCredential, "only names of ASCII characters")]
    [InlineData("nobody", "x", "cifs/files.mit.test", GssStatus.NoCredential, "KDC_ERR_C_PRINCIPAL_UNKNOWN")]
    [InlineData("alice", "alice-Pw1", "cifs/unknown.mit.test", GssStatus.NoCredential, "KDC_ERR_S_PRINCIPAL_UNKNOWN")]
    public async Task WhatTheKdcRefuses(string user, string password, string target, GssStatus status, string reason)
    {
        await _lab.StartRealmAsync();
        GssInitiation initiation = await _lab.Mechanism().CreateInitiatorAsync(
            new GssInitiatorOptions { Credential = GssCredential.Password(user, password), TargetName = target }, TestContext.Current.CancellationToken);
        Assert.Null(initiation.Context);
        Assert.Equal(status, initiation.Status);
        Assert.Contains(reason, initiation.Reason);
    }

    [Fact]
    public async Task Rc4IsRefusedWithAReason()
    {
        await _lab.StartRealmAsync();
        GssMechanism ours = _lab.Mechanism(_lab.RealmKeytab);
        GssInitiation initiation = await ours.CreateInitiatorAsync(
            new GssInitiatorOptions { Credential = Alice, TargetName = "cifs/rc4.mit.test" }, TestContext.Current.CancellationToken);
        if (initiation.Context is { } initiator)
        {
            // The KDC encrypts the ticket as it likes: it is the acceptor's business.
            using GssContext acceptor = ours.CreateAcceptor(Exchange.AcceptorOptions)!;
            GssStep answer = acceptor.Step(initiator.Step([]).Token.Span);
            Assert.Contains("only AES", answer.Reason);
        }
        else
        {
            Assert.Contains("never RC4", initiation.Reason);
        }
    }
}
