using System.Collections.Generic;

namespace SmbClient.Authentication;

/// <summary>What an account store tells of an account, without its secret.</summary>
public sealed record SmbAccount
{
    /// <summary>The account's name as the store writes it.</summary>
    public required string User { get; init; }

    /// <summary>Its domain; empty where the store has none.</summary>
    public string Domain { get; init; } = "";

    /// <summary>
    /// Success for an account that may sign in; else why not: AccountDisabled, AccountLockedOut, AccountExpired, PasswordExpired, PasswordMustChange,
    /// InvalidLogonHours, InvalidWorkstation.
    /// </summary>
    public NtStatus Status { get; init; } = NtStatus.Success;

    /// <summary>The security identifier as text; null where the store does not know it.</summary>
    public string? Sid { get; init; }

    /// <summary>The identifier of the primary group; null where the store does not know it.</summary>
    public string? PrimaryGroupSid { get; init; }

    /// <summary>The identifiers of the groups.</summary>
    public IReadOnlyList<string> GroupSids { get; init; } = [];

    /// <summary>The names of the groups.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];
}
