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

/// <summary>Sessions that expire: signed in again once, with the same id and the same keys, and every request sent once more.</summary>
public sealed class RenewalTests : HostileSmb2Test
{
    private const int Many = 20;

    public static TheoryData<SmbDialect, SmbSigningState, bool> Protections => new()
    {
        { SmbDialect.Smb202, SmbSigningState.Required, false },
        { SmbDialect.Smb202, SmbSigningState.Declined, false },
        { SmbDialect.Smb210, SmbSigningState.Required, false },
        { SmbDialect.Smb210, SmbSigningState.Declined, false },
        { SmbDialect.Smb300, SmbSigningState.Required, false },
        { SmbDialect.Smb300, SmbSigningState.Declined, false },
        { SmbDialect.Smb302, SmbSigningState.Required, true },
        { SmbDialect.Smb311, SmbSigningState.Required, false },
        { SmbDialect.Smb311, SmbSigningState.Declined, false },
        { SmbDialect.Smb311, SmbSigningState.Required, true },
    };

    [Theory]
    [MemberData(nameof(Protections))]
    public async Task Many_reads_at_once(SmbDialect dialect, SmbSigningState policy, bool isSealed)
    {
        ScriptedSmb2Server server = new() { MaxDialect = dialect, SealSessions = isSealed };
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { MessageSigningPolicy = policy };
        await using SmbFile file = await OpenFileAsync(server, context, options);
        int setups = server.Count(Smb2Command.SessionSetup);
        List<ScriptedRequest> expired = [];
        server.Answer(Smb2Command.Read, r =>
        {
            if (r.Session!.SignIns > 1)
            {
                return null;
            }

            expired.Add(r);
            return expired.Count < Many ? [] : expired.Select(e => e.Status(NtStatus.NetworkSessionExpired));
        });
        byte[][] buffers = [.. Enumerable.Range(0, Many).Select(_ => new byte[1])];

        await Task.WhenAll(buffers.Select((b, i) => file.ReadAsync(b, i).AsTask())).WaitAsync(Limit);

        Assert.Equal(ScriptedFiles.FileContent.Take(Many), buffers.Select(b => b[0]));
        Assert.Equal(2 * Many, server.Count(Smb2Command.Read));
        Assert.Equal(setups + 2, server.Count(Smb2Command.SessionSetup));
        Assert.Single(server.Requests.Select(r => r.Header.SessionId).Where(id => id != 0).Distinct());
        Assert.Equal((1, 1, 1L), (context.GetStatistics().Connections, context.GetStatistics().Sessions, context.GetStatistics().SessionsEstablished));
        await CreditsAreWholeAsync(server, context, options);
        await WorksAsync(server, context, options);
    }

    [Theory]
    [MemberData(nameof(Protections))]
    public async Task Compounds_and_listings(SmbDialect dialect, SmbSigningState policy, bool isSealed)
    {
        ScriptedSmb2Server server = new() { MaxDialect = dialect, SealSessions = isSealed };
        server.Files.EntriesPerAnswer = 1;
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { MessageSigningPolicy = policy };
        await using SmbShare share = await OpenShareAsync(server, context, options);
        int expiries = 0;
        foreach (Smb2Command at in new[] { Smb2Command.Create, Smb2Command.QueryDirectory })
        {
            foreach (Func<Task> action in new Func<Task>[] { () => share.GetInfoAsync("file"), () => share.DeleteFileAsync("file"), () => share.EnumerateAsync().ToArrayAsync().AsTask(), () => share.ReadAllBytesAsync("file") })
            {
                bool isExpired = true;
                bool isFirst = true;
                server.OnRequest = r =>
                {
                    // Within a compound the expiry takes all that is related with it; a listing is expired in its middle.
                    isExpired &= r.Command != Smb2Command.SessionSetup;
                    bool mine = isExpired && (at == Smb2Command.Create ? r.Command != Smb2Command.Close || r.Header.Flags.HasFlag(Smb2HeaderFlags.RelatedOperations) : r.Command == at && !isFirst);
                    isFirst &= r.Command != at;
                    expiries += mine ? 1 : 0;
                    return mine ? [r.Status(NtStatus.NetworkSessionExpired)] : null;
                };

                await action().WaitAsync(Limit);
            }
        }

        Assert.InRange(expiries, 6, 20);
        Assert.Single(server.Requests.Select(r => r.Header.SessionId).Where(id => id != 0).Distinct());
        server.Behave();
        await CreditsAreWholeAsync(server, context, options);
        Assert.Empty(server.Connection.Opens);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_Samba_does_not_sign_after_an_expiry_is_believed_only_there(bool hasExpired)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);
        List<(ScriptedRequest Request, byte[] Answer)> parts = [];
        server.OnRequest = r =>
        {
            if (parts.Count == 3 || r.Command == Smb2Command.SessionSetup)
            {
                return null;
            }

            NtStatus status = r.Command != Smb2Command.Create ? NtStatus.InvalidParameter : hasExpired ? NtStatus.NetworkSessionExpired : NtStatus.AccessDenied;
            parts.Add((r, r.BareStatus(status)));
            if (parts.Count < 3)
            {
                return [];
            }

            byte[] frame = r.Connection.Protect(parts);
            return [Octets.Flip(frame, BitConverter.ToInt32(frame, Smb2Header.NextCommandPosition) + Smb2Header.SignaturePosition)];
        };

        if (!hasExpired)
        {
            await MisbehavesAsync(() => share.ReadAllBytesAsync("file"));
            return;
        }

        Assert.Equal(ScriptedFiles.FileContent, await share.ReadAllBytesAsync("file").WaitAsync(Limit));
        Assert.Equal((1L, 1), (context.GetStatistics().ConnectionsOpened, context.GetStatistics().Sessions));
        await CreditsAreWholeAsync(server, context);
    }

    [Fact]
    public async Task A_listing_that_expires_in_its_middle_is_whole()
    {
        ScriptedSmb2Server server = new();
        server.Files.Names = [.. Enumerable.Range(0, 30).Select(i => $"name {i}")];
        server.Files.EntriesPerAnswer = 2;
        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);
        int queries = 0;
        server.Answer(Smb2Command.QueryDirectory, r => ++queries % 5 == 0 ? [r.Status(NtStatus.NetworkSessionExpired)] : null);

        Assert.Equal(server.Files.Names, await share.EnumerateAsync().Select(e => e.Name).ToArrayAsync().AsTask().WaitAsync(Limit));

        server.Behave();
        await CreditsAreWholeAsync(server, context);
    }

    [Fact]
    public async Task A_share_that_is_opened_when_the_session_has_expired()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbConnection connection = await OpenAsync(server, context);
        server.Answer(Smb2Command.TreeConnect, r => r.Session!.SignIns == 1 ? [r.Status(NtStatus.NetworkSessionExpired)] : null);

        await using SmbShare share = await connection.OpenShareAsync("share").WaitAsync(Limit);

        await share.GetInfoAsync("file").WaitAsync(Limit);
        await CreditsAreWholeAsync(server, context);
    }

    [Fact]
    public async Task A_session_that_expires_again_at_once_is_not_renewed_for_ever()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);
        await using SmbFile file = await share.OpenFileAsync("file").WaitAsync(Limit);
        server.OnRequest = r => r.Command is Smb2Command.SessionSetup or Smb2Command.Echo or Smb2Command.Close ? null : [r.Status(NtStatus.NetworkSessionExpired)];

        SmbStatusException read = await FailsAsync<SmbStatusException>(() => file.ReadAsync(new byte[1], 0).AsTask());
        SmbStatusException query = await FailsAsync<SmbStatusException>(() => share.GetInfoAsync("file"));
        SmbStatusException list = await FailsAsync<SmbStatusException>(() => share.EnumerateAsync().ToArrayAsync().AsTask());

        Assert.All(new[] { read, query, list }, e => Assert.Equal(NtStatus.NetworkSessionExpired, e.Status));
        Assert.InRange(server.Connection.Sessions.Values.Single().SignIns, 2, 4);
        await WorksAsync(server, context);
        Assert.Single(server.Connections);
    }

    [Fact]
    public async Task A_renewal_that_is_refused_ends_the_session_for_everybody()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);
        await using SmbFile file = await share.OpenFileAsync("file").WaitAsync(Limit);
        List<ScriptedRequest> expired = [];
        server.OnRequest = r =>
        {
            switch (r.Command)
            {
                case Smb2Command.Read:
                    expired.Add(r);
                    return expired.Count < Many ? [] : expired.Select(e => e.Status(NtStatus.NetworkSessionExpired));
                case Smb2Command.SessionSetup:
                    return [r.Status(NtStatus.AccountDisabled)];
                default:
                    return null;
            }
        };

        Task<SmbAuthenticationException>[] reads = [.. Enumerable.Range(0, Many).Select(_ => FailsAsync<SmbAuthenticationException>(() => file.ReadAsync(new byte[1], 0).AsTask()))];

        Assert.All(await Task.WhenAll(reads), e => Assert.Equal(NtStatus.AccountDisabled, e.Status));
        Assert.Equal((1, 0), (context.GetStatistics().Connections, context.GetStatistics().Sessions));
        await WorksAsync(server, context);
        Assert.Equal((1L, 2L), (context.GetStatistics().ConnectionsOpened, context.GetStatistics().SessionsEstablished));
    }

    [Theory]
    [InlineData("unsigned")]
    [InlineData("changed")]
    [InlineData("another session")]
    public async Task A_renewal_whose_end_is_forged_ends_the_connection(string how)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        server.OnRequest = r => r.Command switch
        {
            Smb2Command.Read => [r.Status(NtStatus.NetworkSessionExpired)],
            Smb2Command.SessionSetup when r.Session!.Conversation is not null => [how switch
            {
                "unsigned" => r.Connection.Answer(r),
                "changed" => Octets.Flip(r.Answer(), -1),
                _ => r.Protect(Octets.With64(r.Connection.Answer(r), Smb2Header.SessionIdPosition, 99)),
            }],
            _ => null,
        };

        await MisbehavesAsync(() => file.ReadAsync(new byte[1], 0).AsTask());

        await StartsAnewAsync(server, context);
    }

    [Theory]
    [InlineData((int)Smb2SessionFlags.IsGuest)]
    [InlineData((int)Smb2SessionFlags.IsNull)]
    public async Task A_renewal_that_makes_somebody_else_of_the_user_ends_the_session(int flags)
    {
        foreach (SmbSigningState policy in new[] { SmbSigningState.Required, SmbSigningState.Declined })
        {
            ScriptedSmb2Server server = new();
            await using SmbClientContext context = new();
            SmbConnectionOptions options = server.Options(context) with { MessageSigningPolicy = policy };
            await using SmbFile file = await OpenFileAsync(server, context, options);
            server.OnRequest = r => r.Command switch
            {
                Smb2Command.Read => [r.Status(NtStatus.NetworkSessionExpired)],
                Smb2Command.SessionSetup => [r.Reply(new SessionSetupResponse { SessionFlags = (Smb2SessionFlags)flags, SecurityBuffer = default })],
                _ => null,
            };

            await FailsAsync<SmbAuthenticationException>(() => file.ReadAsync(new byte[1], 0).AsTask());

            Assert.Equal(0, context.GetStatistics().Sessions);
            await WorksAsync(server, context, options);
        }
    }

    [Fact]
    public async Task A_renewal_that_is_never_answered_times_out()
    {
        FakeTimeProvider clock = new();
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new() { TimeProvider = clock };
        await using SmbFile file = await OpenFileAsync(server, context);
        Channel<ScriptedRequest> setups = Channel.CreateUnbounded<ScriptedRequest>();
        server.OnRequest = r =>
        {
            if (r.Command == Smb2Command.SessionSetup)
            {
                setups.Writer.TryWrite(r);
                return [];
            }

            return r.Command == Smb2Command.Read ? [r.Status(NtStatus.NetworkSessionExpired)] : null;
        };
        Task[] reads = [.. Enumerable.Range(0, 5).Select(_ => file.ReadAsync(new byte[1], 0).AsTask())];
        await setups.Reader.ReadAsync().AsTask().WaitAsync(Limit);

        clock.Advance(TimeSpan.FromSeconds(68));

        await Task.WhenAll(reads.Select(r => TimesOutAsync(() => r)));
        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task Who_cancels_while_the_session_is_renewed_leaves_the_others_to_it()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        Channel<ScriptedRequest> setups = Channel.CreateUnbounded<ScriptedRequest>();
        server.OnRequest = r =>
        {
            if (r.Command == Smb2Command.SessionSetup && r.Session!.Conversation is null)
            {
                setups.Writer.TryWrite(r);
                return [];
            }

            return r.Command == Smb2Command.Read && r.Session!.SignIns == 1 ? [r.Status(NtStatus.NetworkSessionExpired)] : null;
        };
        using CancellationTokenSource giveUp = new();
        Task<int> leaving = file.ReadAsync(new byte[1], 0, giveUp.Token).AsTask();
        Task<int> staying = file.ReadAsync(new byte[1], 0).AsTask();
        ScriptedRequest setup = await setups.Reader.ReadAsync().AsTask().WaitAsync(Limit);
        await UntilAsync(() => server.Count(Smb2Command.Read) == 2);

        await giveUp.CancelAsync();
        await CancelsAsync(() => leaving);
        server.Connection.Send(setup.Answer());

        Assert.Equal(1, await staying.WaitAsync(Limit));
        await CreditsAreWholeAsync(server, context);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_session_that_the_server_has_dropped_is_not_handed_out_again(bool inPlain, bool isSealed)
    {
        ScriptedSmb2Server server = new() { SealSessions = isSealed };
        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);
        await using SmbFile file = await share.OpenFileAsync("file").WaitAsync(Limit);
        ulong dropped = server.Connection.Sessions.Keys.Single();
        server.OnRequest = r => r.Header.SessionId != dropped ? null : [inPlain ? r.BareStatus(NtStatus.UserSessionDeleted) : r.Status(NtStatus.UserSessionDeleted)];

        Task<SmbStatusException>[] all =
        [
            .. Enumerable.Range(0, Many).Select(_ => FailsAsync<SmbStatusException>(() => file.ReadAsync(new byte[1], 0).AsTask())),
            FailsAsync<SmbStatusException>(() => share.GetInfoAsync("file")),
            FailsAsync<SmbStatusException>(() => share.EnumerateAsync().ToArrayAsync().AsTask()),
        ];

        Assert.All(await Task.WhenAll(all), e => Assert.Equal(NtStatus.UserSessionDeleted, e.Status));
        Assert.Equal((1, 0), (context.GetStatistics().Connections, context.GetStatistics().Sessions));
        await using SmbShare anew = await OpenShareAsync(server, context);
        Assert.Equal(ScriptedFiles.FileContent, await anew.ReadAllBytesAsync("file").WaitAsync(Limit));
        Assert.Equal((1L, 2L), (context.GetStatistics().ConnectionsOpened, context.GetStatistics().SessionsEstablished));
        server.Behave();
        await CreditsAreWholeAsync(server, context);
    }

    [Theory]
    [InlineData(Smb2Command.Read)]
    [InlineData(Smb2Command.Create)]
    [InlineData(Smb2Command.QueryDirectory)]
    [InlineData(Smb2Command.QueryInfo)]
    public async Task A_share_that_the_server_has_dropped_is_connected_anew(object commandOf)
    {
        Smb2Command command = (Smb2Command)commandOf;
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbConnection connection = await OpenAsync(server, context);
        await using SmbShare share = await connection.OpenShareAsync("share").WaitAsync(Limit);
        await using SmbFile file = await share.OpenFileAsync("file").WaitAsync(Limit);
        uint dropped = server.Requests.Last().Header.TreeId;
        server.OnRequest = r => r.Header.TreeId == dropped && r.Command == command ? [r.Status(NtStatus.NetworkNameDeleted)] : null;

        SmbStatusException e = await FailsAsync<SmbStatusException>(async () =>
        {
            await file.ReadAsync(new byte[1], 0);
            await share.GetInfoAsync("file");
            await share.EnumerateAsync().ToArrayAsync();
        });

        Assert.Equal(NtStatus.NetworkNameDeleted, e.Status);
        await using SmbShare again = await connection.OpenShareAsync("share").WaitAsync(Limit);
        Assert.Equal(ScriptedFiles.FileContent, await again.ReadAllBytesAsync("file").WaitAsync(Limit));
        Assert.NotEmpty(await again.EnumerateAsync().ToArrayAsync().AsTask().WaitAsync(Limit));
        Assert.Equal(2, server.Count(Smb2Command.TreeConnect));
        Assert.Equal((1, 1), (context.GetStatistics().Connections, context.GetStatistics().Sessions));
        KeptTheRules(server);
    }
}
