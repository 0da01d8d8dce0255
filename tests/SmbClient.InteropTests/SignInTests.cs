using System;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests;

/// <summary>Every way to sign in that a server we did not write takes, and what those say who cannot be let in.</summary>
public sealed class SignInTests(LabFixture lab)
{
    private static readonly byte[] NtHashOfAlice = Crypto.Md4.Hash(System.Text.Encoding.Unicode.GetBytes("Passw0rd!"));

    private static readonly (string How, Func<SmbConnectionOptions, SmbConnectionOptions> Change, SmbCredential Credential)[] Ways =
    [
        ("SPNEGO, the server's token taken", o => o, LabServer.Alice),
        ("SPNEGO, the server's token ignored", o => o with { IgnoreGssNegotiateToken = true }, LabServer.Alice),
        ("raw NTLMSSP", o => o with { UseRawNtlmssp = true }, LabServer.Alice),
        ("NT hash", o => o, SmbCredential.FromNtHash("alice", NtHashOfAlice)),
        ("domain in the user name", o => o, SmbCredential.FromPassword(@"LABWG\alice", "Passw0rd!")),
        ("domain apart", o => o, SmbCredential.FromPassword("alice", "Passw0rd!", "LABSRV")),
        ("Unicode user and password", o => o, LabServer.Uni),
        ("upper-case user", o => o, SmbCredential.FromPassword("ALICE", "Passw0rd!")),
        ("channel bindings", o => o with { ChannelBindings = "tls-server-end-point:"u8.ToArray() }, LabServer.Alice),
    ];

    public static TheoryData<string, string, Func<SmbConnectionOptions, SmbConnectionOptions>, SmbCredential> ExtendedSecurity
    {
        get
        {
            TheoryData<string, string, Func<SmbConnectionOptions, SmbConnectionOptions>, SmbCredential> ways = [];
            foreach (string row in new[] { "mandatory", "smb2_02", "smb3_00", "smb3_11" })
            {
                foreach ((string how, Func<SmbConnectionOptions, SmbConnectionOptions> change, SmbCredential credential) in Ways)
                {
                    ways.Add(row, how, change, credential);
                }
            }

            return ways;
        }
    }

    public static TheoryData<string> Dialects => [.. LabRows.Dialects];

    [Theory]
    [MemberData(nameof(ExtendedSecurity))]
    public async Task With_extended_security(string row, string how, Func<SmbConnectionOptions, SmbConnectionOptions> change, SmbCredential credential)
    {
        Assert.NotEmpty(how);
        LabServer server = await lab.StartAsync(row);
        await using SmbClientContext context = new();

        await using SmbConnection connection = await SmbConnection.OpenAsync(change(server.Options(context)), credential);

        await using SmbShare share = await connection.OpenShareAsync("uni");
        Assert.Contains(await share.EnumerateAsync().Select(e => e.Name).ToArrayAsync(), n => n == "日本語.txt");
        Assert.True(connection.IsSigned);
        Assert.Equal(LabRows.IsOfSmb1(row), connection.Dialect == SmbDialect.NtLm012);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Without_extended_security(bool ntlmV1, bool lanManager)
    {
        LabServer server = await lab.StartAsync("legacy");
        await using SmbClientContext context = new() { MessageSigningPolicy = SmbSigningState.Disabled };
        SmbConnectionOptions options = server.Options(context) with
        {
            OfferExtendedSecurity = false,
            AllowNonExtendedSecurity = true,
            AllowNtlmV1 = ntlmV1,
            AllowLanManager = lanManager,
        };

        await using SmbConnection connection = await SmbConnection.OpenAsync(options, LabServer.Alice);

        await using SmbShare share = await connection.OpenShareAsync("SHARE");
        Assert.NotEmpty(await share.ReadAllBytesAsync("hello.txt"));
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task A_null_session_is_had_by_asking_for_it(string row)
    {
        LabServer server = await lab.StartAsync(row);
        await using SmbClientContext context = new();
        SmbAuthenticationException refused = await Assert.ThrowsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(server.Options(context), SmbCredential.Anonymous));
        Assert.Contains(nameof(SmbConnectionOptions.MessageSigningPolicy), refused.Message, StringComparison.Ordinal);

        SmbConnectionOptions options = server.Options(context) with { MessageSigningPolicy = SmbSigningState.Enabled };
        await using SmbConnection connection = await SmbConnection.OpenAsync(options, SmbCredential.Anonymous);

        Assert.True(connection.IsAnonymous);
        Assert.False(connection.IsSigned);
        await connection.EchoAsync();
    }

    [Fact]
    public async Task A_null_session_without_extended_security()
    {
        LabServer server = await lab.StartAsync("legacy");
        await using SmbClientContext context = new() { MessageSigningPolicy = SmbSigningState.Disabled };
        SmbConnectionOptions options = server.Options(context) with { OfferExtendedSecurity = false, AllowNonExtendedSecurity = true };

        await using SmbConnection connection = await SmbConnection.OpenAsync(options, SmbCredential.Anonymous);

        Assert.True(connection.IsAnonymous);
        await connection.EchoAsync();
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Anonymous_first_and_then_a_user_signs_with_the_users_key(string row)
    {
        LabServer server = await lab.StartAsync(row);
        await using SmbClientContext context = new() { MessageSigningPolicy = SmbSigningState.Enabled };
        await using SmbConnection anonymous = await SmbConnection.OpenAsync(server.Options(context), SmbCredential.Anonymous);
        await using SmbConnection alice = await SmbConnection.OpenAsync(server.Options(context), LabServer.Alice);

        await using SmbShare share = await alice.OpenShareAsync("share");

        Assert.NotEmpty(await share.ReadAllBytesAsync("hello.txt"));
        Assert.True(alice.IsSigned);
        Assert.Equal(1, context.GetStatistics().Connections);
        Assert.Equal(2, context.GetStatistics().Sessions);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task A_guest_is_a_failure_unless_asked_for(string row)
    {
        LabServer server = await lab.StartAsync(row);
        await using SmbClientContext context = new();
        SmbCredential stranger = SmbCredential.FromPassword("stranger", "whatever");
        SmbAuthenticationException e = await Assert.ThrowsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(server.Options(context), stranger));
        Assert.Contains(nameof(SmbConnectionOptions.AllowGuest), e.Message, StringComparison.Ordinal);
        Assert.Equal(0, context.GetStatistics().Sessions);

        SmbConnectionOptions signed = server.Options(context) with { AllowGuest = true };
        e = await Assert.ThrowsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(signed, stranger));
        Assert.Contains(nameof(SmbConnectionOptions.MessageSigningPolicy), e.Message, StringComparison.Ordinal);

        SmbConnectionOptions unsigned = signed with { MessageSigningPolicy = SmbSigningState.Enabled };
        await using SmbConnection connection = await SmbConnection.OpenAsync(unsigned, stranger);
        await using SmbShare share = await connection.OpenShareAsync("guest");
        Assert.True(connection.IsGuest);
        Assert.False(connection.IsSigned);
        Assert.NotEmpty(await share.ReadAllBytesAsync("guest.txt"));
    }

    [Theory]
    [InlineData(SmbDialect.NtLm012, "alice", "wrong", NtStatus.LogonFailure)]
    [InlineData(SmbDialect.NtLm012, "nobody-of-that-name", "x", NtStatus.LogonFailure)]
    [InlineData(SmbDialect.NtLm012, "disabled", "x", NtStatus.AccountDisabled)]
    [InlineData(SmbDialect.Smb202, "alice", "wrong", NtStatus.LogonFailure)]
    [InlineData(SmbDialect.Smb202, "disabled", "x", NtStatus.AccountDisabled)]
    [InlineData(SmbDialect.Smb311, "alice", "wrong", NtStatus.LogonFailure)]
    [InlineData(SmbDialect.Smb311, "nobody-of-that-name", "x", NtStatus.LogonFailure)]
    [InlineData(SmbDialect.Smb311, "disabled", "x", NtStatus.AccountDisabled)]
    public async Task Who_is_not_let_in_hears_why(SmbDialect dialect, string user, string password, NtStatus status)
    {
        LabServer server = await lab.StartAsync("strict");
        await using Relay relay = new(server);
        await using SmbClientContext context = new();

        SmbAuthenticationException e = await Assert.ThrowsAsync<SmbAuthenticationException>(
            () => SmbConnection.OpenAsync(relay.Options(context, dialect), SmbCredential.FromPassword(user, password)));

        Assert.Equal(status, e.Status);
        Assert.Contains(user, e.Message, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, context.GetStatistics().Connections);
        await relay.ClientClosed.WaitAsync(TimeSpan.FromSeconds(10));
        await using SmbConnection usable = await SmbConnection.OpenAsync(relay.Options(context, dialect), LabServer.Alice);
        await usable.EchoAsync();
    }

    [Fact]
    public async Task Options_that_leave_nothing_but_SMB1_need_leave_for_it()
    {
        LabServer server = await lab.StartAsync("auto");
        await using SmbClientContext context = new();

        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(
            () => SmbConnection.OpenAsync(server.Options(context) with { AllowSmb1 = false }, LabServer.Alice));

        Assert.Contains(nameof(SmbConnectionOptions.AllowSmb1), e.Message, StringComparison.Ordinal);
    }
}
