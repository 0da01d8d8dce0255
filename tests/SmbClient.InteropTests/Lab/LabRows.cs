using System;
using System.Collections.Generic;
using System.Linq;

namespace SmbClient.InteropTests.Lab;

/// <summary>The configurations that tests need: what smb.conf says beyond the common part, or the options of the impacket server.</summary>
internal static class LabRows
{
    /// <summary>SMB 2.0.2 from a server that is not Samba.</summary>
    public const string ImpacketSmb2 = "impacket-smb2";

    /// <summary>The same where everybody is a guest, and nothing is signed.</summary>
    public const string ImpacketGuests = "impacket-guests";

    private const string Smb2Only = "server min protocol = SMB2_02";

    /// <summary>Rows of smbd. Where nothing else is said a row offers every dialect from NT1 to SMB3_11.</summary>
    public static IReadOnlyDictionary<string, string[]> Samba { get; } = new Dictionary<string, string[]>
    {
        ["disabled"] = ["server signing = disabled"],
        ["auto"] = ["server signing = auto"],
        ["mandatory"] = ["server signing = mandatory"],
        ["legacy"] = ["server signing = auto", "ntlm auth = ntlmv1-permitted", "raw NTLMv2 auth = yes", "lanman auth = yes"],
        ["plaintext"] = ["server signing = disabled", "server max protocol = NT1", "encrypt passwords = no"],
        ["strict"] = ["server signing = auto", "map to guest = never"],
        ["oem"] = ["server signing = auto", "unicode = no"],
        ["dosstatus"] = ["server signing = auto", "nt status support = no"],
        ["narrow"] = ["server signing = auto", "max xmit = 4096", "max mux = 2"],

        // SMB2 and SMB3 with every state of signing and sealing.
        ["smb2"] = [Smb2Only, "server signing = auto"],
        ["smb2-mandatory"] = [Smb2Only, "server signing = mandatory"],
        ["encrypt-off"] = [Smb2Only, "server smb encrypt = off"],
        ["encrypt-desired"] = [Smb2Only, "server smb encrypt = desired"],
        ["encrypt-required"] = [Smb2Only, "server smb encrypt = required"],

        // One dialect.
        ["nt1"] = Only("NT1"),
        ["smb2_02"] = Only("SMB2_02"),
        ["smb2_10"] = Only("SMB2_10"),
        ["smb3_00"] = Only("SMB3_00"),
        ["smb3_02"] = Only("SMB3_02"),
        ["smb3_11"] = Only("SMB3_11"),

        // One cipher, or one signing algorithm. A server of SMB 3.1.1 that lacks HMAC-SHA256 refuses everybody, so it comes last.
        ["aes-128-ccm"] = [.. Only("SMB3_11"), "server smb3 encryption algorithms = AES-128-CCM"],
        ["aes-128-gcm"] = [.. Only("SMB3_11"), "server smb3 encryption algorithms = AES-128-GCM"],
        ["aes-256-ccm"] = [.. Only("SMB3_11"), "server smb3 encryption algorithms = AES-256-CCM"],
        ["aes-256-gcm"] = [.. Only("SMB3_11"), "server smb3 encryption algorithms = AES-256-GCM"],
        ["hmac-sha256"] = [.. Only("SMB3_11"), "server smb3 signing algorithms = HMAC-SHA256"],
        ["aes-128-cmac"] = [.. Only("SMB3_11"), "server smb3 signing algorithms = AES-128-CMAC, HMAC-SHA256"],
        ["aes-128-gmac"] = [.. Only("SMB3_11"), "server smb3 signing algorithms = AES-128-GMAC, HMAC-SHA256"],
    };

    /// <summary>Rows of the impacket server.</summary>
    public static IReadOnlyDictionary<string, string[]> Impacket { get; } = new Dictionary<string, string[]>
    {
        ["impacket"] = [],
        ["impacket-noext"] = ["--noext"],
        ["impacket-liar"] = ["--secmode", "0x0f"],
        ["impacket-sharelevel"] = ["--noext", "--secmode", "0x02"],
        [ImpacketSmb2] = ["--smb2"],
        [ImpacketGuests] = ["--smb2", "--guests"],
    };

    /// <summary>A row for each dialect, oldest first.</summary>
    public static string[] Dialects { get; } = ["nt1", "smb2_02", "smb2_10", "smb3_00", "smb3_02", "smb3_11"];

    /// <summary>A row for each dialect of SMB2, oldest first.</summary>
    public static string[] Smb2Dialects => Dialects[1..];

    /// <summary>The states of SMB1's signing that a server can have.</summary>
    public static string[] SigningStates { get; } = ["disabled", "auto", "mandatory"];

    /// <summary>Servers that are unlike others, and yet must be able to serve files.</summary>
    public static string[] Peculiar { get; } = ["disabled", "oem", "dosstatus", "narrow"];

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
        (ImpacketSmb2, SmbDialect.Smb202),
    ];

    /// <summary>The rows where ten thousand files are in the share "many"; elsewhere there are ten.</summary>
    public static IReadOnlySet<string> WithLargeDirectory { get; } = new HashSet<string>(Dialects);

    /// <summary>Whether tests speak SMB1 with a row unless they say otherwise.</summary>
    public static bool IsOfSmb1(string row) => Samba.TryGetValue(row, out string[]? lines)
        ? !lines.Any(l => l.StartsWith("server min protocol = SMB", StringComparison.Ordinal))
        : row is not (ImpacketSmb2 or ImpacketGuests);

    private static string[] Only(string dialect) => [$"server min protocol = {dialect}", $"server max protocol = {dialect}", "server signing = auto"];
}
