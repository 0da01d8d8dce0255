using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SmbClient.Gss;

namespace SmbClient.Authentication;

/// <summary>What ntlm_auth answers in ntlm-server-1, in the store's words.</summary>
internal static class WinbindReply
{
    private const string Verdict = "Authenticated";
    private const string Cause = "Authentication-Error";
    private const string Key = "User-Session-Key";
    private const int KeySize = 16;

    /// <summary>
    /// winbind says why in words, not in numbers: those of Samba's table of [MS-ERREF], or the names themselves. What is not in this table is a wrong
    /// password.
    /// </summary>
    private static readonly (string Words, NtStatus Status)[] Causes =
    [
        ("winbind", NtStatus.NoLogonServers),
        ("logon server", NtStatus.NoLogonServers),
        ("LOGON_SERVER", NtStatus.NoLogonServers),
        ("domain controller", NtStatus.NoLogonServers),
        ("DOMAIN_CONTROLLER", NtStatus.NoLogonServers),
        ("trust relationship", NtStatus.NoLogonServers),
        ("TRUSTED", NtStatus.NoLogonServers),
        ("TIMEOUT", NtStatus.NoLogonServers),
        ("ACCESS_DENIED", NtStatus.NoLogonServers),
        ("access denied", NtStatus.NoLogonServers),
        ("account does not exist", NtStatus.NoSuchUser),
        ("NO_SUCH_USER", NtStatus.NoSuchUser),
        ("locked", NtStatus.AccountLockedOut),
        ("disabled", NtStatus.AccountDisabled),
        ("password has expired", NtStatus.PasswordExpired),
        ("PASSWORD_EXPIRED", NtStatus.PasswordExpired),
        ("must be changed", NtStatus.PasswordMustChange),
        ("PASSWORD_MUST_CHANGE", NtStatus.PasswordMustChange),
        ("account has expired", NtStatus.AccountExpired),
        ("ACCOUNT_EXPIRED", NtStatus.AccountExpired),
        ("time restriction", NtStatus.InvalidLogonHours),
        ("LOGON_HOURS", NtStatus.InvalidLogonHours),
        ("workstation", NtStatus.InvalidWorkstation),
    ];

    /// <param name="lines">The lines before the dot.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="isWhole">False where the helper did not understand the question or we do not understand the answer.</param>
    public static NtlmAccountAnswer Read(IReadOnlyList<string> lines, NtlmAccountRequest request, out bool isWhole)
    {
        isWhole = true;
        switch (ValueOf(lines, Verdict))
        {
            case "Yes" when ReadKey(ValueOf(lines, Key)) is { } key:
                NtlmAccountAnswer verified = NtlmAccountAnswer.Verified(new SmbAccount { User = request.User, Domain = request.Domain }, key);
                key.AsSpan().Clear();
                return verified;
            case "Yes":
                return NtlmAccountAnswer.Unavailable("winbind gave no session key");
            case "No":
                string cause = ValueOf(lines, Cause) ?? "no reason given";
                NtStatus status = StatusOf(cause);
                return status == NtStatus.NoLogonServers ? NtlmAccountAnswer.Unavailable(cause) : NtlmAccountAnswer.Refused(status, cause);
            default:
                isWhole = false;
                return NtlmAccountAnswer.Unavailable($"winbind's helper answered '{AccountNames.Sanitize(lines[0])}'");
        }
    }

    private static NtStatus StatusOf(string cause)
    {
        foreach ((string words, NtStatus status) in Causes)
        {
            if (cause.IndexOf(words, StringComparison.OrdinalIgnoreCase) >= 0)
            {
                return status;
            }
        }

        return NtStatus.LogonFailure;
    }

    private static string? ValueOf(IReadOnlyList<string> lines, string name)
    {
        string prefix = name + ": ";
        return lines.FirstOrDefault(l => l.StartsWith(prefix, StringComparison.Ordinal))?.Substring(prefix.Length).Trim();
    }

    private static byte[]? ReadKey(string? hex)
    {
        if (hex is not { Length: 2 * KeySize })
        {
            return null;
        }

        byte[] key = new byte[KeySize];
        for (int i = 0; i < key.Length; i++)
        {
            if (!byte.TryParse(hex.Substring(2 * i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out key[i]))
            {
                return null;
            }
        }

        return key;
    }
}
