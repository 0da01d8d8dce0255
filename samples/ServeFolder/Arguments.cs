using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net;

namespace ServeFolder;

/// <summary>The command line of the sample.</summary>
internal sealed class Arguments
{
    public const string Usage =
        """
        ServeFolder FOLDER [--share NAME] [--comment TEXT] [--user USER] [--password-env NAME] [--address ADDRESS] [--port PORT]
                    [--keytab FILE] [--group SID]... [--read-only] [--encrypt] [--smb1] [--weak]

        Shares a folder with one user, or with those of a domain, until Ctrl-C. Clients never get out of the folder, links included.

          --share         what to call it, the folder's own name unless given
          --comment       what listings say of it
          --user          who may sign in, "alice" unless given
          --password-env  the environment variable that holds the password, SMB_PASSWORD unless given; without one it is asked for
          --keytab        the service's keys: users of its Kerberos realm may sign in, and no others unless --user is given too
          --group         the SID of a group, such as S-1-5-21-1-2-3-1108; only its members may open the folder. It may be given again
          --address       where to listen, 127.0.0.1 unless given; 0.0.0.0 or :: for the whole network
          --port          the TCP port, 4450 unless given; 0 for any free one
          --read-only     nobody changes anything
          --encrypt       only sealed connections, SMB 3.0 and later
          --smb1          old clients too, down to "NT LM 0.12"
          --weak          clients too that do not sign, or sign in by NTLMv1, without integrity code or without extended security (curl, impacket)
        """;

    public string Folder { get; private set; } = "";

    public string Share { get; private set; } = "";

    public string Comment { get; private set; } = "";

    /// <summary>Who may sign in with a password; null for nobody.</summary>
    public string? User { get; private set; }

    public string PasswordVariable { get; private set; } = "SMB_PASSWORD";

    public string? Keytab { get; private set; }

    public List<string> Groups { get; } = [];

    public IPAddress Address { get; private set; } = IPAddress.Loopback;

    public int Port { get; private set; } = 4450;

    public bool IsReadOnly { get; private set; }

    public bool Encrypt { get; private set; }

    public bool AllowSmb1 { get; private set; }

    public bool AllowWeakClients { get; private set; }

    /// <summary>Reads the command line; throws <see cref="FormatException"/> with a sentence for the user.</summary>
    public static Arguments Parse(string[] args)
    {
        Arguments arguments = new();
        for (int i = 0; i < args.Length; i++)
        {
            string option = args[i];
            switch (option)
            {
                case "--share": arguments.Share = Value(args, ref i); break;
                case "--comment": arguments.Comment = Value(args, ref i); break;
                case "--user": arguments.User = Value(args, ref i); break;
                case "--password-env": arguments.PasswordVariable = Value(args, ref i); break;
                case "--keytab": arguments.Keytab = Value(args, ref i); break;
                case "--group": arguments.Groups.Add(Value(args, ref i)); break;
                case "--address": arguments.Address = IPAddress.TryParse(Value(args, ref i), out IPAddress? address) ? address : throw new FormatException("--address wants an IP address."); break;
                case "--port": arguments.Port = Number(option, Value(args, ref i), 65535); break;
                case "--read-only": arguments.IsReadOnly = true; break;
                case "--encrypt": arguments.Encrypt = true; break;
                case "--smb1": arguments.AllowSmb1 = true; break;
                case "--weak": arguments.AllowWeakClients = true; break;
                default: arguments.TakeFolder(option); break;
            }
        }

        return arguments.Complete();
    }

    private static string Value(string[] args, ref int i) => ++i < args.Length ? args[i] : throw new FormatException($"{args[i - 1]} wants a value.");

    private static int Number(string option, string value, int max) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= max
            ? number
            : throw new FormatException($"{option} wants a number from 0 to {max}.");

    private void TakeFolder(string argument)
    {
        if (argument.StartsWith('-'))
        {
            throw new FormatException($"{argument} is not an option.");
        }

        Folder = Folder.Length == 0 ? argument : throw new FormatException("One folder is shared, not two.");
    }

    private Arguments Complete()
    {
        if (Folder.Length == 0)
        {
            throw new FormatException("Which folder?");
        }

        if (Share.Length == 0)
        {
            string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Folder)));
            Share = name.Length == 0 ? "share" : name;
        }

        if (Keytab is null)
        {
            User ??= "alice";
        }

        if (Encrypt && AllowSmb1)
        {
            throw new FormatException("SMB1 cannot be sealed: --encrypt or --smb1.");
        }

        return this;
    }
}
