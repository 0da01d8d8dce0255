using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SmbClient.Benchmarks;

/// <summary>What the command line says.</summary>
internal sealed record Settings
{
    public const string Usage = """
        usage: SMB_PASSWORD=... SmbClient.Benchmarks --unsigned HOST --signed HOST --sealed HOST [option ...]
          --unsigned|--signed|--sealed HOST   the server for this protection; without it the protection is left out
          --port N          of all of them (4450)
          --user NAME       (alice)
          --dialect NAME    NT1, SMB2_02, SMB2_10, SMB3_00, SMB3_02 or SMB3_11
          --only NAME       one scenario: transfer, files, listing, signin, line, server (ours beside smbd, both with smbclient), or authenticate and kerberos, which need none
          --mib N           size of a sequential transfer (1024)
          --rounds N        rounds that count, after one of warm-up (5)
          --files N         small files a round (500)
        """;

    public Dictionary<Protection, string> Hosts { get; } = [];

    public int Port { get; private set; } = 4450;

    public string User { get; private set; } = "alice";

    public required string Password { get; init; }

    public SmbDialect Dialect { get; private set; } = Profile.DefaultDialect;

    public string? Only { get; private set; }

    public int Mebibytes { get; private set; } = 1024;

    public int Rounds { get; private set; } = 5;

    public int Files { get; private set; } = 500;

    /// <summary>What the run measures with, strongest protection last.</summary>
    public IEnumerable<Profile> Profiles => Hosts.Keys.Order().Select(p => new Profile(Dialect, p)).Where(p => p.IsPossible);

    /// <summary>Throws <see cref="ArgumentException"/> or <see cref="FormatException"/> when the line is not as <see cref="Usage"/> says.</summary>
    public static Settings Parse(string[] arguments, string? password)
    {
        Settings settings = new() { Password = password ?? "" };
        foreach (string[] option in arguments.Chunk(2))
        {
            settings.Take(option[0], option.Length == 2 ? option[1] : throw new ArgumentException($"{option[0]} has no value."));
        }

        return settings.Hosts.Count == 0 || settings.Password.Length > 0 ? settings : throw new ArgumentException("SMB_PASSWORD is not set.");
    }

    public Target TargetOf(Profile profile) => new(Hosts[profile.Protection], Port, User, Password);

    private void Take(string name, string value)
    {
        switch (name)
        {
            case "--unsigned":
                Hosts[Protection.Unsigned] = value;
                break;
            case "--signed":
                Hosts[Protection.Signed] = value;
                break;
            case "--sealed":
                Hosts[Protection.Sealed] = value;
                break;
            case "--port":
                Port = Number(value);
                break;
            case "--user":
                User = value;
                break;
            case "--dialect":
                Dialect = Profile.Parse(value);
                break;
            case "--only":
                Only = value;
                break;
            case "--mib":
                Mebibytes = Number(value);
                break;
            case "--rounds":
                Rounds = Number(value);
                break;
            case "--files":
                Files = Number(value);
                break;
            default:
                throw new ArgumentException($"{name} is no option.");
        }
    }

    private static int Number(string value) => int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);
}
