using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Gss;
using SmbClient.Gss.Spnego;
using SmbClient.Protection;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>Servers that misbehave while a user signs in.</summary>
public sealed class SessionSetupTests : HostileSmb2Test
{
    [Theory]
    [InlineData(SmbDialect.Smb202, SmbSigningState.Required)]
    [InlineData(SmbDialect.Smb210, SmbSigningState.Required)]
    [InlineData(SmbDialect.Smb300, SmbSigningState.Required)]
    [InlineData(SmbDialect.Smb302, SmbSigningState.Required)]
    [InlineData(SmbDialect.Smb311, SmbSigningState.Required)]
    [InlineData(SmbDialect.Smb300, SmbSigningState.Disabled)]
    [InlineData(SmbDialect.Smb302, SmbSigningState.Declined)]
    [InlineData(SmbDialect.Smb311, SmbSigningState.Declined)]
    public async Task An_end_without_a_signature_or_with_a_wrong_one(SmbDialect dialect, SmbSigningState policy)
    {
        await EndIsRefusedAsync(dialect, policy, (_, end) => end);
        await EndIsRefusedAsync(dialect, policy, (r, end) => Octets.Flip(r.Protect(end), Smb2Header.SignaturePosition));
        await EndIsRefusedAsync(dialect, policy, (r, end) => Octets.Flip(r.Protect(end), Smb2Header.CreditPosition));
        await EndIsRefusedAsync(dialect, policy, (_, end) => Octets.Flip(end, Smb2Header.FlagsPosition, (byte)Smb2HeaderFlags.Signed));
        await EndIsRefusedAsync(dialect, policy, (r, end) =>
        {
            using Smb2Signer other = Smb2Signer.Create(r.Connection.Handshake.SigningAlgorithm, new byte[16]);
            other.Sign(end, default);
            return end;
        });
    }

    [Theory]
    [InlineData(SmbDialect.Smb202)]
    [InlineData(SmbDialect.Smb210)]
    public async Task SMB2_servers_need_not_sign_the_end_where_nothing_is_signed_but_if_they_do_then_rightly(SmbDialect dialect)
    {
        ScriptedSmb2Server server = new() { MaxDialect = dialect };
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { MessageSigningPolicy = SmbSigningState.Declined };
        AtTheEnd(server, (_, end) => end);

        await using (SmbConnection connection = await OpenAsync(server, context, options))
        {
            Assert.False(connection.IsSigned);
        }

        await EndIsRefusedAsync(dialect, SmbSigningState.Declined, (_, end) => Octets.Flip(end, Smb2Header.FlagsPosition, (byte)Smb2HeaderFlags.Signed));
    }

    [Theory]
    [InlineData(SmbDialect.Smb210)]
    [InlineData(SmbDialect.Smb311)]
    public async Task An_end_without_the_servers_proof(SmbDialect dialect)
    {
        ScriptedSmb2Server server = new() { MaxDialect = dialect };
        await using SmbClientContext context = new();
        AtTheEnd(server, (r, _) => r.Protect(r.Connection.Build(r, new SessionSetupResponse { SecurityBuffer = default }, NtStatus.Success)));

        await FailsAsync<SmbAuthenticationException>(() => OpenAsync(server, context));

        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task An_end_whose_integrity_code_over_the_mechanisms_is_wrong()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        AtTheEnd(server, (r, end) => r.Protect(Octets.Flip(end, -1)));

        SmbAuthenticationException e = await FailsAsync<SmbAuthenticationException>(() => OpenAsync(server, context));

        Assert.Equal(GssStatus.BadMic, e.GssStatus);
        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task An_end_whose_token_is_rubbish()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        AtTheEnd(server, (r, _) => r.Protect(r.Connection.Build(r, new SessionSetupResponse { SecurityBuffer = new byte[] { 1, 2, 3 } }, NtStatus.Success)));

        await FailsAsync<SmbAuthenticationException>(() => OpenAsync(server, context));

        await StartsAnewAsync(server, context);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Success_before_the_client_has_proved_anything(int leg)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        int legs = 0;
        byte[] token = SpnegoTokens.EncodeResp(new NegTokenResp { NegState = leg == 0 ? NegState.AcceptCompleted : NegState.AcceptIncomplete });
        server.Answer(Smb2Command.SessionSetup, r => legs++ == leg ? [r.Connection.Build(r, new SessionSetupResponse { SecurityBuffer = token }, NtStatus.Success, sessionId: leg == 0 ? 77 : null)] : null);

        await FailsAsync<SmbAuthenticationException>(() => OpenAsync(server, context));

        await StartsAnewAsync(server, context);
    }

    [Theory]
    [InlineData(SmbDialect.Smb210)]
    [InlineData(SmbDialect.Smb311)]
    public async Task A_guest_in_the_place_of_a_user(SmbDialect dialect)
    {
        ScriptedSmb2Server server = new() { MaxDialect = dialect };
        await using SmbClientContext context = new();
        AtTheEnd(server, (r, _) => r.Connection.Build(r, Flagged(Smb2SessionFlags.IsGuest), NtStatus.Success));

        SmbAuthenticationException e = await FailsAsync<SmbAuthenticationException>(() => OpenAsync(server, context));

        Assert.Contains(nameof(SmbConnectionOptions.AllowGuest), e.Message, StringComparison.Ordinal);
        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task A_guest_where_everything_has_to_be_signed_or_sealed()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbConnectionOptions signed = server.Options(context) with { AllowGuest = true };
        SmbConnectionOptions @sealed = signed with { MessageSigningPolicy = SmbSigningState.Declined, Encryption = SmbEncryptionPolicy.Required };
        AtTheEnd(server, (r, _) => r.Connection.Build(r, Flagged(Smb2SessionFlags.IsGuest), NtStatus.Success));

        await FailsAsync<SmbAuthenticationException>(() => OpenAsync(server, context, signed));
        await MisbehavesAsync(() => OpenAsync(server, context, @sealed), SmbProtocolError.Incompatible);

        await StartsAnewAsync(server, context, @sealed);
    }

    [Fact]
    public async Task A_guest_who_is_allowed_has_no_keys()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { AllowGuest = true, MessageSigningPolicy = SmbSigningState.Declined };
        AtTheEnd(server, (r, _) => r.Connection.Build(r, Flagged(Smb2SessionFlags.IsGuest), NtStatus.Success));

        await using SmbConnection connection = await OpenAsync(server, context, options);

        Assert.Equal((true, false), (connection.IsGuest, connection.IsSigned));
    }

    [Fact]
    public async Task A_null_session_in_the_place_of_a_user()
    {
        foreach (SmbSigningState policy in new[] { SmbSigningState.Required, SmbSigningState.Declined })
        {
            ScriptedSmb2Server server = new();
            await using SmbClientContext context = new();
            SmbConnectionOptions options = server.Options(context) with { MessageSigningPolicy = policy, AllowGuest = true };
            AtTheEnd(server, (r, _) => r.Connection.Build(r, Flagged(Smb2SessionFlags.IsNull), NtStatus.Success));

            await FailsAsync<SmbAuthenticationException>(() => OpenAsync(server, context, options));

            await StartsAnewAsync(server, context, options);
        }
    }

    [Theory]
    [InlineData(SmbDialect.Smb210)]
    [InlineData(SmbDialect.Smb311)]
    public async Task A_demand_to_seal_without_a_cipher(SmbDialect dialect)
    {
        ScriptedSmb2Server server = new() { MaxDialect = dialect, Ciphers = [] };
        await using SmbClientContext context = new();
        AtTheEnd(server, (r, end) => r.Protect(Octets.With16(end, Smb2Header.Size + 2, (ushort)Smb2SessionFlags.EncryptData)));

        await MisbehavesAsync(() => OpenAsync(server, context));

        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task An_id_of_the_session_that_changes()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        AtTheEnd(server, (r, end) => r.Protect(Octets.With64(end, Smb2Header.SessionIdPosition, r.Session!.Id + 1)));

        await MisbehavesAsync(() => OpenAsync(server, context));

        await StartsAnewAsync(server, context);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Another_leg_for_ever(bool withTokens)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        byte[] token = withTokens ? SpnegoTokens.EncodeResp(new NegTokenResp { NegState = NegState.AcceptIncomplete }) : [];
        int legs = 0;
        server.Answer(Smb2Command.SessionSetup, r => legs++ == 0 ? null : [r.Connection.Build(r, new SessionSetupResponse { SecurityBuffer = token }, NtStatus.MoreProcessingRequired)]);

        await Assert.ThrowsAnyAsync<IOException>(() => OpenAsync(server, context));

        Assert.InRange(server.Count(Smb2Command.SessionSetup), 2, 12);
        await StartsAnewAsync(server, context);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("empty")]
    [InlineData("token beyond the end")]
    [InlineData("token within the header")]
    public async Task A_response_that_does_not_decode(string how)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        server.Answer(Smb2Command.SessionSetup, r => [how switch
        {
            "cut" => r.Answer()[..(Smb2Header.Size + 6)],
            "empty" => r.Answer()[..Smb2Header.Size],
            "token beyond the end" => Octets.With16(r.Answer(), Smb2Header.Size + 6, 0xFFF0),
            _ => Octets.With16(r.Answer(), Smb2Header.Size + 4, 8),
        }]);

        await MisbehavesAsync(() => OpenAsync(server, context), SmbProtocolError.Malformed);

        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task A_sign_in_that_fails_leaves_the_others_on_the_connection_alone()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        AtTheEnd(server, (r, _) =>
        {
            r.Session!.MustSign = false;
            return r.Connection.Build(r, Flagged(Smb2SessionFlags.IsGuest), NtStatus.Success);
        });

        await FailsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(server.Options(context), ScriptedAccounts.Bob));

        Assert.Equal(5, await file.ReadAsync(new byte[5], 0).AsTask().WaitAsync(Limit));
        Assert.Equal((1, 1), (context.GetStatistics().Connections, context.GetStatistics().Sessions));
        await CreditsAreWholeAsync(server, context);
    }

    [Theory]
    [InlineData(Smb2Command.Negotiate)]
    [InlineData(Smb2Command.SessionSetup)]
    public async Task Silence(object command)
    {
        FakeTimeProvider clock = new();
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new() { TimeProvider = clock };
        var held = server.Hold((Smb2Command)command);
        Task<SmbConnection> opening = OpenAsync(server, context);
        await held.ReadAsync().AsTask().WaitAsync(Limit);

        clock.Advance(TimeSpan.FromSeconds(14));
        Assert.False(opening.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(2));

        await TimesOutAsync(() => opening);
        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task An_authentication_that_pends_for_ever()
    {
        FakeTimeProvider clock = new();
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new() { TimeProvider = clock };
        TaskCompletionSource pending = new(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Answer(Smb2Command.SessionSetup, r =>
        {
            pending.TrySetResult();
            return [r.Interim(1), r.Interim(1)];
        });
        Task<SmbConnection> opening = OpenAsync(server, context);
        await pending.Task.WaitAsync(Limit);

        clock.Advance(TimeSpan.FromSeconds(16));

        await TimesOutAsync(() => opening);
        await StartsAnewAsync(server, context);
    }

    private static SessionSetupResponse Flagged(Smb2SessionFlags flags) => new() { SessionFlags = flags, SecurityBuffer = default };

    /// <summary>Changes the response that ends the sign-in, which is neither signed nor sealed yet.</summary>
    private static void AtTheEnd(ScriptedSmb2Server server, Func<ScriptedRequest, byte[], byte[]> change) => server.Answer(Smb2Command.SessionSetup, r =>
    {
        byte[] answer = r.Connection.Answer(r);
        WireReader reader = new(answer);
        return [Smb2Header.Read(ref reader).NtStatus == NtStatus.Success ? change(r, answer) : answer];
    });

    private static async Task EndIsRefusedAsync(SmbDialect dialect, SmbSigningState policy, Func<ScriptedRequest, byte[], byte[]> change)
    {
        ScriptedSmb2Server server = new() { MaxDialect = dialect };
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { MessageSigningPolicy = policy };
        AtTheEnd(server, change);

        await MisbehavesAsync(() => OpenAsync(server, context, options));

        await StartsAnewAsync(server, context, options);
    }
}
