using System;
using System.Buffers;
using System.Text;

namespace SmbClient.Server.Stores;

/// <summary>Which names of one file a folder can keep and a client can say.</summary>
internal static class FolderNames
{
    private const int MaxUnixOctets = 255;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        "\"*/:<>?\\|\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\v\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f\ufffd");

    private static readonly string[] Devices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

    /// <summary>
    /// False for empty names, dots, names with separators, wild cards, control characters or half a surrogate pair, and for what the local system
    /// would cut, reserve or spell otherwise.
    /// </summary>
    public static bool IsValid(string name)
    {
        if (name.Length == 0 || name is "." or ".." || name.AsSpan().ContainsAny(Forbidden) || !IsWellFormed(name))
        {
            return false;
        }

        return OperatingSystem.IsWindows() ? IsValidOnWindows(name) : Encoding.UTF8.GetByteCount(name) <= MaxUnixOctets;
    }

    internal static bool IsValidOnWindows(string name)
    {
        if (name[^1] is '.' or ' ' || name.Length > 255)
        {
            return false;
        }

        ReadOnlySpan<char> stem = name.AsSpan();
        int dot = stem.IndexOf('.');
        stem = (dot < 0 ? stem : stem[..dot]).TrimEnd(' ');
        foreach (string device in Devices)
        {
            if (stem.Equals(device, StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        bool numbered = stem.Length == 4 && (stem.StartsWith("COM", StringComparison.OrdinalIgnoreCase) || stem.StartsWith("LPT", StringComparison.OrdinalIgnoreCase));
        return !numbered || stem[3] is not ((>= '0' and <= '9') or '\u00B9' or '\u00B2' or '\u00B3');
    }

    private static bool IsWellFormed(string name)
    {
        for (int i = 0; i < name.Length; i++)
        {
            if (char.IsSurrogatePair(name, i))
            {
                i++;
            }
            else if (char.IsSurrogate(name[i]))
            {
                return false;
            }
        }

        return true;
    }
}
