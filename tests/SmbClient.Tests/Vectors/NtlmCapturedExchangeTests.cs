using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Gss;
using SmbClient.Gss.Ntlm;
using SmbClient.Gss.Spnego;
using SmbClient.Tests.Gss;
using Xunit;

namespace SmbClient.Tests.Vectors;

/// <summary>
/// A sign-in between Samba 4.17 client and server, captured on loopback: NTLMv2 in SPNEGO with MIC, key exchange and mechListMIC.
/// User SPECWG\specuser, password Passw0rd!1.
/// </summary>
public class NtlmCapturedExchangeTests
{
    public const string Init =
        "604806062b0601050502a03e303ca00e300c060a2b06010401823702020aa22a04284e544c4d53535000010000001582086200000000280000000000000028000000060100000000000f";

    public const string Challenge =
        "a181a230819fa0030a0101a10c060a2b06010401823702020aa281890481864e544c4d53535000020000000e000e003800000015828a62bfbd4c7a41bccaf20000000000000000400040004600000006"
        + "0100000000000f530050004500430053005200560002000e00530050004500430053005200560001000e005300500045004300530052005600040000000300040076006d000700080018161eafa07add"
        + "0100000000";

    public const string Authenticate =
        "a18201a6308201a2a282018a048201864e544c4d53535000030000001800180058000000dc00dc00700000000c000c004c01000010001000580100000e000e0068010000100010007601000015820862"
        + "060100000000000f77850ef66e726630ef1b49037206a06300000000000000000000000000000000000000000000000066c5922e2b37ae2b23375824ef798fa9010100000000000018161eafa07add01"
        + "1acad92a7233b1c00000000002000e00530050004500430053005200560001000e005300500045004300530052005600040000000300040076006d000700080018161eafa07add010600040002000000"
        + "08003000300000000000000000000000000000008e8f4a9a91500e9bbc5ee2ebca27bbefe6c8184b39699f875f490375fb045b170a0010000000000000000000000000000000000009001c0063006900"
        + "660073002f003100320037002e0030002e0030002e00310000000000530050004500430057004700730070006500630075007300650072005300500045004300530052005600578160d88cb03ea2878b"
        + "dd84b6f856dea3120410010000000253cb7d64a4897600000000";

    public const string Final = "a11b3019a0030a0100a312041001000000d44fdc2ac3e82aba00000000";
    public const string ExportedSessionKey = "b0e8e48096adb179ee69b2fac0733357";
    public const string Password = "Passw0rd!1";

    private static readonly byte[] SambaVersion = [6, 1, 0, 0, 0, 0, 0, 15];
    private static readonly DateTimeOffset ServerTime = DateTimeOffset.FromFileTime(0x01DD7AA0AF1E1618);
    private static readonly SpnegoMechanism Spnego = new([new NtlmMechanism()]);

    public static byte[] Token(string hex) => Convert.FromHexString(hex);

    internal static async Task<GssContext> CreateInitiatorAsync(string password = Password)
    {
        GssInitiation initiation = await Spnego.CreateInitiatorAsync(
            new GssInitiatorOptions
            {
                Credential = GssCredential.Password(@"SPECWG\specuser", password),
                TargetName = "cifs/127.0.0.1",
                Workstation = "SPECSRV",
                NtlmVersion = SambaVersion,
                Random = new FixedRandom("1acad92a7233b1c0", "8e8f4a9a91500e9bbc5ee2ebca27bbefe6c8184b39699f875f490375fb045b17", ExportedSessionKey),
            },
            CancellationToken.None);
        return initiation.Context!;
    }

    internal static GssContext CreateAcceptor(Action<FakeTimeProvider>? clock = null)
    {
        FakeTimeProvider time = new(ServerTime);
        clock?.Invoke(time);
        return Spnego.CreateAcceptor(new GssAcceptorOptions
        {
            NetBiosComputerName = "SPECSRV",
            NetBiosDomainName = "SPECSRV",
            DnsComputerName = "vm",
            NtlmVersion = SambaVersion,
            TimeProvider = time,
            Random = new FixedRandom("bfbd4c7a41bccaf2"),
        })!;
    }

    /// <summary>Samba leaves out the four zeros that [MS-NLMP] 3.3.2 has after the AV pairs; so proof, key wrapping and MIC are others, and nothing else.</summary>
    [Fact]
    public async Task Our_client_says_the_same()
    {
        using GssContext client = await CreateInitiatorAsync();

        Assert.Equal(Token(Init), client.Step(default).Token.ToArray());
        NegTokenResp ours = SpnegoTokens.DecodeResp(client.Step(Token(Challenge)).Token);
        NegTokenResp theirs = SpnegoTokens.DecodeResp(Token(Authenticate));
        Assert.Null(ours.NegState);
        Assert.Null(ours.SupportedMech);
        Assert.Equal(theirs.MechListMic!.Value.ToArray(), ours.MechListMic!.Value.ToArray());

        AuthenticateMessage our = AuthenticateMessage.Decode(ours.ResponseToken!.Value, NtlmFlags.None);
        AuthenticateMessage their = AuthenticateMessage.Decode(theirs.ResponseToken!.Value, NtlmFlags.None);
        Assert.Equal(their.Flags, our.Flags);
        Assert.Equal(their.LmResponse.ToArray(), our.LmResponse.ToArray());
        Assert.Equal([.. their.NtResponse[16..].ToArray(), 0, 0, 0, 0], our.NtResponse[16..].ToArray());
        Assert.Equal((their.Domain, their.User, their.Workstation), (our.Domain, our.User, our.Workstation));
        Assert.Equal(theirs.ResponseToken.Value.Length + 4, ours.ResponseToken.Value.Length);

        Assert.False(client.IsComplete);
        Assert.Equal(GssStatus.Complete, client.Step(Token(Final)).Status);

        Assert.True(client.IsComplete);
        Assert.Equal(ExportedSessionKey, Convert.ToHexStringLower(client.ExportSessionKey()));
        Assert.True(client.Flags.HasFlag(GssContextFlags.Integrity));
        Assert.Contains(client.NegotiationLog, line => line.Contains("verified", StringComparison.Ordinal));
    }

    [Fact]
    public void Our_server_says_every_octet_of_it()
    {
        using GssContext server = CreateAcceptor();

        Assert.Equal(Token(Challenge), server.Step(Token(Init)).Token.ToArray());
        GssStep asked = server.Step(Token(Authenticate));
        Assert.Equal(GssStatus.NeedsAccount, asked.Status);
        Assert.Equal("specuser", asked.User);
        Assert.Equal("SPECWG", asked.Domain);
        Assert.False(server.IsComplete);
        GssStep last = server.SupplyAccount(GssCredential.Password("u", Password).CopyNtHash());

        Assert.Equal(GssStatus.Complete, last.Status);
        Assert.Equal(Token(Final), last.Token.ToArray());
        Assert.Equal(ExportedSessionKey, Convert.ToHexStringLower(server.ExportSessionKey()));
        Assert.Equal("cifs/127.0.0.1", server.Peer!.TargetName);
        Assert.Equal("SPECSRV", server.Peer.Workstation);
        Assert.Equal(@"SPECWG\specuser", server.Peer.ToString());
    }

    [Fact]
    public void Its_keys_and_codes_follow_from_the_password()
    {
        byte[] challenge = Token(Challenge)[31..];
        byte[] authenticate = Token(Authenticate)[16..406];
        AuthenticateMessage answer = AuthenticateMessage.Decode(authenticate, NtlmFlags.Unicode);
        byte[] ntOwfV2 = NtlmKeys.NtOwfV2(GssCredential.Password("u", Password).CopyNtHash()!, "specuser", "SPECWG");
        byte[] temp = answer.NtResponse[16..].ToArray();
        byte[] proof = NtlmKeys.NtProof(ntOwfV2, ChallengeMessage.Decode(challenge).ServerChallenge, temp);
        byte[] baseKey = NtlmKeys.SessionBaseKeyV2(ntOwfV2, proof);
        byte[] exported = SmbClient.Crypto.Rc4.Transform(baseKey, answer.EncryptedRandomSessionKey.ToArray());
        byte[] unsigned = [.. authenticate];
        unsigned.AsSpan(72, 16).Clear();
        byte[] mechTypes = SpnegoTokens.EncodeMechTypes([NtlmMechanism.MechanismOid]);

        AssertHex("93979051737d1ee04ca0b2b615e4f547", ntOwfV2);
        AssertHex("66c5922e2b37ae2b23375824ef798fa9", proof);
        AssertHex("d5f8a48e01ecde7f5a64f03f4b9ed71c", baseKey);
        AssertHex(ExportedSessionKey, exported);
        AssertHex("77850ef66e726630ef1b49037206a063", NtlmKeys.Mic(exported, Token(Init)[34..], challenge, unsigned));
        AssertHex("300c060a2b06010401823702020a", mechTypes);
        AssertHex("c4c010d16692322129275e924ef37cd3", NtlmMic.SignKey(exported, fromClient: true));
        AssertHex("0cb92217c23d7e7deb822af4fa45253b", NtlmMic.SealKey(exported, answer.Flags, fromClient: true));
        AssertHex("caf2569c906c50c3f7fe860ed7db9cd2", NtlmMic.SignKey(exported, fromClient: false));
        AssertHex("9c6715fb0e58a1ef2733eed6c74520b8", NtlmMic.SealKey(exported, answer.Flags, fromClient: false));
        AssertHex("010000000253cb7d64a4897600000000", NtlmMic.Compute(exported, answer.Flags, fromClient: true, mechTypes));
        AssertHex("01000000d44fdc2ac3e82aba00000000", NtlmMic.Compute(exported, answer.Flags, fromClient: false, mechTypes));
    }

    [Fact]
    public void It_cannot_be_replayed_to_another_challenge()
    {
        using GssContext server = Spnego.CreateAcceptor(new GssAcceptorOptions
        {
            NetBiosComputerName = "SPECSRV",
            NetBiosDomainName = "SPECSRV",
            DnsComputerName = "vm",
            TimeProvider = new FakeTimeProvider(ServerTime),
        })!;
        server.Step(Token(Init));
        server.Step(Token(Authenticate));

        Assert.Equal(GssStatus.DefectiveCredential, server.SupplyAccount(GssCredential.Password("u", Password).CopyNtHash()).Status);
    }

    [Fact]
    public void It_cannot_be_replayed_to_the_same_context()
    {
        using GssContext server = CreateAcceptor();
        server.Step(Token(Init));
        server.Step(Token(Authenticate));
        server.SupplyAccount(GssCredential.Password("u", Password).CopyNtHash());

        Assert.Equal(GssStatus.DefectiveToken, server.Step(Token(Authenticate)).Status);
        Assert.False(server.IsComplete);
        Assert.Throws<InvalidOperationException>(() => server.ExportSessionKey());
    }

    private static void AssertHex(string expected, byte[] actual) => Assert.Equal(expected, Convert.ToHexStringLower(actual));
}
