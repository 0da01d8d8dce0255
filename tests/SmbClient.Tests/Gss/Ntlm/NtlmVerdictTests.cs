using System;
using System.Buffers.Binary;
using SmbClient.Gss;
using SmbClient.Gss.Ntlm;
using Xunit;

namespace SmbClient.Tests.Gss.Ntlm;

/// <summary>The proof is checked by someone else: what that one is told, and what is still checked here.</summary>
public class NtlmVerdictTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Version_2(bool spnego)
    {
        (GssContext client, GssContext server, GssStep step) = Run(spnego, v1: false);

        Assert.Equal(GssStatus.NeedsAccount, step.Status);
        NtlmAccountRequest request = server.AccountRequest!;
        byte[] ntOwfV2 = NtlmKeys.NtOwfV2(GssPair.Alice.CopyNtHash()!, request.User, request.Domain);
        byte[] proof = request.NtResponse[..16].ToArray();
        Assert.Equal(proof, NtlmKeys.NtProof(ntOwfV2, request.Challenge.ToArray(), request.NtResponse[16..].ToArray()));
        Assert.Equal((GssPair.User, GssPair.Domain), (request.User, request.Domain));

        GssStep last = server.SupplyVerdict(NtlmKeys.SessionBaseKeyV2(ntOwfV2, proof));
        Assert.Equal(GssStatus.Complete, last.Status);
        Assert.True(last.Token.IsEmpty || client.Step(last.Token.Span).IsSuccess);
        Assert.Equal(client.ExportSessionKey(), server.ExportSessionKey());
        Assert.Null(server.AccountRequest);
    }

    [Fact]
    public void Version_1_with_extended_session_security_has_the_challenge_of_both_sides()
    {
        (GssContext client, GssContext server, _) = Run(spnego: false, v1: true);
        byte[] hash = GssPair.Alice.CopyNtHash()!;
        NtlmAccountRequest request = server.AccountRequest!;

        Assert.Equal(request.NtResponse.ToArray(), NtlmKeys.NtlmV1Response(hash, request.Challenge.ToArray()));
        Assert.Equal(GssStatus.Complete, server.SupplyVerdict(NtlmKeys.SessionBaseKeyV1(hash)).Status);
        Assert.Equal(client.ExportSessionKey(), server.ExportSessionKey());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_refusal_and_a_wrong_key_are_failures(bool spnego)
    {
        (_, GssContext refused, _) = Run(spnego, v1: false);
        Assert.Equal(GssStatus.DefectiveCredential, refused.SupplyVerdict(default).Status);
        Assert.Throws<InvalidOperationException>(() => refused.SupplyVerdict(new byte[16]));

        (_, GssContext wrong, _) = Run(spnego, v1: false);
        Assert.Equal(GssStatus.BadMic, wrong.SupplyVerdict(new byte[16]).Status);
        Assert.False(wrong.IsComplete);

        (_, GssContext odd, _) = Run(spnego, v1: false);
        Assert.Throws<ArgumentException>(() => odd.SupplyVerdict(new byte[15]));
    }

    [Fact]
    public void Nobody_asked()
    {
        using GssContext server = GssPair.Spnego.CreateAcceptor(GssPair.AcceptorOptions())!;

        Assert.Null(server.AccountRequest);
        Assert.Throws<InvalidOperationException>(() => server.SupplyVerdict(new byte[16]));
    }

    private static (GssContext Client, GssContext Server, GssStep Step) Run(bool spnego, bool v1)
    {
        GssMechanism mechanism = spnego ? GssPair.Spnego : GssPair.Ntlm;
        GssPair pair = new(
            mechanism,
            mechanism,
            initiate: o => new GssInitiatorOptions { Credential = o.Credential, TargetName = o.TargetName, TimeProvider = o.TimeProvider, AllowNtlmV1 = v1 },
            accept: GssPair.AcceptorOptions(allowNtlmV1: v1));
        byte[] challenge = pair.Acceptor.Step(pair.Initiator.Step(default).Token.Span).Token.ToArray();
        if (v1)
        {
            // Without target info a client that may falls back to version 1.
            BinaryPrimitives.WriteUInt16LittleEndian(challenge.AsSpan(40), 0);
        }

        return (pair.Initiator, pair.Acceptor, pair.Acceptor.Step(pair.Initiator.Step(challenge).Token.Span));
    }
}
