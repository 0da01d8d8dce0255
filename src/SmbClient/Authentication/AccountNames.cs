using System.Globalization;
using System.Text;

namespace SmbClient.Authentication;

/// <summary>What clients make of the name of an account, and how such a name may be written into a log.</summary>
internal static class AccountNames
{
    private const int MaxLogged = 128;

    /// <summary><c>user@domain</c> taken apart; null for a name without a domain.</summary>
    public static (string User, string Domain)? SplitPrincipal(string name)
    {
        int at = name.LastIndexOf('@');
        return at > 0 ? (name.Substring(0, at), name.Substring(at + 1)) : null;
    }

    /// <summary>
    /// A name from a peer for the log: cut to 128 characters, and a question mark in place of whatever could start a line, move the cursor or turn the
    /// writing around.
    /// </summary>
    public static string Sanitize(string name)
    {
        StringBuilder text = new();
        foreach (char c in name)
        {
            if (text.Length == MaxLogged)
            {
                return text.Append("...").ToString();
            }

            text.Append(IsHarmless(c) ? c : '?');
        }

        return text.ToString();
    }

    private static bool IsHarmless(char c) => char.GetUnicodeCategory(c) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
