using System;
using System.Collections.Generic;
using System.Globalization;
using SmbClient;

namespace QuickStart;

/// <summary>The command line of the sample.</summary>
internal sealed class Arguments
{
    public const string Usage =
        """
        QuickStart [--server HOST --user USER [--port PORT] [--password-env NAME]] [--share SHARE] [--size MIB]
                   [--dialect DIALECT] [--protection PROTECTION] [--address ADDRESS]
        QuickStart --server HOST --kerberos [--user USER] ...

        Without --server a server is started in this process, on a free port of loopback.

          --server        the SMB server, such as files.example.com or \\files
          --address       where it is reached, if its name does not tell
          --port          its TCP port, 445 unless given
          --user          USER, DOMAIN\USER or USER@REALM
          --password-env  the environment variable that holds the password, SMB_PASSWORD unless given
          --kerberos      by Kerberos alone, and tells how; without --user as whoever the process is signed in as (kinit)
          --share         the share to write to, "share" unless given
          --size          how many MiB to write and read back, 100 unless given
          --dialect       NT1, 2.0.2, 2.1, 3.0, 3.0.2, 3.1.1, or all of them one after the other; 3.1.1 unless given, and NT1 too without --server
          --protection    signed, sealed (3.0 and later), or all; signed unless given
        """;

    public string Server { get; private set; } = "";

    /// <summary>True where the server is to be started in this process.</summary>
    public bool IsEmbedded => Server.Length == 0;

    public string? Address { get; private set; }

    public int Port { get; private set; } = 445;

    public string User { get; private set; } = "";

    /// <summary>True where nothing but Kerberos is offered.</summary>
    public bool UsesKerberos { get; private set; }

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
            if (args[i] == "--kerberos")
            {
                arguments.UsesKerberos = true;
                i--;
                continue;
            }

            string value = i + 1 < args.Length ? args[i + 1] : throw new FormatException($"{args[i]} wants a value.");
            switch (args[i])
            {
                case "--server": arguments.Server = value; break;
                case "--address": arguments.Address = value; break;
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

        if (arguments.IsEmbedded ? arguments.UsesKerberos : arguments.User.Length == 0 && !arguments.UsesKerberos)
        {
            throw new FormatException(arguments.IsEmbedded ? "--kerberos goes with --server." : "--server goes with --user.");
        }

        protection ??= dialect == Scenario.All ? Scenario.All : "signed";
        arguments.Scenarios = dialect is null && arguments.IsEmbedded
            ? [.. Scenario.Select("3.1.1", protection), .. Scenario.Select("NT1", "signed")]
            : Scenario.Select(dialect ?? "3.1.1", protection);
        return arguments;
    }

    /// <summary>Who signs in; throws <see cref="FormatException"/> where the password is missing.</summary>
    public SmbCredential Credential() =>
        IsEmbedded ? EmbeddedServer.CreateCredential()
        : User.Length == 0 ? SmbCredential.Default
        : SmbCredential.FromPassword(User, Password());

    private string Password() =>
        Environment.GetEnvironmentVariable(PasswordVariable)
        ?? throw new FormatException($"The environment variable {PasswordVariable} holds no password.");

    private static int Number(string option, string value, int max) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= max
            ? number
            : throw new FormatException($"{option} wants a number from 1 to {max}.");
}
