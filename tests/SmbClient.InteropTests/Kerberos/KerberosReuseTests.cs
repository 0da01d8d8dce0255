using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab.Kerberos;
using Xunit;

namespace SmbClient.InteropTests.Kerberos;

/// <summary>Tickets serve again, and so do sessions.</summary>
public sealed class KerberosReuseTests(KerberosLab lab)
{
    [Fact]
    public async Task A_hundred_sign_ins_at_once_cost_one_exchange_with_the_KDC_for_each_ticket()
    {
        KerberosServer server = await lab.StartAsync("files.mit.test");
        using SmbCredential bob = server.Password("bob");

        await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            await using SmbClientContext context = new();
            await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context), bob);
            await using SmbShare share = await connection.OpenShareAsync("share");
            Assert.NotEmpty(await share.ReadAllBytesAsync("hello.txt"));
        }));

        string[] issued = [.. (await File.ReadAllLinesAsync(lab.KdcLog)).Where(l => l.Contains("ISSUE", StringComparison.Ordinal) && l.Contains("bob@MIT.TEST for ", StringComparison.Ordinal))];
        Assert.Single(issued, l => l.Contains("AS_REQ", StringComparison.Ordinal));
        Assert.Single(issued, l => l.Contains("TGS_REQ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_session_is_found_by_whose_tickets_they_are()
    {
        KerberosServer server = await lab.StartMemberOnceAsync();
        string carol = await lab.KinitAsync("carol", KerberosLab.Domain);
        string cache = await lab.KinitAsync("alice", KerberosLab.Domain);
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context);
        using SmbCredential alices = SmbCredential.FromCredentialCache(cache);
        using SmbCredential alicesAgain = SmbCredential.FromCredentialCache(cache);
        using SmbCredential carols = SmbCredential.FromCredentialCache(carol);

        await using SmbConnection first = await SmbConnection.OpenAsync(options, alices);
        await using SmbConnection second = await SmbConnection.OpenAsync(options, alicesAgain);
        await using SmbConnection third = await SmbConnection.OpenAsync(options, carols);

        SmbClientStatistics statistics = context.GetStatistics();
        Assert.Equal((1L, 2L, 1L), (statistics.ConnectionsOpened, statistics.SessionsEstablished, statistics.SessionsReused));
    }

    [Fact]
    public async Task A_cache_that_got_another_users_tickets_is_another_user()
    {
        KerberosServer server = await lab.StartMemberOnceAsync();
        string cache = await lab.KinitAsync("alice", KerberosLab.Domain);
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context);
        using SmbCredential credential = SmbCredential.FromCredentialCache(cache);

        await using SmbConnection alices = await SmbConnection.OpenAsync(options, credential);
        await lab.KinitAsync("carol", KerberosLab.Domain, cache);
        await using SmbConnection carols = await SmbConnection.OpenAsync(options, credential);

        Assert.Equal(2L, context.GetStatistics().SessionsEstablished);
    }

    [Fact]
    public async Task A_password_and_a_ticket_of_the_same_user_are_two_credentials()
    {
        KerberosServer server = await lab.StartMemberOnceAsync();
        await using SmbClientContext context = new();
        using SmbCredential password = server.Password("alice");
        using SmbCredential ticket = SmbCredential.FromCredentialCache(await lab.KinitAsync("alice", KerberosLab.Domain));

        await using SmbConnection first = await SmbConnection.OpenAsync(server.Options(context), password);
        await using SmbConnection second = await SmbConnection.OpenAsync(server.Options(context), ticket);

        Assert.Equal(2L, context.GetStatistics().SessionsEstablished);
    }
}
