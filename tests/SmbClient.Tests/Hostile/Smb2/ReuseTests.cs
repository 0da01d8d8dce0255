using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>Who shares connections and sessions of SMB2, and who does not (client-state B1–B3, U1–U4 where the dialect matters).</summary>
public sealed class ReuseTests : HostileSmb2Test
{
    [Fact]
    public async Task Thirty_at_once_for_one_user_make_one_connection_and_one_session()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();

        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => OpenAsync(server, context)));

        SmbClientStatistics statistics = context.GetStatistics();
        Assert.Equal((1, 1, 1L, 1L), (statistics.Connections, statistics.Sessions, statistics.ConnectionsOpened, statistics.SessionsEstablished));
        Assert.Equal((1, 2), (server.Count(Smb2Command.Negotiate), server.Count(Smb2Command.SessionSetup)));
    }

    /// <summary>The failure ends the connection, unless somebody came in time; nobody is given one that is about to end.</summary>
    [Fact]
    public async Task Whoever_comes_while_a_sign_in_fails_is_served()
    {
        for (int round = 0; round < 50; round++)
        {
            ScriptedSmb2Server server = new();
            await using SmbClientContext context = new();
            ChannelReader<ScriptedRequest> held = server.Hold(Smb2Command.SessionSetup);
            Task failing = FailsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(server.Options(context), ScriptedAccounts.Bob));
            ScriptedRequest setup = await held.ReadAsync().AsTask().WaitAsync(Limit);
            server.Behave();
            Task<SmbConnection> coming;
            lock (context.ConnectionTable.Gate)
            {
                // Both wait for the gate when it opens, and go on at the same time.
                server.Connection.Send(setup.BareStatus(NtStatus.LogonFailure));
                coming = Task.Run(() => OpenAsync(server, context));
                SpinWait.SpinUntil(() => false, TimeSpan.FromMilliseconds(1));
            }

            await failing;
            await using SmbConnection connection = await coming;
            await connection.EchoAsync().WaitAsync(Limit);
        }
    }

    [Fact]
    public async Task Who_requires_encryption_never_gets_a_session_without()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbConnectionOptions plain = server.Options(context);
        SmbConnectionOptions required = plain with { Encryption = SmbEncryptionPolicy.Required };
        await using SmbConnection first = await OpenAsync(server, context, plain);

        await using SmbConnection second = await OpenAsync(server, context, required);
        await using SmbShare share = await second.OpenShareAsync("share").WaitAsync(Limit);
        await share.ReadAllBytesAsync("file").WaitAsync(Limit);

        Assert.Equal((false, true), (first.IsEncrypted, second.IsEncrypted));
        Assert.Equal((1L, 2L, 0L), Counts(context));
        Assert.All(server.Requests.Where(r => r.Command is Smb2Command.TreeConnect or Smb2Command.Create or Smb2Command.Read), r => Assert.True(r.WasSealed));
        await CreditsAreWholeAsync(server, context, required);
    }

    [Theory]
    [InlineData(SmbEncryptionPolicy.IfServerRequires)]
    [InlineData(SmbEncryptionPolicy.Preferred)]
    public async Task Who_does_not_require_it_may_get_an_encrypted_session(SmbEncryptionPolicy policy)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbConnection first = await OpenAsync(server, context, server.Options(context) with { Encryption = SmbEncryptionPolicy.Required });

        await using SmbConnection second = await OpenAsync(server, context, server.Options(context) with { Encryption = policy });

        Assert.True(second.IsEncrypted);
        Assert.Equal((1L, 1L, 1L), Counts(context));
    }

    [Fact]
    public async Task Who_prefers_encryption_gets_it_where_there_is_a_cipher_and_shares_what_there_is_elsewhere()
    {
        foreach (bool hasCipher in new[] { true, false })
        {
            ScriptedSmb2Server server = new() { Ciphers = hasCipher ? [SmbCipher.Aes128Gcm] : [] };
            await using SmbClientContext context = new();
            await using SmbConnection first = await OpenAsync(server, context);

            await using SmbConnection second = await OpenAsync(server, context, server.Options(context) with { Encryption = SmbEncryptionPolicy.Preferred });

            Assert.Equal((false, hasCipher), (first.IsEncrypted, second.IsEncrypted));
            Assert.Equal(hasCipher ? (1L, 2L, 0L) : (1L, 1L, 1L), Counts(context));
        }
    }

    [Fact]
    public async Task At_the_same_moment_each_gets_what_he_wants()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbEncryptionPolicy[] policies = [SmbEncryptionPolicy.IfServerRequires, SmbEncryptionPolicy.Required, SmbEncryptionPolicy.Preferred];

        SmbConnection[] connections = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => OpenAsync(server, context, server.Options(context) with { Encryption = policies[i % 3] })));

        Assert.All(connections.Where((_, i) => i % 3 != 0), c => Assert.True(c.IsEncrypted));
        Assert.Equal(1, context.GetStatistics().Connections);
        Assert.InRange(context.GetStatistics().Sessions, 1, 3);
        KeptTheRules(server);
    }

    [Fact]
    public async Task What_is_offered_differently_is_another_connection()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbConnectionOptions usual = server.Options(context);
        SmbConnectionOptions[] others =
        [
            usual with { Ciphers = [SmbCipher.Aes256Gcm] },
            usual with { Ciphers = [] },
            usual with { Ciphers = [.. usual.Ciphers.Reverse()] },
            usual with { SigningAlgorithms = [SmbSigningAlgorithm.AesCmac] },
            usual with { SigningAlgorithms = [] },
            usual with { MaxDialect = SmbDialect.Smb302 },
            usual with { MinDialect = SmbDialect.Smb311 },
            usual with { AllowSmb1 = true },
        ];
        await using SmbConnection first = await OpenAsync(server, context, usual);

        foreach (SmbConnectionOptions options in others)
        {
            SmbConnection connection = await OpenAsync(server, context, options);
            SmbConnection again = await OpenAsync(server, context, options);
            Assert.Equal(connection.Cipher, again.Cipher);
        }

        Assert.Equal((1L + others.Length, 1L + others.Length, (long)others.Length), Counts(context));
        Assert.Equal(SmbCipher.Aes256Gcm, (await OpenAsync(server, context, others[0])).Cipher);
        Assert.Null((await OpenAsync(server, context, others[1])).Cipher);
        Assert.Equal(SmbSigningAlgorithm.AesCmac, (await OpenAsync(server, context, others[3])).SigningAlgorithm);
        Assert.Equal(SmbDialect.Smb302, (await OpenAsync(server, context, others[5])).Dialect);
    }

    [Fact]
    public async Task A_set_of_dialects_has_a_client_guid_of_its_own_that_stays()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new() { IdleTimeout = TimeSpan.Zero };
        foreach (SmbDialect newest in new[] { SmbDialect.Smb311, SmbDialect.Smb302, SmbDialect.Smb202, SmbDialect.Smb311, SmbDialect.Smb302 })
        {
            await using SmbConnection connection = await OpenAsync(server, context, server.Options(context) with { MaxDialect = newest });
        }

        Guid[] guids = [.. server.Requests.Where(r => r.Command == Smb2Command.Negotiate).Select(r => r.Read(NegotiateRequest.Read).ClientGuid)];

        Assert.Equal((guids[0], guids[1], Guid.Empty), (guids[3], guids[4], guids[2]));
        Assert.Equal(3, guids.Distinct().Count());
    }

    [Theory]
    [InlineData(SmbDialect.Smb210)]
    [InlineData(SmbDialect.Smb311)]
    public async Task One_connection_carries_signed_and_unsigned_sessions(SmbDialect dialect)
    {
        ScriptedSmb2Server server = new() { MaxDialect = dialect };
        await using SmbClientContext context = new();
        SmbConnectionOptions signed = server.Options(context);
        SmbConnectionOptions unsigned = signed with { MessageSigningPolicy = SmbSigningState.Disabled };
        await using SmbConnection bob = await SmbConnection.OpenAsync(unsigned, ScriptedAccounts.Bob).WaitAsync(Limit);
        await using SmbConnection alice = await OpenAsync(server, context, signed);

        foreach (SmbConnection connection in new[] { bob, alice })
        {
            await using SmbShare share = await connection.OpenShareAsync("share").WaitAsync(Limit);
            Assert.Equal(ScriptedFiles.FileContent, await share.ReadAllBytesAsync("file").WaitAsync(Limit));
        }

        Assert.Equal((false, true), (bob.IsSigned, alice.IsSigned));
        Assert.Equal((1L, 2L, 0L), Counts(context));
        Assert.Equal([false, true], server.Requests.Where(r => r.Command == Smb2Command.Read).Select(r => r.Header.IsSigned));
        KeptTheRules(server);
    }

    [Fact]
    public async Task Who_demands_signatures_does_not_get_an_unsigned_session_but_anybody_gets_a_signed_one()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbConnectionOptions declined = server.Options(context) with { MessageSigningPolicy = SmbSigningState.Declined };
        await using SmbConnection unsigned = await OpenAsync(server, context, declined);

        await using SmbConnection signed = await OpenAsync(server, context);
        await using SmbConnection either = await OpenAsync(server, context, declined);

        Assert.Equal((false, true), (unsigned.IsSigned, signed.IsSigned));
        Assert.Equal((1L, 2L, 1L), Counts(context));
    }

    [Fact]
    public async Task Who_must_not_sign_has_no_part_in_a_server_that_requires_it_and_does_not_disturb_others()
    {
        ScriptedSmb2Server server = new() { SecurityMode = Smb2SecurityMode.SigningRequired };
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);

        await MisbehavesAsync(() => OpenAsync(server, context, server.Options(context) with { MessageSigningPolicy = SmbSigningState.Disabled }), SmbProtocolError.Incompatible);

        Assert.Equal(5, await file.ReadAsync(new byte[5], 0).AsTask().WaitAsync(Limit));
        Assert.Equal(1, context.GetStatistics().Connections);
    }

    [Fact]
    public async Task A_guests_session_is_only_for_those_who_allow_it()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbConnectionOptions strict = server.Options(context) with { MessageSigningPolicy = SmbSigningState.Declined };
        SmbConnectionOptions lax = strict with { AllowGuest = true };
        server.Answer(Smb2Command.SessionSetup, r => r.Session is null ? null : [r.Reply(new SessionSetupResponse { SessionFlags = Smb2SessionFlags.IsGuest, SecurityBuffer = default })]);
        await using SmbConnection guest = await OpenAsync(server, context, lax);

        await using SmbConnection same = await OpenAsync(server, context, lax);
        await FailsAsync<SmbAuthenticationException>(() => OpenAsync(server, context, strict));
        server.Behave();
        await using SmbConnection real = await OpenAsync(server, context, strict);

        Assert.Equal((true, true, false), (guest.IsGuest, same.IsGuest, real.IsGuest));
        Assert.Equal((1L, 2L, 1L), Counts(context));
    }

    [Fact]
    public async Task Users_who_share_nothing_have_a_connection_each()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { Sharing = SmbConnectionSharing.PerUser };

        await using SmbConnection alice = await OpenAsync(server, context, options);
        await using SmbConnection bob = await SmbConnection.OpenAsync(options, ScriptedAccounts.Bob).WaitAsync(Limit);
        await using SmbConnection again = await OpenAsync(server, context, options);

        Assert.Equal((2L, 2L, 1L), Counts(context));
    }

    [Fact]
    public async Task Another_secret_or_kind_of_the_same_user_never_gets_the_session()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbConnection alice = await OpenAsync(server, context);

        await FailsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(server.Options(context), SmbCredential.FromPassword("alice", "Secret")));
        await using SmbConnection byHash = await SmbConnection.OpenAsync(server.Options(context), SmbCredential.FromNtHash("alice", ScriptedAccounts.Alice.Gss.CopyNtHash()!)).WaitAsync(Limit);
        await using SmbConnection raw = await OpenAsync(server, context, server.Options(context) with { UseRawNtlmssp = true });

        Assert.Equal((1L, 3L, 0L), Counts(context));
        await alice.EchoAsync().WaitAsync(Limit);
        KeptTheRules(server);
    }

    [Fact]
    public async Task A_dead_connection_is_never_handed_out()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbConnection first = await OpenAsync(server, context);
        server.Connection.Close();
        await FailsAsync<SmbConnectionClosedException>(() => first.EchoAsync());

        await WorksAsync(server, context);

        Assert.Equal((2, 1), (server.Connections.Count, context.GetStatistics().Connections));
    }

    [Fact]
    public async Task A_session_that_nobody_holds_is_logged_off_after_the_idle_time_and_its_connection_closed()
    {
        FakeTimeProvider clock = new();
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new() { IdleTimeout = TimeSpan.FromSeconds(30), TimeProvider = clock };
        SmbConnection connection = await OpenAsync(server, context);
        await connection.DisposeAsync();
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(1, context.GetStatistics().Sessions);

        clock.Advance(TimeSpan.FromSeconds(2));
        await server.Running.WaitAsync(Limit);

        Assert.Equal(1, server.Count(Smb2Command.Logoff));
        Assert.Equal((0, 0), (context.GetStatistics().Connections, context.GetStatistics().Sessions));
    }

    private static (long Connections, long Sessions, long Reused) Counts(SmbClientContext context)
    {
        SmbClientStatistics statistics = context.GetStatistics();
        return (statistics.ConnectionsOpened, statistics.SessionsEstablished, statistics.SessionsReused);
    }
}
