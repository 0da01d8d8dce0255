using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Smb2;

/// <summary>How the messages of a cell travel.</summary>
public enum Protection
{
    Unsigned,
    Signed,
    Sealed,
}

/// <summary>
/// Every dialect with every way to protect its messages: the whole file API works, and the wire shows what the connection says of itself. What is
/// spoken is settled by the server (a row for each) and, apart from that, by the client's options.
/// </summary>
public sealed class MatrixTests(LabFixture lab)
{
    private static readonly (string Row, SmbDialect Dialect)[] Dialects =
    [
        ("smb2_02", SmbDialect.Smb202), ("smb2_10", SmbDialect.Smb210), ("smb3_00", SmbDialect.Smb300), ("smb3_02", SmbDialect.Smb302), ("smb3_11", SmbDialect.Smb311),
    ];

    private static readonly (string Row, SmbSigningAlgorithm Value)[] Algorithms =
    [
        ("hmac-sha256", SmbSigningAlgorithm.HmacSha256), ("aes-128-cmac", SmbSigningAlgorithm.AesCmac), ("aes-128-gmac", SmbSigningAlgorithm.AesGmac),
    ];

    private static readonly (string Row, SmbCipher Value)[] AllCiphers =
    [
        ("aes-128-ccm", SmbCipher.Aes128Ccm), ("aes-128-gcm", SmbCipher.Aes128Gcm), ("aes-256-ccm", SmbCipher.Aes256Ccm), ("aes-256-gcm", SmbCipher.Aes256Gcm),
    ];

    /// <summary>The server has one dialect, one algorithm or one cipher; the client takes what it gets.</summary>
    public static TheoryData<string, SmbDialect, Protection, SmbSigningAlgorithm, SmbCipher?> SettledByTheServer
    {
        get
        {
            TheoryData<string, SmbDialect, Protection, SmbSigningAlgorithm, SmbCipher?> cells = [];
            foreach ((string row, SmbDialect dialect) in Dialects)
            {
                foreach (Protection protection in ProtectionsOf(dialect))
                {
                    cells.Add(row, dialect, protection, AlgorithmOf(dialect), CipherOf(dialect));
                }
            }

            foreach ((string row, SmbSigningAlgorithm algorithm) in Algorithms)
            {
                cells.Add(row, SmbDialect.Smb311, Protection.Signed, algorithm, SmbCipher.Aes128Gcm);
            }

            foreach ((string row, SmbCipher cipher) in AllCiphers)
            {
                cells.Add(row, SmbDialect.Smb311, Protection.Sealed, SmbSigningAlgorithm.AesGmac, cipher);
            }

            return cells;
        }
    }

    /// <summary>The server has everything; the client offers one dialect, one algorithm and one cipher.</summary>
    public static TheoryData<SmbDialect, Protection, SmbSigningAlgorithm, SmbCipher?> SettledByTheClient
    {
        get
        {
            TheoryData<SmbDialect, Protection, SmbSigningAlgorithm, SmbCipher?> cells = [];
            foreach ((_, SmbDialect dialect) in Dialects.SkipLast(1))
            {
                foreach (Protection protection in ProtectionsOf(dialect))
                {
                    cells.Add(dialect, protection, AlgorithmOf(dialect), CipherOf(dialect));
                }
            }

            foreach ((_, SmbSigningAlgorithm algorithm) in Algorithms)
            {
                cells.Add(SmbDialect.Smb311, Protection.Unsigned, algorithm, SmbCipher.Aes128Gcm);
                cells.Add(SmbDialect.Smb311, Protection.Signed, algorithm, SmbCipher.Aes256Gcm);
                foreach ((_, SmbCipher cipher) in AllCiphers)
                {
                    cells.Add(SmbDialect.Smb311, Protection.Sealed, algorithm, cipher);
                }
            }

            return cells;
        }
    }

    [Theory]
    [MemberData(nameof(SettledByTheServer))]
    public async Task What_the_server_settles_is_spoken(string row, SmbDialect dialect, Protection protection, SmbSigningAlgorithm algorithm, SmbCipher? cipher)
    {
        LabServer server = await lab.StartAsync(row);

        await RunAsync(server, o => o, dialect, protection, algorithm, cipher);
    }

    [Theory]
    [MemberData(nameof(SettledByTheClient))]
    public async Task What_the_client_settles_is_spoken(SmbDialect dialect, Protection protection, SmbSigningAlgorithm algorithm, SmbCipher? cipher)
    {
        LabServer server = await lab.StartAsync("smb2");

        await RunAsync(
            server,
            o => o with
            {
                MinDialect = dialect,
                MaxDialect = dialect,
                SigningAlgorithms = dialect == SmbDialect.Smb311 ? [algorithm] : o.SigningAlgorithms,
                Ciphers = cipher is { } one ? [one] : o.Ciphers,
            },
            dialect,
            protection,
            algorithm,
            cipher);
    }

    private static IEnumerable<Protection> ProtectionsOf(SmbDialect dialect) =>
        dialect < SmbDialect.Smb300 ? [Protection.Unsigned, Protection.Signed] : [Protection.Unsigned, Protection.Signed, Protection.Sealed];

    private static SmbSigningAlgorithm AlgorithmOf(SmbDialect dialect) => dialect switch
    {
        < SmbDialect.Smb300 => SmbSigningAlgorithm.HmacSha256,
        < SmbDialect.Smb311 => SmbSigningAlgorithm.AesCmac,
        _ => SmbSigningAlgorithm.AesGmac,
    };

    private static SmbCipher? CipherOf(SmbDialect dialect) => dialect switch
    {
        < SmbDialect.Smb300 => null,
        < SmbDialect.Smb311 => SmbCipher.Aes128Ccm,
        _ => SmbCipher.Aes128Gcm,
    };

    private static async Task RunAsync(
        LabServer server, Func<SmbConnectionOptions, SmbConnectionOptions> change, SmbDialect dialect, Protection protection, SmbSigningAlgorithm algorithm, SmbCipher? cipher)
    {
        await using Relay relay = new(server);
        await using SmbClientContext context = new();
        await using SmbClientContext stranger = new();
        SmbConnectionOptions Protect(SmbConnectionOptions options) => change(options) with
        {
            MessageSigningPolicy = protection == Protection.Unsigned ? SmbSigningState.Declined : SmbSigningState.Required,
            Encryption = protection == Protection.Sealed ? SmbEncryptionPolicy.Required : SmbEncryptionPolicy.IfServerRequires,
        };
        Walkthrough walkthrough;
        await using (SmbConnection connection = await SmbConnection.OpenAsync(Protect(relay.Options(context)), LabServer.Alice))
        await using (SmbConnection other = await SmbConnection.OpenAsync(Protect(server.Options(stranger)), LabServer.Alice))
        await using (SmbShare share = await connection.OpenShareAsync("share"))
        await using (SmbShare otherShare = await other.OpenShareAsync("share"))
        {
            Assert.Equal((dialect, cipher), (connection.Dialect, connection.Cipher));
            Assert.Equal((protection != Protection.Unsigned, protection == Protection.Sealed), (connection.IsSigned, connection.IsEncrypted));
            Assert.Equal(protection == Protection.Signed ? algorithm : null, connection.SigningAlgorithm);
            Assert.Equal(protection == Protection.Sealed, share.IsEncrypted);
            walkthrough = new Walkthrough(share, otherShare, $"{dialect}-{protection}-{algorithm}-{cipher}-{server.Row}");
            await walkthrough.RunAsync();
            await walkthrough.WatchAsync();
        }

        AssertWire(relay.Frames, dialect, protection, algorithm, cipher, walkthrough.Secrets);
    }

    private static void AssertWire(RecordedFrames frames, SmbDialect dialect, Protection protection, SmbSigningAlgorithm algorithm, SmbCipher? cipher, byte[][] secrets)
    {
        RecordedNegotiation negotiation = frames.Negotiation!;
        Assert.Equal((ushort)dialect, negotiation.Dialect);
        if (dialect == SmbDialect.Smb311)
        {
            Assert.Equal(NumberOf(algorithm), negotiation.SigningAlgorithm);
            Assert.Equal(NumberOf(cipher), negotiation.Cipher);
        }

        switch (protection)
        {
            case Protection.Sealed:
                frames.AssertSealed(secrets);
                break;
            case Protection.Signed:
                frames.AssertSigned();
                break;
            default:
                frames.AssertUnsigned();
                break;
        }

        // What is not sealed can be read by everybody, or the check of what is would not say anything.
        Assert.All(secrets, s => Assert.Equal(protection != Protection.Sealed, frames.Contains(s)));
    }

    private static ushort NumberOf(SmbSigningAlgorithm algorithm) => algorithm switch
    {
        SmbSigningAlgorithm.HmacSha256 => 0,
        SmbSigningAlgorithm.AesCmac => 1,
        _ => 2,
    };

    private static ushort? NumberOf(SmbCipher? cipher) => cipher switch
    {
        SmbCipher.Aes128Ccm => 1,
        SmbCipher.Aes128Gcm => 2,
        SmbCipher.Aes256Ccm => 3,
        SmbCipher.Aes256Gcm => 4,
        _ => null,
    };
}
