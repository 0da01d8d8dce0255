using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Gss;
using SmbClient.InteropTests.Lab.Kerberos;
using Xunit;

namespace SmbClient.InteropTests.Kerberos;

/// <summary>Every way in which a ticket is not had: each ends soon and says why, and NTLM serves only where it may.</summary>
public sealed class KerberosFailureTests(KerberosLab lab)
{
    /// <summary>How long a sign-in may take that a time limit of one second ends: a generous bound, below the half minute of the libraries.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task A_wrong_password_is_tried_once_and_not_by_NTLM_too()
    {
        KerberosServer server = await lab.StartAsync("files.mit.test");
        await using SmbClientContext context = new();
        using SmbCredential wrong = SmbCredential.FromPassword("carol@MIT.TEST", "wrong");

        SmbAuthenticationException e = await Assert.ThrowsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(WithNtlm(server, context), wrong));

        Assert.Contains("carol", e.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await File.ReadAllLinesAsync(lab.KdcLog)).Count(l => l.Contains("PREAUTH_FAILED: carol@MIT.TEST", StringComparison.Ordinal)));
        Assert.DoesNotContain("[carol", await File.ReadAllTextAsync(Path.Combine(server.Folder, "..", "..", "log.smbd")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody-of-that-name")]
    [InlineData("disabled")]
    [InlineData("expired")]
    [InlineData("mustchange")]
    public async Task Users_whom_the_domain_does_not_let_in(string user)
    {
        KerberosServer server = await lab.StartMemberOnceAsync();
        await using SmbClientContext context = new();
        using SmbCredential credential = server.Password(user);

        SmbAuthenticationException e = await Assert.ThrowsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(server.Options(context), credential));

        Assert.Contains(user, e.Message, StringComparison.Ordinal);
        Assert.Equal(0, context.GetStatistics().Sessions);
    }

    [Theory]
    [InlineData("NOWHERE.TEST")]
    [InlineData(KerberosLab.Closed)]
    public async Task A_realm_without_a_KDC(string realm)
    {
        KerberosServer server = await lab.StartMemberOnceAsync();
        await using SmbClientContext context = new();
        using SmbCredential credential = SmbCredential.FromPassword($"alice@{realm}", "whatever");

        SmbAuthenticationException e = await Assert.ThrowsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(server.Options(context), credential));

        Assert.Contains("KDC", e.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(realm, e.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_silent_KDC_is_not_waited_for_beyond_the_time_limit()
    {
        KerberosServer server = await lab.StartMemberOnceAsync();
        lab.StartSilent();
        await using SmbClientContext context = new();
        using SmbCredential credential = SmbCredential.FromPassword($"alice@{KerberosLab.Silent}", "whatever");
        SmbConnectionOptions options = server.Options(context) with { Mechanisms = [new KerberosMechanism(new KerberosOptions { KdcTimeout = TimeSpan.FromSeconds(1) })] };

        SmbAuthenticationException e = await Assert.ThrowsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(options, credential).WaitAsync(Soon));

        Assert.Contains("KDC", e.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Who_waits_for_a_silent_KDC_can_give_up()
    {
        KerberosServer server = await lab.StartMemberOnceAsync();
        lab.StartSilent();
        await using SmbClientContext context = new();
        using SmbCredential credential = SmbCredential.FromPassword($"alice@{KerberosLab.Silent}", "whatever");
        using CancellationTokenSource cancelled = new(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SmbConnection.OpenAsync(server.Options(context), credential, cancelled.Token).WaitAsync(Soon));
    }

    [Fact]
    public async Task A_clock_that_is_wrong()
    {
        KerberosServer server = await lab.StartMemberOnceAsync();
        await lab.StartSkewedAsync();
        await using SmbClientContext context = new();
        using SmbCredential credential = SmbCredential.FromPassword($"alice@{KerberosLab.Skewed}", "alice-Pw1");

        SmbAuthenticationException e = await Assert.ThrowsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(server.Options(context), credential));

        Assert.Contains("clock", e.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_ticket_that_has_expired()
    {
        KerberosServer server = await lab.StartAsync("files.mit.test");
        string cache = await lab.KinitAsync("alice", server.Realm, null, "-l", "1s");
        while ((await KerberosProgram.RunAsync(lab, "klist", ["-s", "-c", cache])).ExitCode == 0)
        {
            // Until the ticket is over.
        }

        await using SmbClientContext context = new();
        using SmbCredential credential = SmbCredential.FromCredentialCache(cache);

        SmbAuthenticationException e = await Assert.ThrowsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(WithNtlm(server, context), credential));

        Assert.Contains("expired", e.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("no.ccache", null)]
    [InlineData(null, "no.keytab")]
    public async Task A_file_that_is_not_there(string? cache, string? keytab)
    {
        KerberosServer server = await lab.StartAsync("files.mit.test");
        await using SmbClientContext context = new();
        using SmbCredential credential = cache is null
            ? SmbCredential.FromKeytab("alice@MIT.TEST", lab.CreatePath(keytab!))
            : SmbCredential.FromCredentialCache($"FILE:{lab.CreatePath(cache)}");

        SmbAuthenticationException e = await Assert.ThrowsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(WithNtlm(server, context), credential));

        Assert.Contains(cache ?? keytab!, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_without_the_library_uses_NTLM_if_it_may()
    {
        KerberosServer server = await lab.StartMemberOnceAsync();
        await using SmbClientContext context = new();
        using SmbCredential alice = server.Password("alice");
        KerberosMechanism kerberos = new(new KerberosOptions { LibraryName = "libdoes-not-exist.so.1" });

        SmbAuthenticationException e = await Assert.ThrowsAsync<SmbAuthenticationException>(
            () => SmbConnection.OpenAsync(server.Options(context) with { Mechanisms = [kerberos] }, alice));
        Assert.Contains("libdoes-not-exist.so.1", e.Message, StringComparison.Ordinal);

        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context) with { Mechanisms = [kerberos, GssMechanism.Ntlm] }, alice);
        await connection.EchoAsync();
    }

    [Fact]
    public async Task A_server_that_takes_no_tickets()
    {
        KerberosServer server = await lab.StartAsync("files.mit.test");
        await lab.StartMemberOnceAsync();
        await using SmbClientContext context = new();
        using SmbCredential alice = SmbCredential.FromPassword("alice@LAB.TEST", KerberosLab.PasswordOf("alice", KerberosLab.Domain));

        // A ticket of the domain for a server that is not in it.
        SmbAuthenticationException e = await Assert.ThrowsAsync<SmbAuthenticationException>(
            () => SmbConnection.OpenAsync(server.Options(context) with { ServicePrincipalName = "cifs/files.lab.test@LAB.TEST" }, alice));

        Assert.NotEqual(NtStatus.Success, e.Status);
    }

    private static SmbConnectionOptions WithNtlm(KerberosServer server, SmbClientContext context) =>
        server.Options(context) with { Mechanisms = [GssMechanism.Kerberos, GssMechanism.Ntlm] };
}
