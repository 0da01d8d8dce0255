using System;
using System.Linq;
using System.Threading;
using SmbClient.Gss;
using SmbClient.Gss.Kerberos;
using SmbClient.Gss.Kerberos.Messages;
using SmbClient.Gss.Spnego;
using SmbClient.Tests.Vectors;
using Xunit;

namespace SmbClient.Tests.Gss.Kerberos;

/// <summary>SPNEGO over Kerberos and NTLM with the managed acceptor.</summary>
public sealed class KerberosSpnegoTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Kerberos_is_taken_in_any_place(bool isSecond)
    {
        using TestKdc kdc = new();
        using TestInitiator initiator = new(kdc);
        using KerberosKeytab keytab = KerberosKeytab.FromBytes(kdc.Keytab);
        TestKerberosMechanism kerberos = new(initiator);
        SpnegoMechanism theirs = new(isSecond ? [new GssPair.Unknown(), kerberos] : [kerberos, GssPair.Ntlm]);
        SpnegoMechanism ours = new([new KerberosMechanism(new KerberosOptions { Keytab = keytab }), GssPair.Ntlm]);
        using GssPair pair = new(theirs, ours, accept: new GssAcceptorOptions
        {
            NetBiosComputerName = "FILES",
            NetBiosDomainName = "LAB",
            TargetHosts = ["files.lab.test"],
            RequireTargetName = true,
            TimeProvider = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TestKdc.Now),
        });

        pair.Run();

        Assert.True(pair.BothComplete, pair.AcceptorEnd.Reason + pair.InitiatorEnd.Reason);
        Assert.Equal("SPNEGO/Kerberos", pair.Acceptor.MechanismName);
        Assert.Equal("alice", pair.Acceptor.Peer!.User);
        Assert.Equal(pair.Initiator.ExportSessionKey(), pair.Acceptor.ExportSessionKey());
    }

    [Fact]
    public void NTLM_serves_whoever_has_no_ticket()
    {
        using TestKdc kdc = new();
        using KerberosKeytab keytab = KerberosKeytab.FromBytes(kdc.Keytab);
        using GssPair pair = new(GssPair.Spnego, new SpnegoMechanism([new KerberosMechanism(new KerberosOptions { Keytab = keytab }), GssPair.Ntlm]));
        pair.Run();
        Assert.True(pair.BothComplete, pair.AcceptorEnd.Reason);
        Assert.Equal("SPNEGO/NTLMSSP", pair.Acceptor.MechanismName);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_refusal_tells_the_error(bool isRaw)
    {
        CapturedRequest request = CapturedRequest.Published;
        using AcceptorBench bench = new(request.Keytab, request.Time.AddMinutes(10));
        using GssContext acceptor = new SpnegoMechanism([new KerberosMechanism(new KerberosOptions { Keytab = bench.Keytab }) { ReplayCache = bench.Settings.ReplayCache }]).CreateAcceptor(bench.Options())!;
        GssStep step = acceptor.Step(isRaw ? request.Token : request.Spnego);
        Assert.Equal(GssStatus.OldToken, step.Status);
        ReadOnlyMemory<byte> token = isRaw ? step.Token : SpnegoTokens.DecodeResp(step.Token).ResponseToken!.Value;
        Assert.Equal(KerberosError.Skew, KrbError.Decode(KerberosTokens.Unwrap(token, KerberosTokens.Error)).Code);
    }

    [Fact]
    public void A_token_comes_without_SPNEGO_too()
    {
        CapturedRequest request = CapturedRequest.Capture("member");
        using AcceptorBench bench = AcceptorBench.For(request);
        using GssContext acceptor = new SpnegoMechanism([new KerberosMechanism(new KerberosOptions { Keytab = bench.Keytab }) { ReplayCache = bench.Settings.ReplayCache }, GssPair.Ntlm]).CreateAcceptor(bench.Options())!;
        GssStep step = acceptor.Step(request.Token);
        Assert.True(step.IsSuccess, step.Reason);
        Assert.Equal(0x60, step.Token.Span[0]);
    }
}
