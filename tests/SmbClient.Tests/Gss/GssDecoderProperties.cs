using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using CsCheck;
using SmbClient.Gss;
using SmbClient.Gss.Ntlm;
using SmbClient.Gss.Spnego;
using SmbClient.Tests.Vectors;
using SmbClient.Wire;
using Xunit;

namespace SmbClient.Tests.Gss;

/// <summary>Whatever comes, a decoder gives a value or <see cref="MalformedMessageException"/>, and a context a status.</summary>
public class GssDecoderProperties
{
    private static readonly byte[][] Tokens =
    [
        NtlmCapturedExchangeTests.Token(NtlmCapturedExchangeTests.Init),
        NtlmCapturedExchangeTests.Token(NtlmCapturedExchangeTests.Challenge),
        NtlmCapturedExchangeTests.Token(NtlmCapturedExchangeTests.Authenticate),
        NtlmCapturedExchangeTests.Token(NtlmCapturedExchangeTests.Final),
        .. new[]
        {
            NtlmMessageTests.V1Challenge, NtlmMessageTests.ExtendedChallenge, NtlmMessageTests.V2Challenge,
            NtlmMessageTests.V1Authenticate, NtlmMessageTests.ExtendedAuthenticate, NtlmMessageTests.V2Authenticate,
            Spnego.SpnegoTokenTests.NtlmHint, Spnego.SpnegoTokenTests.DomainHint,
        }.Select(Convert.FromHexString),
        NtlmCapturedExchangeTests.Token(NtlmCapturedExchangeTests.Init)[34..],
        NtlmCapturedExchangeTests.Token(NtlmCapturedExchangeTests.Challenge)[31..],
        NtlmCapturedExchangeTests.Token(NtlmCapturedExchangeTests.Authenticate)[16..406],
    ];

    [Fact]
    public void Every_decoder_takes_every_truncation_and_every_flip()
    {
        foreach (byte[] damaged in Tokens.SelectMany(Damages))
        {
            Decode(damaged);
        }
    }

    [Fact]
    public void Every_decoder_takes_anything() => Gen.Byte.Array[0, 300].Sample(Decode);

    [Fact]
    public void Every_decoder_takes_noise_in_a_good_frame() =>
        Gen.Select(Gen.Int[0, Tokens.Length - 1], Gen.Select(Gen.Int[0, 500], Gen.Byte).Array[1, 8]).Sample((index, changes) =>
        {
            byte[] token = (byte[])Tokens[index].Clone();
            foreach ((int at, byte value) in changes)
            {
                token[at % token.Length] = value;
            }

            Decode(token);
        });

    [Fact]
    public async Task A_fresh_initiator_takes_anything_in_place_of_the_challenge()
    {
        foreach (byte[] damaged in Damages(Tokens[1]))
        {
            using GssContext client = await NtlmCapturedExchangeTests.CreateInitiatorAsync();
            client.Step(default);
            GssStep step = client.Step(damaged);
            Assert.False(client.IsComplete);
            Assert.NotEqual(GssStatus.Complete, step.Status);
        }
    }

    [Fact]
    public async Task A_fresh_initiator_takes_anything_in_place_of_the_end()
    {
        foreach (byte[] damaged in Damages(Tokens[3]))
        {
            using GssContext client = await NtlmCapturedExchangeTests.CreateInitiatorAsync();
            client.Step(default);
            client.Step(Tokens[1]);
            GssStep step = client.Step(damaged);
            Assert.Equal(step.Status == GssStatus.Complete, client.IsComplete);
        }
    }

    [Fact]
    public async Task A_fresh_initiator_takes_anything_as_a_hint()
    {
        foreach (byte[] damaged in Tokens.SelectMany(t => Damages(t).Where((_, i) => i % 5 == 0)))
        {
            using GssContext client = await NtlmCapturedExchangeTests.CreateInitiatorAsync();
            Assert.False(client.Step(damaged).Status is GssStatus.Complete or GssStatus.NeedsAccount);
        }
    }

    [Fact]
    public void A_fresh_acceptor_takes_anything_to_begin_with()
    {
        foreach (byte[] damaged in Tokens.SelectMany(Damages))
        {
            using GssContext server = NtlmCapturedExchangeTests.CreateAcceptor();
            Assert.False(server.Step(damaged).Status is GssStatus.Complete or GssStatus.NeedsAccount);
        }
    }

    /// <summary>Whatever is damaged in the answer, nobody gets in by it: proof, MIC or mechListMIC, one of them covers every octet that has a meaning.</summary>
    [Fact]
    public void A_fresh_acceptor_takes_anything_in_place_of_the_answer()
    {
        byte[] hash = GssCredential.Password("u", NtlmCapturedExchangeTests.Password).CopyNtHash()!;
        foreach (byte[] damaged in Damages(Tokens[2]))
        {
            using GssContext server = NtlmCapturedExchangeTests.CreateAcceptor();
            server.Step(Tokens[0]);
            GssStep step = server.Step(damaged);
            if (step.Status == GssStatus.NeedsAccount)
            {
                step = server.SupplyAccount(hash);
            }

            Assert.False(server.IsComplete);
            Assert.NotEqual(GssStatus.Complete, step.Status);
        }
    }

    [Fact]
    public void Contexts_take_any_sequence_of_tokens() =>
        Gen.Int[0, Tokens.Length - 1].Array[1, 14].Sample(order =>
        {
            using GssContext server = NtlmCapturedExchangeTests.CreateAcceptor();
            foreach (int index in order)
            {
                if (server.Step(Tokens[index]).Status == GssStatus.NeedsAccount)
                {
                    server.SupplyAccount(default);
                }
            }

            return !server.IsComplete;
        });

    [Fact]
    public void Av_pairs_come_back_as_they_were_written() =>
        Gen.Select(Gen.Int[1, 500], Gen.Byte.Array[0, 40]).Array[0, 20].Sample(pairs =>
        {
            AvPairs written = new();
            foreach ((int id, byte[] value) in pairs.DistinctBy(p => p.Item1))
            {
                written.Add((AvId)id, value);
            }

            IEnumerable<KeyValuePair<AvId, byte[]>> read = AvPairs.Decode(written.Encode()).Pairs;
            return read.Zip(written.Pairs).All(p => p.First.Key == p.Second.Key && p.First.Value.SequenceEqual(p.Second.Value));
        });

    [Fact]
    public void Responses_come_back_as_they_were_written() =>
        Gen.Select(Gen.Int[0, 3], Gen.Byte.Array[0, 400], Gen.Byte.Array[0, 20]).Sample((state, token, mic) =>
        {
            NegTokenResp read = SpnegoTokens.DecodeResp(SpnegoTokens.EncodeResp(new NegTokenResp
            {
                NegState = (NegState)state,
                SupportedMech = NtlmMechanism.MechanismOid,
                ResponseToken = token,
                MechListMic = NegTokenResp.OrAbsent(mic),
            }));
            return read.NegState == (NegState)state
                && read.SupportedMech == NtlmMechanism.MechanismOid
                && read.ResponseToken!.Value.Span.SequenceEqual(token)
                && (read.MechListMic ?? default).Span.SequenceEqual(mic);
        });

    private static IEnumerable<byte[]> Damages(byte[] token)
    {
        for (int length = 0; length < token.Length; length++)
        {
            yield return token[..length];
        }

        for (int at = 0; at < token.Length; at++)
        {
            foreach (byte mask in new byte[] { 0x01, 0x80, 0xFF })
            {
                byte[] flipped = (byte[])token.Clone();
                flipped[at] ^= mask;
                yield return flipped;
            }
        }
    }

    private static void Decode(byte[] octets)
    {
        ValueOrMalformed(() => NegotiateMessage.Decode(octets));
        ValueOrMalformed(() => ChallengeMessage.Decode(octets));
        ValueOrMalformed(() => AuthenticateMessage.Decode(octets, NtlmFlags.Unicode));
        ValueOrMalformed(() => AvPairs.Decode(octets));
        ValueOrMalformed(() => NtlmProvenTarget.Decode(octets));
        ValueOrMalformed(() => SpnegoTokens.DecodeInit(octets));
        ValueOrMalformed(() => SpnegoTokens.DecodeResp(octets));
        SpnegoTokens.MechanismOf(octets);
    }

    private static void ValueOrMalformed<T>(Func<T> decode)
    {
        try
        {
            decode();
        }
        catch (MalformedMessageException)
        {
        }
    }
}
