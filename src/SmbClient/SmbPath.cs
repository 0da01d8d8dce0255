using System;
using System.Globalization;

namespace SmbClient;

/// <summary>
/// A place on a server in any of the ways people write it: <c>\\server\share\dir\file</c>, <c>//server/share/dir</c>,
/// <c>smb://server:4450/share/dir%20with%20blanks</c>, or a bare server name.
/// </summary>
public sealed record SmbPath
{
    private SmbPath(string server, int port, string? share, string path)
    {
        Server = server;
        Port = port;
        Share = share;
        Path = path;
    }

    /// <summary>The server, without brackets around an IPv6 address.</summary>
    public string Server { get; }

    /// <summary>The port of an <c>smb://</c> address, or 0 where none is given.</summary>
    public int Port { get; }

    /// <summary>The share, or null where the place is a whole server.</summary>
    public string? Share { get; }

    /// <summary>The path below the share with backslashes and without a leading one; empty for the share's root.</summary>
    public string Path { get; }

    /// <summary>Reads a place.</summary>
    /// <exception cref="FormatException">The text names no server, or contains an invalid port or user information.</exception>
    public static SmbPath Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool isUri = text.StartsWith("smb://", StringComparison.OrdinalIgnoreCase);
        string rest = isUri ? text.Substring("smb://".Length) : text;
        rest = rest.Replace('/', '\\');
        if (!isUri)
        {
            rest = rest.TrimStart('\\');
        }

        string[] parts = rest.Split(new[] { '\\' }, 3);
        (string server, int port) = ParseAuthority(parts[0], isUri, text);
        string? share = parts.Length > 1 && parts[1].Length > 0 ? Unescape(parts[1], isUri) : null;
        string path = parts.Length > 2 ? NormalizeRelative(Unescape(parts[2], isUri)) : "";
        return new SmbPath(server, port, share, path);
    }

    /// <summary>The place as a UNC path.</summary>
    public override string ToString() => Share is null ? $@"\\{Server}" : Path.Length == 0 ? $@"\\{Server}\{Share}" : $@"\\{Server}\{Share}\{Path}";

    /// <summary>True for text that names a server and not only a path.</summary>
    internal static bool IsWhole(string text) =>
        text.StartsWith("smb://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith(@"\\", StringComparison.Ordinal)
        || text.StartsWith("//", StringComparison.Ordinal);

    /// <summary>
    /// A path below a share in the form of the wire: backslashes, none at the ends, no empty, <c>.</c> or <c>..</c> components.
    /// </summary>
    /// <exception cref="ArgumentException">The path climbs above the share's root or contains a character that no server accepts.</exception>
    internal static string NormalizeRelative(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.IndexOf('\0') >= 0)
        {
            throw new ArgumentException("A path cannot contain the character NUL.", nameof(path));
        }

        string[] components = path.Split('\\', '/');
        int count = 0;
        foreach (string component in components)
        {
            if (component == "..")
            {
                if (count == 0)
                {
                    throw new ArgumentException($"The path '{path}' climbs above the root of the share.", nameof(path));
                }

                count--;
            }
            else if (component.Length > 0 && component != ".")
            {
                components[count++] = component;
            }
        }

        return string.Join("\\", components, 0, count);
    }

    private static (string Server, int Port) ParseAuthority(string authority, bool isUri, string text)
    {
        string server = authority;
        int port = 0;
        if (isUri && server.IndexOf('@') >= 0)
        {
            throw new FormatException("Credentials do not belong into an address: give them as an SmbCredential.");
        }

        int close = server.StartsWith("[", StringComparison.Ordinal) ? server.IndexOf(']') : -1;
        int colon = server.IndexOf(':', Math.Max(close, 0));
        bool isBareIpv6 = close < 0 && colon >= 0 && server.IndexOf(':', colon + 1) >= 0;
        if (colon >= 0 && !isBareIpv6)
        {
            string digits = server.Substring(colon + 1);
            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535)
            {
                throw new FormatException($"'{digits}' in '{text}' is not a TCP port.");
            }

            server = server.Substring(0, colon);
        }

        if (close > 0)
        {
            server = server.Substring(1, close - 1);
        }

        if (server.Length == 0 || server.IndexOfAny([' ', '\t', '\0']) >= 0)
        {
            throw new FormatException($"'{text}' does not name a server: write server, \\\\server\\share or smb://server/share.");
        }

        return (server, port);
    }

    private static string Unescape(string text, bool isUri) => isUri ? Uri.UnescapeDataString(text) : text;
}
