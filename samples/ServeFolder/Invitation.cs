using System;
using System.Net;

namespace ServeFolder;

/// <summary>Tells whoever started the program how to open the folder.</summary>
internal static class Invitation
{
    public static void Print(Arguments arguments, string folder, IPEndPoint endPoint)
    {
        // Tickets are for names, not for addresses.
        string host = arguments.User is null ? Dns.GetHostName() : endPoint.Address.Equals(IPAddress.Any) ? "127.0.0.1" : endPoint.Address.Equals(IPAddress.IPv6Any) ? "::1" : endPoint.Address.ToString();
        string inUrl = host.Contains(':') ? $"[{host}]" : host;
        string manner = arguments switch
        {
            { IsReadOnly: true, Encrypt: true } => "read-only, sealed",
            { IsReadOnly: true } => "read-only",
            { Encrypt: true } => "sealed",
            { AllowWeakClients: true } => "signed or not",
            _ => "signed",
        };
        string place = Quote($"//{host}/{arguments.Share}");
        string user = arguments.User is { } name ? "-U " + Quote(name) : "--use-kerberos=required";
        string encryption = arguments.Encrypt ? " --client-protection=encrypt" : "";

        Console.WriteLine($"{folder} is shared as \"{arguments.Share}\" on {endPoint} ({manner}). Ctrl-C ends it.");
        Console.WriteLine();
        Console.WriteLine($"  smbclient {place} -p {endPoint.Port} {user}{encryption}");
        if (arguments.AllowSmb1)
        {
            Console.WriteLine($"  smbclient {place} -p {endPoint.Port} {user} -m NT1 --option='client min protocol=NT1'");
        }

        Console.WriteLine($"  smbclient -L {host} -p {endPoint.Port} {user}");
        Console.WriteLine($"  smb://{(arguments.User is { } u ? Uri.EscapeDataString(u) + "@" : "")}{inUrl}:{endPoint.Port}/{Uri.EscapeDataString(arguments.Share)}");
    }

    /// <summary>For a shell, where it needs it.</summary>
    private static string Quote(string text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"/.:-_@%+".Contains(c))
            {
                return $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
            }
        }

        return text;
    }
}
