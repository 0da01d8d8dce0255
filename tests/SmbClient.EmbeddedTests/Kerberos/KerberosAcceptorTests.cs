using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using SmbClient.Authentication;
using SmbClient.Gss;
using SmbClient.InteropTests.Clients;
using SmbClient.InteropTests.Lab;
using SmbClient.InteropTests.Lab.Kerberos;
using SmbClient.Server;
using Xunit;

namespace SmbClient.InteropTests.Kerberos;

/// <summary>Our server takes tickets, with its own acceptor and with those of the system: from smbclient and from our client.</summary>
public sealed class KerberosAcceptorTests(KerberosLab lab)
{
    private static readonly string[] Acceptors = [KerberosServices.Managed, KerberosServices.Mit, KerberosServices.Heimdal];

    public static TheoryData<string> All => [.. Acceptors];

    public static MatrixTheoryData<string, string> Dialects => new(Acceptors, ["NT1", "SMB2_02", "SMB2_10", "SMB3_00", "SMB3_02", "SMB3_11"]);

    public static MatrixTheoryData<string, string> Sealing => new(Acceptors, ["SMB3_00", "SMB3_02", "SMB3_11"]);

    public static MatrixTheoryData<string, SmbDialect> OwnDialects => new(
        Acceptors,
        [SmbDialect.NtLm012, SmbDialect.Smb202, SmbDialect.Smb210, SmbDialect.Smb300, SmbDialect.Smb302, SmbDialect.Smb311]);

    public static MatrixTheoryData<string, string> Users => new(Acceptors, ["alice", "bob", "carol", "ünï"]);

    public static MatrixTheoryData<string, string> Names => new(Acceptors, ["svc.lab.test", "SVC.LAB.TEST", "svc", "svcalias.lab.test", "nodeleg.lab.test"]);

    public static MatrixTheoryData<string, string> ServicesOfTheRealm => new(Acceptors, ["pac.mit.test", "nodeleg.mit.test", "aes128.mit.test", "sha2.mit.test", "rc4.mit.test"]);

    [Theory]
    [MemberData(nameof(Dialects))]
    public Task Smbclient_signed(string acceptor, string dialect) => SmbclientMovesAsync(acceptor, dialect, "sign");

    [Theory]
    [MemberData(nameof(Sealing))]
    public Task Smbclient_sealed(string acceptor, string dialect) => SmbclientMovesAsync(acceptor, dialect, "encrypt");

    [Theory]
    [MemberData(nameof(All))]
    public async Task Smbclient_with_a_password(string acceptor)
    {
        await using KerberosServices server = await KerberosServices.StartAsync(lab, acceptor);

        KerberosProgram run = await server.SmbclientAsync(lab, "svc.lab.test", "ls", "SMB3_11", "", "-U", $"alice@{KerberosLab.Domain}%{KerberosLab.PasswordOf("alice", KerberosLab.Domain)}");

        Assert.True(run.ExitCode == 0, run.Everything);
        Assert.Contains("hello.txt", run.Output, StringComparison.Ordinal);
        Assert.Equal("alice", server.LastIdentity().User);
    }

    [Theory]
    [MemberData(nameof(OwnDialects))]
    public async Task Our_client(string acceptor, SmbDialect dialect)
    {
        await using KerberosServices server = await KerberosServices.StartAsync(lab, acceptor);
        await using SmbClientContext context = new();
        using SmbCredential alice = Password("alice", KerberosLab.Domain);
        byte[] content = RandomNumberGenerator.GetBytes(123_456);
        SmbEncryptionPolicy[] policies = dialect >= SmbDialect.Smb300 && dialect != SmbDialect.NtLm012 ? [SmbEncryptionPolicy.IfServerRequires, SmbEncryptionPolicy.Required] : [SmbEncryptionPolicy.IfServerRequires];
        foreach (SmbEncryptionPolicy policy in policies)
        {
            await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context, "svc.lab.test", dialect) with { Encryption = policy }, alice);
            await using SmbShare share = await connection.OpenShareAsync("share");

            await share.WriteAllBytesAsync("own.bin", content);

            Octets.AssertSame(content, await share.ReadAllBytesAsync("own.bin"));
            Octets.AssertSame(content, await File.ReadAllBytesAsync(Path.Combine(server.Folder, "own.bin")));
            Assert.Equal((true, policy == SmbEncryptionPolicy.Required), (connection.IsSigned, connection.IsEncrypted));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_name_that_has_a_key(string acceptor, string name)
    {
        await using KerberosServices server = await KerberosServices.StartAsync(lab, acceptor);
        await using SmbClientContext context = new();
        using SmbCredential alice = Password("alice", KerberosLab.Domain);

        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context, name), alice);

        await connection.EchoAsync();
    }

    [Theory]
    [MemberData(nameof(Users))]
    public async Task Users_and_their_groups_are_those_of_the_domain(string acceptor, string user)
    {
        await using KerberosServices server = await KerberosServices.StartAsync(lab, acceptor);
        await using SmbClientContext context = new();
        using SmbCredential credential = Password(user, KerberosLab.Domain);
        await using (SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context, "svc.lab.test"), credential))
        {
            await using SmbShare share = await connection.OpenShareAsync("share");
        }

        SmbIdentity identity = server.LastIdentity();

        ILookup<string, string> expected = await AskDomainAsync(user);
        string domain = expected["objectSid"].Single()[..^"-1234".Length];
        Assert.Equal(user, identity.User);
        Assert.Equal(expected["objectSid"].Single(), identity.Sid);
        Assert.Equal($"{domain}-513", identity.PrimaryGroupSid);

        // Aliases of the controller's own machine are not in a ticket.
        Assert.Equal(
            expected["tokenGroups"].Where(s => s.StartsWith(domain, StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            identity.GroupSids.Where(s => s.StartsWith(domain, StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(user is "alice" or "carol" ? 4 : 1, identity.GroupSids.Count(s => s.StartsWith(domain, StringComparison.Ordinal)));
    }

    /// <summary>alice is in builders, and through it in engineers; bob is in neither.</summary>
    [Fact]
    public async Task A_share_for_the_members_of_a_group()
    {
        string keytab = await lab.StartServicesAsync();
        string engineers = (await AskDomainAsync("engineers"))["objectSid"].Single();
        using SmbServerAuthenticator authenticator = new(new SmbAuthenticatorOptions { Mechanisms = [new KerberosMechanism(new KerberosOptions { Keytab = KerberosKeytab.FromFile(keytab) })] });
        await using SmbServer server = SmbServer.Start(new SmbServerOptions
        {
            Authenticator = authenticator,
            Shares = [new SmbServerShare("share", new MemoryFileStore()) { Authorize = user => user.GroupSids.Contains(engineers) }],
        });

        Assert.True(await MayOpenAsync("alice"));
        Assert.False(await MayOpenAsync("bob"));

        async Task<bool> MayOpenAsync(string user)
        {
            await using SmbClientContext context = new();
            using SmbCredential credential = Password(user, KerberosLab.Domain);
            SmbConnectionOptions options = server.InMemory(new() { Server = "svc.lab.test", Context = context, Mechanisms = [GssMechanism.Kerberos] });
            await using SmbConnection connection = await SmbConnection.OpenAsync(options, credential);
            try
            {
                await using SmbShare share = await connection.OpenShareAsync("share");
                return true;
            }
            catch (SmbStatusException e) when (e.Status == NtStatus.AccessDenied)
            {
                return false;
            }
        }
    }

    [Theory]
    [MemberData(nameof(ServicesOfTheRealm))]
    public async Task Tickets_of_a_realm_without_a_domain_tell_a_name_and_no_more(string acceptor, string service)
    {
        await using KerberosServices server = await KerberosServices.StartAsync(lab, acceptor);
        await using SmbClientContext context = new();
        using SmbCredential alice = Password("alice", KerberosLab.Realm);

        await using (SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context, service), alice))
        {
            await using SmbShare share = await connection.OpenShareAsync("share");
        }

        SmbIdentity identity = server.LastIdentity();
        Assert.Equal(("alice", KerberosLab.Realm), (identity.User, identity.Domain));
        Assert.Null(identity.Sid);
        Assert.Empty(identity.GroupSids);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_ticket_of_a_clock_that_is_wrong_is_refused(string acceptor)
    {
        await using KerberosServices server = await KerberosServices.StartAsync(lab, acceptor);
        string cache = await lab.KinitSkewedAsync();

        KerberosProgram run = await KerberosProgram.RunAsync(
            lab, "faketime", [.. KerberosLab.SkewedClock, "smbclient", .. server.Smbclient(lab, "pac.skew.test", "ls", "SMB3_11"), "-N"], "", ("KRB5CCNAME", cache));

        Assert.True(run.ExitCode != 0, run.Everything);
        Assert.DoesNotContain("hello.txt", run.Output, StringComparison.Ordinal);
        Assert.Matches("(?i)clock|skew", Assert.Single(server.Log.Endings));
        Assert.Empty(server.Identities);
    }

    private static SmbCredential Password(string user, string realm) => SmbCredential.FromPassword($"{user}@{realm}", KerberosLab.PasswordOf(user, realm));

    private async Task SmbclientMovesAsync(string acceptor, string dialect, string protection)
    {
        await using KerberosServices server = await KerberosServices.StartAsync(lab, acceptor);
        string cache = await lab.KinitAsync("alice", KerberosLab.Domain);
        using Workspace local = new();
        local.CreateLarge("large.bin");

        KerberosProgram run = await server.SmbclientAsync(
            lab, "svc.lab.test", $"lcd {local.Folder}; put large.bin; get large.bin back.bin; mkdir inner; ls", dialect, cache, "-N", $"--client-protection={protection}");

        Assert.True(run.ExitCode == 0, run.Everything);
        Assert.Matches(@"(?m)^  large\.bin +[A-Z]* +3158073  ", run.Output);
        Assert.Contains("inner", run.Output, StringComparison.Ordinal);
        Workspace.AssertSameFile(local.PathOf("large.bin"), local.PathOf("back.bin"));
        Workspace.AssertSameFile(local.PathOf("large.bin"), Path.Combine(server.Folder, "large.bin"));
        Assert.Equal("alice", server.LastIdentity().User);
    }

    /// <summary>What the domain's database says of a user: attributes and their values.</summary>
    private async Task<ILookup<string, string>> AskDomainAsync(string user)
    {
        string output = await Shell.RunAsync("ldbsearch", ["-H", lab.DomainDatabase, "-s", "base", "-b", $"CN={user},CN=Users,DC=lab,DC=test", "objectSid", "tokenGroups"]);
        return output.Split('\n').Select(l => l.Split(": ", 2)).Where(p => p.Length == 2).ToLookup(p => p[0], p => p[1]);
    }
}
