using System;
using System.Linq;

namespace SmbClient.Benchmarks;

/// <summary>How messages are protected on the way.</summary>
internal enum Protection
{
    Unsigned,
    Signed,
    Sealed,
}

/// <summary>What a comparison is made with, the same for every client: a dialect and a protection. The one place that knows how each client is told so.</summary>
internal sealed record Profile(SmbDialect Dialect, Protection Protection)
{
    /// <summary>The dialect of a run that asks for none.</summary>
    public const SmbDialect DefaultDialect = SmbDialect.Smb311;

    /// <summary>The dialect as Samba names it.</summary>
    public string SambaName => NameOf(Dialect);

    public static SmbDialect Parse(string sambaName) =>
        Enum.GetValues<SmbDialect>().FirstOrDefault(d => d != SmbDialect.None && NameOf(d).Equals(sambaName, StringComparison.OrdinalIgnoreCase)) is var dialect and not SmbDialect.None
            ? dialect
            : throw new ArgumentException($"{sambaName} is no dialect: they are {string.Join(", ", Enum.GetValues<SmbDialect>().Skip(1).Select(NameOf))}.");

    /// <summary>False for what the dialect cannot do.</summary>
    public bool IsPossible => Protection != Protection.Sealed || Dialect >= SmbDialect.Smb300;

    /// <summary>The library's options for this profile.</summary>
    public SmbConnectionOptions Apply(SmbConnectionOptions options) => options with
    {
        AllowSmb1 = Dialect == SmbDialect.NtLm012,
        MinDialect = Dialect,
        MaxDialect = Dialect,
        MessageSigningPolicy = Protection == Protection.Unsigned ? SmbSigningState.Disabled : SmbSigningState.Required,
        Encryption = Protection == Protection.Sealed ? SmbEncryptionPolicy.Required : SmbEncryptionPolicy.IfServerRequires,
    };

    /// <summary>Throws when a connection is not what the profile says: nobody wants figures of something else.</summary>
    public void Check(SmbConnection connection)
    {
        if (connection.Dialect != Dialect || connection.IsSigned != (Protection != Protection.Unsigned) || connection.IsEncrypted != (Protection == Protection.Sealed))
        {
            throw new InvalidOperationException(
                $"{this} was asked for, and {connection.Dialect}, signed: {connection.IsSigned}, sealed: {connection.IsEncrypted}, came about.");
        }
    }

    /// <summary>smbclient's options for this profile.</summary>
    public string[] SmbclientOptions =>
    [
        "-m", SambaName, $"--option=client min protocol={SambaName}",
        Protection switch
        {
            Protection.Unsigned => "--client-protection=off",
            Protection.Signed => "--client-protection=sign",
            _ => "--client-protection=encrypt",
        },
    ];

    /// <summary>rclone speaks SMB 2.0.2 to 3.1.1 as the server likes, and signs and seals where the server demands it: each protection has its own server.</summary>
    public bool IsPossibleForRclone => Dialect == SmbDialect.Smb311;

    public override string ToString() => $"{SambaName} {Protection.ToString().ToLowerInvariant()}";

    private static string NameOf(SmbDialect dialect) => dialect switch
    {
        SmbDialect.NtLm012 => "NT1",
        SmbDialect.Smb202 => "SMB2_02",
        SmbDialect.Smb210 => "SMB2_10",
        SmbDialect.Smb300 => "SMB3_00",
        SmbDialect.Smb302 => "SMB3_02",
        _ => "SMB3_11",
    };
}
