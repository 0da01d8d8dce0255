using System;
using System.Collections.Generic;

namespace SmbClient.Gss;

/// <summary>
/// What the domain knows of the user, KERB_VALIDATION_INFO, [MS-PAC] 2.5. Times are null for "never" and "unknown". The user's session key, which is
/// NTLM's, is not read.
/// </summary>
public sealed class PacLogonInfo
{
    /// <summary>UserFlags: <see cref="ExtraSids"/> count.</summary>
    internal const uint HasExtraSids = 0x20;

    /// <summary>UserFlags: <see cref="ResourceGroups"/> count.</summary>
    internal const uint HasResourceGroups = 0x200;

    /// <summary>When the user signed in.</summary>
    public DateTimeOffset? LogonTime { get; internal init; }

    /// <summary>When the user should sign out.</summary>
    public DateTimeOffset? LogoffTime { get; internal init; }

    /// <summary>When the user is signed out by force.</summary>
    public DateTimeOffset? KickOffTime { get; internal init; }

    /// <summary>When the password was set.</summary>
    public DateTimeOffset? PasswordLastSet { get; internal init; }

    /// <summary>When the password may be changed.</summary>
    public DateTimeOffset? PasswordCanChange { get; internal init; }

    /// <summary>When the password must be changed.</summary>
    public DateTimeOffset? PasswordMustChange { get; internal init; }

    /// <summary>The account's name, its sAMAccountName.</summary>
    public string EffectiveName { get; internal init; } = "";

    /// <summary>The user's name for people.</summary>
    public string FullName { get; internal init; } = "";

    /// <summary>The path of a script.</summary>
    public string LogonScript { get; internal init; } = "";

    /// <summary>The path of the profile.</summary>
    public string ProfilePath { get; internal init; } = "";

    /// <summary>The path of the home directory.</summary>
    public string HomeDirectory { get; internal init; } = "";

    /// <summary>The drive that it is mapped to.</summary>
    public string HomeDirectoryDrive { get; internal init; } = "";

    /// <summary>How often the user has signed in.</summary>
    public int LogonCount { get; internal init; }

    /// <summary>Wrong passwords since the last right one.</summary>
    public int BadPasswordCount { get; internal init; }

    /// <summary>The account's relative identifier; 0 where the account is of no domain and the first of <see cref="ExtraSids"/> is its own.</summary>
    public uint UserId { get; internal init; }

    /// <summary>The relative identifier of the primary group.</summary>
    public uint PrimaryGroupId { get; internal init; }

    /// <summary>The NetBIOS name of the domain controller.</summary>
    public string LogonServer { get; internal init; } = "";

    /// <summary>The NetBIOS name of the domain.</summary>
    public string LogonDomainName { get; internal init; } = "";

    /// <summary>The domain's security identifier; null where there is none.</summary>
    public string? LogonDomainSid { get; internal init; }

    /// <summary>UserFlags, [MS-PAC] 2.5: 0x20 for extra SIDs, 0x200 for resource groups, and others.</summary>
    public uint UserFlags { get; internal init; }

    /// <summary>UserAccountControl, [MS-SAMR] 2.2.1.12: 0x10 a normal account, 0x80 and 0x100 machines.</summary>
    public uint UserAccountControl { get; internal init; }

    /// <summary>The groups of the user's domain.</summary>
    public IReadOnlyList<PacGroup> Groups { get; internal init; } = [];

    /// <summary>Other groups, of other domains or of none; they count only where <see cref="UserFlags"/> has 0x20.</summary>
    public IReadOnlyList<PacGroup> ExtraSids { get; internal init; } = [];

    /// <summary>The groups of the service's domain; they count only where <see cref="UserFlags"/> has 0x200.</summary>
    public IReadOnlyList<PacGroup> ResourceGroups { get; internal init; } = [];
}
