using System;

namespace SmbClient.Server.Files;

/// <summary>Names of eight and three characters. None are made up: a name that is no short one has none.</summary>
internal static class ShortNames
{
    private const int MaxBase = 8;
    private const int MaxExtension = 3;

    /// <summary>Whether a name is its own short name, [MS-FSCC] 2.1.5.2.1.</summary>
    public static bool IsShort(string name)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        ReadOnlySpan<char> first = dot < 0 ? name : name.AsSpan(0, dot);
        ReadOnlySpan<char> extension = dot < 0 ? "" : name.AsSpan(dot + 1);
        return first.Length is > 0 and <= MaxBase
            && (dot < 0 || extension.Length is > 0 and <= MaxExtension)
            && IsPlain(first) && IsPlain(extension);
    }

    private static bool IsPlain(ReadOnlySpan<char> text)
    {
        foreach (char character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && !"!#$%&'()-@^_`{}~".Contains(character, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}
