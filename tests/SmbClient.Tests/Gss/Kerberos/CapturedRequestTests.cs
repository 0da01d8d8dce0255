using System;
using System.IO;
using System.Linq;
using System.Text;
using SmbClient.Gss;
using SmbClient.Gss.Kerberos;
using SmbClient.Gss.Kerberos.Messages;
using SmbClient.Tests.Vectors;
using Xunit;

namespace SmbClient.Tests.Gss.Kerberos;

/// <summary>AP-REQs of other people's clients through the whole acceptor, at their time.</summary>
public sealed class CapturedRequestTests
{
    [Fact]
    public void The_published_request_is_accepted()
    {
        CapturedRequest request = CapturedRequest.Published;
        using AcceptorBench bench = AcceptorBench.For(request);
        using KeytabAcceptor acceptor = bench.Acceptor(bench.Options(hosts: ["dc1.lab.test"]));

        GssStep step = acceptor.Step(request.Token);

        Assert.True(step.IsSuccess, step.Reason);
        GssPeer peer = acceptor.Peer!;
        Assert.Equal("alice", peer.User);
        Assert.Equal("LAB.TEST", peer.Domain);
        Assert.Equal("cifs/dc1.lab.test", peer.TargetName);
        Assert.Equal(GssAuthorizationDataStatus.VerifiedWithKey, peer.AuthorizationDataStatus);
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 3, 7, 15, TimeSpan.Zero), peer.Expires);
        Assert.Null(peer.DelegatedCredential);
        Assert.Equal(VectorFile.Kerberos["EncTicketPart (usage 2) plaintext"].AsSpan(230, 800).ToArray(), peer.AuthorizationData.ToArray());
        Assert.Equal(GssContextFlags.MutualAuth | GssContextFlags.Replay | GssContextFlags.Sequence | GssContextFlags.Integrity, acceptor.Flags);
        Assert.True(acceptor.SupportsMic);

        // What the client makes of the answer.
        using KerberosKey sessionKey = new(KerberosEncryptionType.Aes256Sha1, VectorFile.Kerberos["ticket session key"]);
        EncApRepPart reply = EncApRepPart.Decode(sessionKey.Decrypt(12, ApRep.Decode(KerberosTokens.Unwrap(step.Token, KerberosTokens.ApRep)).Cipher.Span)!);
        Authenticator authenticator = Authenticator.Decode(VectorFile.Kerberos["authenticator (usage 11) plaintext"]);
        Assert.Equal(authenticator.Time, reply.Time);
        Assert.Equal(authenticator.Microseconds, reply.Microseconds);
        Assert.Equal(18, reply.Subkey!.Value.Type);
        Assert.Equal(acceptor.ExportSessionKey(), reply.Subkey.Value.Value.ToArray());
        Assert.NotEqual(VectorFile.Kerberos["authenticator subkey"], acceptor.ExportSessionKey());
    }

    [Fact]
    public void The_published_answer_decodes()
    {
        byte[] token = SmbClient.Gss.Spnego.SpnegoTokens.DecodeResp(VectorFile.Kerberos["SPNEGO+AP-REP (server)"]).ResponseToken!.Value.ToArray();
        using KerberosKey sessionKey = new(KerberosEncryptionType.Aes256Sha1, VectorFile.Kerberos["ticket session key"]);
        EncApRepPart reply = EncApRepPart.Decode(sessionKey.Decrypt(12, ApRep.Decode(KerberosTokens.Unwrap(token, KerberosTokens.ApRep)).Cipher.Span)!);
        Assert.Equal(VectorFile.Kerberos["AP-REP subkey"], reply.Subkey!.Value.Value.ToArray());
        Assert.Equal(765658660u, reply.SequenceNumber);
    }

    [Fact]
    public void The_published_plaintexts_encode_to_what_they_were()
    {
        byte[] authenticator = VectorFile.Kerberos["authenticator (usage 11) plaintext"];
        Assert.Equal(authenticator, Authenticator.Decode(authenticator).Encode());
        byte[] token = CapturedRequest.Published.Token;
        ReadOnlyMemory<byte> message = KerberosTokens.Unwrap(token, KerberosTokens.ApReq);
        Assert.Equal(message.ToArray(), ApReq.Decode(message).Encode());
        Assert.Equal(token, KerberosTokens.Wrap(KerberosTokens.ApReq, message.Span));
    }

    [Theory]
    [InlineData("dc", "alice", "LAB.TEST", "cifs/dc1.lab.test", true)]
    [InlineData("member", "alice", "LAB.TEST", "cifs/files.lab.test", false)]
    [InlineData("mit", "alice", "MIT.TEST", "cifs/files.mit.test", true)]
    public void Captures_are_accepted(string name, string user, string realm, string target, bool isDelegated)
    {
        CapturedRequest request = CapturedRequest.Capture(name);
        using AcceptorBench bench = AcceptorBench.For(request);
        using GssContext acceptor = new SmbClient.Gss.Spnego.SpnegoMechanism([new KerberosMechanism(new KerberosOptions { Keytab = bench.Keytab }) { ReplayCache = bench.Settings.ReplayCache }]).CreateAcceptor(bench.Options())!;

        GssStep step = acceptor.Step(request.Spnego);

        Assert.True(step.IsSuccess, step.Reason);
        GssPeer peer = acceptor.Peer!;
        Assert.Equal((user, realm, target), (peer.User, peer.Domain, peer.TargetName));
        Assert.Equal(GssAuthorizationDataStatus.VerifiedWithKey, peer.AuthorizationDataStatus);
        Assert.Equal(isDelegated, (acceptor.Flags & GssContextFlags.Delegate) != 0);
        Assert.Equal(isDelegated, peer.DelegatedCredential is not null);
        Assert.Equal(32, acceptor.ExportSessionKey().Length);
        peer.DelegatedCredential?.Dispose();
    }

    [Fact]
    public void A_delegated_ticket_makes_a_credential_cache()
    {
        CapturedRequest request = CapturedRequest.Capture("dc");
        using AcceptorBench bench = AcceptorBench.For(request);
        using KeytabAcceptor acceptor = bench.Acceptor();
        Assert.True(acceptor.Step(request.Token).IsSuccess);

        DelegatedCredential credential = Assert.IsType<DelegatedCredential>(acceptor.Peer!.DelegatedCredential);
        Assert.Equal("alice", credential.User);
        Assert.Equal("LAB.TEST", credential.Domain);
        Assert.True(credential.Expires > request.Time);
        byte[] cache = credential.ToCredentialCache();
        Assert.Equal("0504000000000001000000010000000" + "84C41422E54455354" + "00000005616C696365", Convert.ToHexString(cache.AsSpan(0, 33)));
        Assert.Contains("krbtgt", Encoding.ASCII.GetString(cache), StringComparison.Ordinal);

        // The context no longer owns what it gave away.
        acceptor.Dispose();
        Assert.Equal(cache, credential.ToCredentialCache());
        Assert.True(credential.Matches(credential));
        credential.Dispose();
        Assert.Throws<ObjectDisposedException>(() => credential.ToCredentialCache());
        Assert.False(credential.Matches(credential));
    }

    [Fact]
    public void Every_changed_octet_is_refused()
    {
        CapturedRequest request = CapturedRequest.Published;
        using AcceptorBench bench = AcceptorBench.For(request);
        byte[] token = request.Token;
        int accepted = 0;
        for (int i = 0; i < token.Length; i++)
        {
            foreach (byte flip in new byte[] { 0x01, 0x80 })
            {
                byte[] changed = (byte[])token.Clone();
                changed[i] ^= flip;
                GssStep step = bench.TryOnce(changed);
                accepted += step.IsSuccess ? 1 : 0;
                Assert.False(step.IsSuccess && Meaningful(request.Token, changed), $"octet {i} ^ {flip:X2}");
            }
        }

        // Only what no key protects and nobody reads: hints on names and options, and the service's name itself.
        Assert.InRange(accepted, 0, 80);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        CapturedRequest request = CapturedRequest.Published;
        using AcceptorBench bench = AcceptorBench.For(request);
        byte[] token = request.Token;
        for (int i = 0; i < token.Length; i++)
        {
            GssStep step = bench.TryOnce(token[..i]);
            Assert.Equal(GssStatus.DefectiveToken, step.Status);
        }

        Assert.Equal(GssStatus.DefectiveToken, bench.TryOnce([.. token, 0]).Status);
    }

    [Fact]
    public void A_replay_is_refused()
    {
        CapturedRequest request = CapturedRequest.Published;
        using AcceptorBench bench = AcceptorBench.For(request);
        using KeytabAcceptor first = bench.Acceptor();
        using KeytabAcceptor second = bench.Acceptor();
        Assert.True(first.Step(request.Token).IsSuccess);
        GssStep step = second.Step(request.Token);
        Assert.Equal(GssStatus.DuplicateToken, step.Status);
        Assert.Equal(KerberosError.Repeat, AcceptorBench.Error(step));
        Assert.Equal(GssStatus.DefectiveToken, first.Step(request.Token).Status);
        Assert.False(first.IsComplete);
        Assert.Null(first.Peer);
    }

    [Theory]
    [InlineData(-6, GssStatus.OldToken, (int)KerberosError.TicketNotYetValid)]
    [InlineData(6, GssStatus.OldToken, (int)KerberosError.Skew)]
    [InlineData(11 * 60, GssStatus.CredentialsExpired, (int)KerberosError.TicketExpired)]
    public void Another_time_is_refused_and_told(int minutes, GssStatus status, int code)
    {
        CapturedRequest request = CapturedRequest.Published;
        using AcceptorBench bench = new(request.Keytab, request.Time.AddMinutes(minutes));
        GssStep step = bench.TryOnce(request.Token);
        Assert.Equal(status, step.Status);
        KrbError error = KrbError.Decode(KerberosTokens.Unwrap(step.Token, KerberosTokens.Error));
        Assert.Equal((KerberosError)code, error.Code);
        Assert.Equal(bench.Clock.GetUtcNow(), error.ServerTime);
        Assert.Equal("cifs/dc1.lab.test", error.Service.ToString());
    }

    [Theory]
    [InlineData(-4)]
    [InlineData(4)]
    public void A_little_skew_is_accepted(int minutes)
    {
        CapturedRequest request = CapturedRequest.Published;
        using AcceptorBench bench = new(request.Keytab, request.Time.AddMinutes(minutes));
        Assert.True(bench.TryOnce(request.Token).IsSuccess);
    }

    [Fact]
    public void A_request_for_another_host_is_refused()
    {
        CapturedRequest request = CapturedRequest.Published;
        using AcceptorBench bench = AcceptorBench.For(request);
        GssStep step = bench.TryOnce(request.Token, bench.Options(hosts: ["files.lab.test"]));
        Assert.Equal(GssStatus.Unauthorized, step.Status);
        Assert.Equal(KerberosError.NotUs, AcceptorBench.Error(step));
    }

    /// <summary>True where something else changed than what [RFC4120] leaves open to anybody on the way.</summary>
    private static bool Meaningful(byte[] before, byte[] after)
    {
        ApReq one = ApReq.Decode(KerberosTokens.Unwrap(before, KerberosTokens.ApReq));
        ApReq other = ApReq.Decode(KerberosTokens.Unwrap(after, KerberosTokens.ApReq));
        return !one.Ticket.Encrypted.Cipher.Span.SequenceEqual(other.Ticket.Encrypted.Cipher.Span)
            || !one.Authenticator.Cipher.Span.SequenceEqual(other.Authenticator.Cipher.Span)
            || one.Ticket.Encrypted.Type != other.Ticket.Encrypted.Type
            || one.Authenticator.Type != other.Authenticator.Type;
    }
}
