using System;
using System.Linq;
using System.Text;
using SmbClient.Gss;
using SmbClient.Gss.Kerberos;
using SmbClient.Gss.Kerberos.Messages;
using SmbClient.Gss.Ntlm;
using Xunit;

namespace SmbClient.Tests.Gss.Kerberos;

/// <summary>The acceptor against an initiator and a KDC that do what they are told.</summary>
public sealed class KeytabAcceptorTests
{
    [Theory]
    [InlineData(17)]
    [InlineData(18)]
    [InlineData(19)]
    [InlineData(20)]
    [InlineData(23)]
    public void Every_type_of_ticket_and_session_key_is_served(int type)
    {
        KerberosEncryptionType each = (KerberosEncryptionType)type;
        using TestKdc kdc = new() { SessionType = each, ServiceKey = KerberosKey.Generate(each, GssRandom.System) };
        using TestInitiator initiator = new(kdc) { Types = [type] };
        using AcceptorBench bench = new(kdc.Keytab, TestKdc.Now);
        using KeytabAcceptor acceptor = bench.Acceptor();
        GssStep step = acceptor.Step(initiator.Request());
        Assert.True(step.IsSuccess, step.Reason);
        Assert.True(initiator.Step(step.Token.Span).IsSuccess);
        Assert.Equal(acceptor.ExportSessionKey(), initiator.ExportSessionKey());
        Assert.Equal(each, initiator.KeyType);
        Assert.Equal(each != KerberosEncryptionType.Rc4, acceptor.SupportsMic);
        Assert.Equal(each == KerberosEncryptionType.Rc4, acceptor.ExportSessionKey().SequenceEqual(initiator.Subkey!.Export()));
    }

    [Theory]
    [InlineData(new[] { 23, 17, 18 }, 18)]
    [InlineData(new[] { 17, 20 }, 20)]
    [InlineData(new[] { 3, 17 }, 17)]
    [InlineData(new[] { 3, 1 }, 17)]
    [InlineData(new int[0], 17)]
    public void The_best_common_type_is_chosen(int[] types, int expected)
    {
        using TestKdc kdc = new() { SessionType = KerberosEncryptionType.Aes128Sha1 };
        using TestInitiator initiator = new(kdc) { Types = types };
        Run(kdc, initiator, out _);
        Assert.Equal(expected, (int)initiator.KeyType);
    }

    [Fact]
    public void Integrity_codes_go_both_ways_in_order()
    {
        using TestKdc kdc = new();
        using TestInitiator initiator = new(kdc);
        using AcceptorBench bench = new(kdc.Keytab, TestKdc.Now);
        using KeytabAcceptor acceptor = bench.Acceptor();
        Assert.Throws<InvalidOperationException>(() => acceptor.GetMic([1]));
        Assert.Throws<InvalidOperationException>(acceptor.ExportSessionKey);
        initiator.Step(acceptor.Step(initiator.Request()).Token.Span);
        byte[] message = [1, 2, 3];
        byte[] first = initiator.GetMic(message);
        byte[] second = initiator.GetMic(message);
        Assert.False(acceptor.VerifyMic(message, second));
        Assert.False(acceptor.VerifyMic([1, 2], first));
        for (int i = 0; i < first.Length; i++)
        {
            byte[] changed = (byte[])first.Clone();
            changed[i] ^= 1;
            Assert.False(acceptor.VerifyMic(message, changed), $"octet {i}");
            Assert.False(acceptor.VerifyMic(message, first.AsSpan(0, i)));
        }

        Assert.True(acceptor.VerifyMic(message, first));
        Assert.False(acceptor.VerifyMic(message, first));
        Assert.True(acceptor.VerifyMic(message, second));
        Assert.True(initiator.VerifyMic(message, acceptor.GetMic(message)));
        Assert.True(initiator.VerifyMic(message, acceptor.GetMic(message)));
        Assert.False(acceptor.VerifyMic(message, acceptor.GetMic(message)));
    }

    [Fact]
    public void Without_mutual_there_is_no_answer_and_the_initiators_key_counts()
    {
        using TestKdc kdc = new();
        using TestInitiator initiator = new(kdc) { GssFlags = 0x30, ApOptions = 0 };
        using AcceptorBench bench = new(kdc.Keytab, TestKdc.Now);
        using KeytabAcceptor acceptor = bench.Acceptor();
        GssStep step = acceptor.Step(initiator.Request());
        Assert.Equal(GssStatus.Complete, step.Status);
        Assert.True(step.Token.IsEmpty);
        Assert.Equal(GssContextFlags.Confidentiality | GssContextFlags.Integrity, acceptor.Flags);
        Assert.Equal(initiator.Subkey!.Export(), acceptor.ExportSessionKey());
        Assert.True(acceptor.VerifyMic([1], initiator.GetMic([1])));
    }

    [Fact]
    public void Without_a_subkey_the_tickets_key_counts()
    {
        using TestKdc kdc = new();
        using TestInitiator initiator = new(kdc) { GssFlags = 0, ApOptions = 0, HasSubkey = false, Sequence = null };
        using AcceptorBench bench = new(kdc.Keytab, TestKdc.Now);
        using KeytabAcceptor acceptor = bench.Acceptor();
        Assert.True(acceptor.Step(initiator.Request()).IsSuccess);
        Assert.Equal(initiator.SessionKey.Export(), acceptor.ExportSessionKey());
        Assert.True(acceptor.VerifyMic([1], initiator.GetMic([1])));
    }

    [Theory]
    [InlineData(null, null, false, false, GssStatus.Complete, false)]
    [InlineData(null, null, true, false, GssStatus.BadBindings, false)]
    [InlineData(new byte[] { 1, 2, 3 }, null, false, false, GssStatus.Complete, false)]
    [InlineData(new byte[] { 1, 2, 3 }, null, true, false, GssStatus.BadBindings, false)]
    [InlineData(null, new byte[] { 1, 2, 3 }, false, false, GssStatus.Complete, false)]
    [InlineData(null, new byte[] { 1, 2, 3 }, true, false, GssStatus.BadBindings, false)]
    [InlineData(null, new byte[] { 1, 2, 3 }, false, true, GssStatus.BadBindings, false)]
    [InlineData(new byte[] { 1, 2, 3 }, new byte[] { 1, 2, 3 }, false, false, GssStatus.Complete, true)]
    [InlineData(new byte[] { 1, 2, 3 }, new byte[] { 1, 2, 3 }, true, true, GssStatus.Complete, true)]
    [InlineData(new byte[] { 1, 2, 4 }, new byte[] { 1, 2, 3 }, false, false, GssStatus.BadBindings, false)]
    public void Channel_bindings(byte[]? theirs, byte[]? ours, bool isRequired, bool isAware, GssStatus expected, bool isBound)
    {
        using TestKdc kdc = new();
        using TestInitiator initiator = new(kdc) { Bindings = NtlmKeys.ChannelBindingHash(theirs), KnowsBindings = isAware };
        using AcceptorBench bench = new(kdc.Keytab, TestKdc.Now);
        using KeytabAcceptor acceptor = bench.Acceptor(bench.Options(bindings: ours, requireBindings: isRequired));
        Assert.Equal(expected, acceptor.Step(initiator.Request()).Status);
        Assert.Equal(isBound, (acceptor.Flags & GssContextFlags.ChannelBound) != 0);
    }

    [Fact]
    public void A_checksum_that_is_missing_says_nothing()
    {
        using TestKdc kdc = new();
        using TestInitiator initiator = new(kdc) { OnChecksum = _ => null };
        Assert.Equal(GssContextFlags.MutualAuth, Run(kdc, initiator, out GssStep step));
        Assert.True(step.IsSuccess, step.Reason);
    }

    [Theory]
    [InlineData(true, GssStatus.Complete)]
    [InlineData(false, GssStatus.DefectiveToken)]
    public void A_checksum_in_earnest_is_verified(bool isRight, GssStatus expected)
    {
        using TestKdc kdc = new();
        using TestInitiator initiator = new(kdc);
        initiator.OnChecksum = _ => new KerberosChecksum { Type = 16, Value = isRight ? initiator.Subkey!.Checksum(10, []) : new byte[12] };
        Run(kdc, initiator, out GssStep step);
        Assert.Equal(expected, step.Status);
    }

    [Fact]
    public void A_checksum_that_is_too_short_is_refused()
    {
        using TestKdc kdc = new();
        for (int length = 0; length < 24; length++)
        {
            using TestInitiator initiator = new(kdc) { OnChecksum = c => c with { Value = c.Value[..length] } };
            Run(kdc, initiator, out GssStep step);
            Assert.Equal(GssStatus.DefectiveToken, step.Status);
            Assert.Equal(KerberosError.InappropriateChecksum, AcceptorBench.Error(step));
        }
    }

    [Fact]
    public void Tickets_that_are_not_good_are_refused()
    {
        Refused(k => k.Flags |= EncTicketPart.Invalid, GssStatus.OldToken, KerberosError.TicketNotYetValid);
        Refused(k => k.StartTime = TestKdc.Now.AddMinutes(6), GssStatus.OldToken, KerberosError.TicketNotYetValid);
        Refused(k => k.EndTime = TestKdc.Now.AddMinutes(-6), GssStatus.CredentialsExpired, KerberosError.TicketExpired);
        Refused(k => k.EndTime = DateTimeOffset.MinValue, GssStatus.CredentialsExpired, KerberosError.TicketExpired);
        Refused(k => (k.Transited, k.Flags) = ("EVIL"u8.ToArray(), 0x40A0_0000), GssStatus.Unauthorized, KerberosError.PathNotAccepted);
        Refused(k => k.Client = new KerberosPrincipal(11, "WELLKNOWN", "ANONYMOUS"), GssStatus.Unauthorized, KerberosError.Policy);
    }

    [Fact]
    public void Requests_that_are_not_good_are_refused()
    {
        Refused(_ => { }, GssStatus.DefectiveCredential, KerberosError.BadMatch, i => i.Claims = new KerberosPrincipal(1, "administrator"));
        Refused(_ => { }, GssStatus.OldToken, KerberosError.Skew, i => i.Time = TestKdc.Now.AddMinutes(-6));
        Refused(_ => { }, GssStatus.OldToken, KerberosError.Skew, i => i.Time = TestKdc.Now.AddMinutes(6));
        Refused(_ => { }, GssStatus.OldToken, KerberosError.Skew, i => i.Time = DateTimeOffset.MinValue);
        Refused(_ => { }, GssStatus.DefectiveCredential, KerberosError.NoKey, i => i.ApOptions |= ApReq.UseSessionKey);
        Refused(_ => { }, GssStatus.Unauthorized, KerberosError.Policy, i => i.GssFlags |= 0x1000);

        // Another's ticket, whose session key the initiator does not know.
        using TestKdc other = new();
        Refused(k => other.ServiceKey = k.ServiceKey.Clone(), GssStatus.DefectiveCredential, KerberosError.Modified, i => i.Ticket = other.Issue(out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_ticket_is_delegated_in_any_key(int key)
    {
        using TestKdc kdc = new();
        using TestInitiator initiator = new(kdc) { Delegate = (session, subkey) => Delegation(TestKdc.Alice, key == 0 ? null : key == 1 ? session : subkey) };
        using AcceptorBench bench = new(kdc.Keytab, TestKdc.Now);
        KeytabAcceptor acceptor = bench.Acceptor();
        Assert.True(acceptor.Step(initiator.Request()).IsSuccess);
        Assert.True((acceptor.Flags & GssContextFlags.Delegate) != 0);
        DelegatedCredential credential = (DelegatedCredential)acceptor.Peer!.DelegatedCredential!;
        acceptor.Dispose();
        Assert.Contains("krbtgt", Encoding.ASCII.GetString(credential.ToCredentialCache()), StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexString(Enumerable.Repeat((byte)7, 32).ToArray()), Convert.ToHexString(credential.ToCredentialCache()), StringComparison.Ordinal);
        credential.Dispose();
    }

    [Fact]
    public void A_delegation_that_is_not_good_is_left_out_and_the_rest_goes_on()
    {
        using KerberosKey unknown = KerberosKey.Generate(KerberosEncryptionType.Aes256Sha1, GssRandom.System);
        byte[] good = Delegation(TestKdc.Alice, null);
        byte[][] bad = [[1, 2, 3], Delegation(TestKdc.Alice, unknown), Delegation(new KerberosPrincipal(1, "bob"), null), .. Enumerable.Range(1, good.Length - 1).Select(i => good[..i])];
        using TestKdc kdc = new();
        foreach (byte[] message in bad)
        {
            using TestInitiator initiator = new(kdc) { Delegate = (_, _) => message };
            Assert.Equal(GssContextFlags.None, Run(kdc, initiator, out GssStep step) & GssContextFlags.Delegate);
            Assert.True(step.IsSuccess, step.Reason);
        }
    }

    [Fact]
    public void The_PAC_is_handed_out_when_its_signature_is_right()
    {
        using TestKdc kdc = new();
        byte[] pac = TestKdc.Pac(kdc.ServiceKey, "alice", TestKdc.Now);
        kdc.AuthorizationData = [AuthorizationDataElement.Wrap(new AuthorizationDataElement { Type = 128, Data = pac })];
        using TestInitiator initiator = new(kdc);
        using AcceptorBench bench = new(kdc.Keytab, TestKdc.Now);
        using KeytabAcceptor acceptor = bench.Acceptor();
        GssStep step = acceptor.Step(initiator.Request());
        Assert.True(step.IsSuccess, step.Reason);
        Assert.Equal(pac, acceptor.Peer!.AuthorizationData.ToArray());
        Assert.Equal(GssAuthorizationDataStatus.VerifiedWithKey, acceptor.Peer.AuthorizationDataStatus);
    }

    [Fact]
    public void A_PAC_that_is_not_good_refuses_the_sign_in()
    {
        using KerberosKey rc4 = KerberosKey.Generate(KerberosEncryptionType.Rc4, GssRandom.System);
        void Pac(Func<TestKdc, AuthorizationDataElement[]> make) => Refused(
            k => k.AuthorizationData = [AuthorizationDataElement.Wrap(make(k))], GssStatus.DefectiveCredential, KerberosError.Modified);
        AuthorizationDataElement Element(byte[] pac) => new() { Type = 128, Data = pac };

        Pac(k => [Element(TestKdc.Pac(k.ServiceKey, "bob", TestKdc.Now))]);
        Pac(k => [Element(TestKdc.Pac(k.ServiceKey, "alice", TestKdc.Now.AddSeconds(1)))]);
        Pac(k => [Element(TestKdc.Pac(rc4, "alice", TestKdc.Now))]);
        Pac(k => [Element(TestKdc.Pac(k.ServiceKey, "alice", TestKdc.Now, signatureType: 15))]);
        Pac(k => [Element(TestKdc.Pac(k.ServiceKey, "alice", TestKdc.Now)), Element(TestKdc.Pac(k.ServiceKey, "alice", TestKdc.Now))]);
    }

    [Fact]
    public void A_PAC_that_anybody_may_have_added_is_ignored()
    {
        using TestKdc kdc = new() { AuthorizationData = [new AuthorizationDataElement { Type = 128, Data = new byte[] { 1 } }] };
        using TestInitiator initiator = new(kdc);
        Run(kdc, initiator, out GssStep step);
        Assert.True(step.IsSuccess, step.Reason);
    }

    [Fact]
    public void A_disposed_keytab_refuses()
    {
        using TestKdc kdc = new();
        using TestInitiator initiator = new(kdc);
        AcceptorBench bench = new(kdc.Keytab, TestKdc.Now);
        using KeytabAcceptor acceptor = bench.Acceptor();
        bench.Dispose();
        Assert.Equal(GssStatus.NoCredential, acceptor.Step(initiator.Request()).Status);
    }

    [Fact]
    public void A_full_replay_cache_refuses_until_there_is_room()
    {
        using TestKdc kdc = new();
        using AcceptorBench bench = new(kdc.Keytab, TestKdc.Now, replayCapacity: 2);
        GssStatus Sign(DateTimeOffset time)
        {
            using TestInitiator initiator = new(kdc) { Time = time };
            using KeytabAcceptor acceptor = bench.Acceptor();
            return acceptor.Step(initiator.Request()).Status;
        }

        Assert.Equal(GssStatus.Complete, Sign(TestKdc.Now));
        Assert.Equal(GssStatus.Complete, Sign(TestKdc.Now));
        Assert.Equal(GssStatus.Failure, Sign(TestKdc.Now));
        bench.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(GssStatus.Failure, Sign(TestKdc.Now));
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(GssStatus.Complete, Sign(TestKdc.Now.AddMinutes(5)));
    }

    private static void Refused(Action<TestKdc> change, GssStatus status, KerberosError code, Action<TestInitiator>? initiate = null)
    {
        using TestKdc kdc = new();
        change(kdc);
        using TestInitiator initiator = new(kdc);
        initiate?.Invoke(initiator);
        Run(kdc, initiator, out GssStep step);
        Assert.Equal(status, step.Status);
        Assert.Equal(code, AcceptorBench.Error(step));
    }

    private static GssContextFlags Run(TestKdc kdc, TestInitiator initiator, out GssStep step)
    {
        using AcceptorBench bench = new(kdc.Keytab, TestKdc.Now);
        using KeytabAcceptor acceptor = bench.Acceptor();
        step = acceptor.Step(initiator.Request());
        if (step.Status == GssStatus.Complete && !step.Token.IsEmpty)
        {
            Assert.True(initiator.Step(step.Token.Span).IsSuccess);
        }

        return acceptor.Flags;
    }

    private static byte[] Delegation(KerberosPrincipal client, KerberosKey? key)
    {
        using TestKdc tgs = new() { Service = new KerberosPrincipal(2, "krbtgt", TestKdc.Realm) };
        byte[] plaintext = KrbCredInfo.EncodeAll([new KrbCredInfo
        {
            Key = new EncryptionKey { Type = 18, Value = Enumerable.Repeat((byte)7, 32).ToArray() },
            ClientRealm = TestKdc.Realm,
            Client = client,
            Flags = 0x60A1_0000,
            AuthTime = TestKdc.Now,
            EndTime = TestKdc.Now.AddHours(10),
            ServiceRealm = TestKdc.Realm,
            Service = tgs.Service,
        }]);
        return new KrbCred
        {
            Tickets = [tgs.Issue(out _)],
            Encrypted = key is null ? new EncryptedData { Type = 0, Cipher = plaintext } : EncryptedData.Of(key, 14, plaintext, GssRandom.System),
        }.Encode();
    }
}
