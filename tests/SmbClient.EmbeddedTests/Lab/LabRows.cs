using System;
using System.Collections.Generic;
using SmbClient.Server;

namespace SmbClient.InteropTests.Lab;

/// <summary>The configurations that tests need, by the names that they have for smbd, as options of our own server.</summary>
internal static class LabRows
{
    /// <summary>Where nothing else is said a row offers every dialect from NT1 to SMB3_11, and requires nothing.</summary>
    public static IReadOnlyDictionary<string, Func<SmbServerOptions, SmbServerOptions>> All { get; } = new Dictionary<string, Func<SmbServerOptions, SmbServerOptions>>
    {
        ["auto"] = o => o,
        ["legacy"] = o => o,
        ["strict"] = o => o,
        ["mandatory"] = o => o with { RequireSigning = true },

        // SMB2 and SMB3 with every state of signing and sealing.
        ["smb2"] = o => o with { AllowSmb1 = false },
        ["smb2-mandatory"] = o => o with { AllowSmb1 = false, RequireSigning = true },
        ["encrypt-off"] = o => o with { AllowSmb1 = false, Ciphers = [] },
        ["encrypt-desired"] = o => o with { AllowSmb1 = false, Encryption = SmbEncryptionPolicy.Preferred },
        ["encrypt-required"] = o => o with { AllowSmb1 = false, Encryption = SmbEncryptionPolicy.Required },

        // For clients that do not protect their NTLM messages by a MIC.
        ["no-mic"] = o => o,
        ["no-mic-mandatory"] = o => o with { RequireSigning = true },

        // One dialect.
        ["nt1"] = o => o with { MinDialect = SmbDialect.Smb311, MaxDialect = SmbDialect.NtLm012 },
        ["smb2_02"] = o => Only(o, SmbDialect.Smb202),
        ["smb2_10"] = o => Only(o, SmbDialect.Smb210),
        ["smb3_00"] = o => Only(o, SmbDialect.Smb300),
        ["smb3_02"] = o => Only(o, SmbDialect.Smb302),
        ["smb3_11"] = o => Only(o, SmbDialect.Smb311),

        // One cipher, or one signing algorithm.
        ["aes-128-ccm"] = o => Only(o, SmbDialect.Smb311) with { Ciphers = [SmbCipher.Aes128Ccm] },
        ["aes-128-gcm"] = o => Only(o, SmbDialect.Smb311) with { Ciphers = [SmbCipher.Aes128Gcm] },
        ["aes-256-ccm"] = o => Only(o, SmbDialect.Smb311) with { Ciphers = [SmbCipher.Aes256Ccm] },
        ["aes-256-gcm"] = o => Only(o, SmbDialect.Smb311) with { Ciphers = [SmbCipher.Aes256Gcm] },
        ["hmac-sha256"] = o => Only(o, SmbDialect.Smb311) with { SigningAlgorithms = [SmbSigningAlgorithm.HmacSha256] },
        ["aes-128-cmac"] = o => Only(o, SmbDialect.Smb311) with { SigningAlgorithms = [SmbSigningAlgorithm.AesCmac, SmbSigningAlgorithm.HmacSha256] },
        ["aes-128-gmac"] = o => Only(o, SmbDialect.Smb311) with { SigningAlgorithms = [SmbSigningAlgorithm.AesGmac, SmbSigningAlgorithm.HmacSha256] },
    };

    /// <summary>A row for each dialect, oldest first.</summary>
    public static string[] Dialects { get; } = ["nt1", "smb2_02", "smb2_10", "smb3_00", "smb3_02", "smb3_11"];

    /// <summary>A row for each dialect of SMB2, oldest first.</summary>
    public static string[] Smb2Dialects => Dialects[1..];

    /// <summary>The states of SMB1's signing that a server can have.</summary>
    public static string[] SigningStates { get; } = ["auto", "mandatory"];

    /// <summary>Servers that are unlike others, and yet must be able to serve files.</summary>
    public static string[] Peculiar { get; } = [];

    /// <summary>The best dialect that a row speaks.</summary>
    public static IReadOnlyList<(string Row, SmbDialect Dialect)> BestDialects { get; } =
    [
        ("nt1", SmbDialect.NtLm012),
        ("smb2_02", SmbDialect.Smb202),
        ("smb2_10", SmbDialect.Smb210),
        ("smb3_00", SmbDialect.Smb300),
        ("smb3_02", SmbDialect.Smb302),
        ("smb3_11", SmbDialect.Smb311),
        ("auto", SmbDialect.Smb311),
        ("encrypt-required", SmbDialect.Smb311),
    ];

    /// <summary>The rows where ten thousand files are in the share "many"; elsewhere there are ten.</summary>
    public static IReadOnlySet<string> WithLargeDirectory { get; } = new HashSet<string>(Dialects);

    /// <summary>Whether tests speak SMB1 with a row unless they say otherwise.</summary>
    public static bool IsOfSmb1(string row) => row is "auto" or "legacy" or "strict" or "mandatory" or "nt1";

    private static SmbServerOptions Only(SmbServerOptions options, SmbDialect dialect) => options with { AllowSmb1 = false, MinDialect = dialect, MaxDialect = dialect };
}
