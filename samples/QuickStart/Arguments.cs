using System;
using System.Collections.Generic;
using System.Globalization;

namespace QuickStart;

/// <summary>The command line of the sample.</summary>
internal sealed class Arguments
{
    public const string Usage =
        """
        QuickStart [--server HOST --user USER [--port PORT] [--password-env NAME]] [--share SHARE] [--size MIB]
                   [--dialect DIALECT] [--protection PROTECTION]

        Without --server a server is started in this process, on a free port of loopback.

          --server        the SMB server, such as files.example.com or \\files
          --port          its TCP port, 445 unless given
          --user          USER, DOMAIN\USER or USER@REALM
          --password-env  the environment variable that holds the password, SMB_PASSWORD unless given
          --share         the share to write to, "share" unless given
          --size          how many MiB to write and read back, 100 unless given
          --dialect       NT1, 2.0.2, 2.1, 3.0, 3.0.2, 3.1.1, or all of them one after the other; 3.1.1 unless given, and NT1 too without --server
          --protection    signed, sealed (3.0 and later), or all; signed unless given
        """;

    public string Server { get; private set; } = "";

    /// <summary>True where the server is to be started in this process.</summary>
    public bool IsEmbedded => Server.Length == 0;

    public int Port { get; private set; } = 445;

    public string User { get; private set; } = "";

    public string Share { get; private set; } = "share";

    public int SizeInMebibytes { get; private set; } = 100;

    /// <summary>What to show, one after the other.</summary>
    public IReadOnlyList<Scenario> Scenarios { get; private set; } = [];

    private string PasswordVariable { get; set; } = "SMB_PASSWORD";

    /// <summary>Reads the command line; throws <see cref="FormatException"/> with a sentence for the user.</summary>
    public static Arguments Parse(string[] args)
    {
        Arguments arguments = new();
        string? dialect = null;
        string? protection = null;
        for (int i = 0; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : throw new FormatException($"{args[i]} wants a value.");
            switch (args[i])
            {
                case "--server": arguments.Server = value; break;
                case "--port": arguments.Port = Number(args[i], value, 65535); break;
                case "--user": arguments.User = value; break;
                case "--share": arguments.Share = value; break;
                case "--password-env": arguments.PasswordVariable = value; break;
                case "--size": arguments.SizeInMebibytes = Number(args[i], value, 1024 * 1024); break;
                case "--dialect": dialect = value; break;
                case "--protection": protection = value; break;
                default: throw new FormatException($"{args[i]} is not an option.");
            }
        }

        if (!arguments.IsEmbedded && arguments.User.Length == 0)
        {
            throw new FormatException("--server goes with --user.");
        }

        protection ??= dialect == Scenario.All ? Scenario.All : "signed";
        arguments.Scenarios = dialect is null && arguments.IsEmbedded
            ? [.. Scenario.Select("3.1.1", protection), .. Scenario.Select("NT1", "signed")]
            : Scenario.Select(dialect ?? "3.1.1", protection);
        return arguments;
    }

    public string Password() =>
        Environment.GetEnvironmentVariable(PasswordVariable)
        ?? throw new FormatException($"The environment variable {PasswordVariable} holds no password.");

    private static int Number(string option, string value, int max) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= max
            ? number
            : throw new FormatException($"{option} wants a number from 1 to {max}.");
}
