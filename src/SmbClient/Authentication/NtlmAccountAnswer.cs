using System;

namespace SmbClient.Authentication;

/// <summary>What an account store says of a claimed account. It holds secrets, which the authenticator clears when it has used them.</summary>
public sealed class NtlmAccountAnswer
{
    private const int KeySize = 16;

    private readonly byte[] _ntHash;
    private readonly byte[] _lmHash;
    private readonly byte[] _sessionBaseKey;

    private NtlmAccountAnswer(SmbAccount? account = null, NtStatus refusal = NtStatus.Success, string? reason = null, byte[]? ntHash = null, byte[]? lmHash = null, byte[]? key = null)
    {
        Account = account;
        Refusal = refusal;
        Reason = reason;
        _ntHash = ntHash ?? [];
        _lmHash = lmHash ?? [];
        _sessionBaseKey = key ?? [];
    }

    /// <summary>No such account.</summary>
    public static NtlmAccountAnswer Unknown { get; } = new(refusal: NtStatus.NoSuchUser, reason: "no such account");

    /// <summary>The account, where the store told it.</summary>
    public SmbAccount? Account { get; }

    /// <summary>Success, or why the account cannot be signed in to.</summary>
    internal NtStatus Refusal { get; }

    internal string? Reason { get; }

    internal bool IsUnknown => Refusal == NtStatus.NoSuchUser;

    internal ReadOnlySpan<byte> NtHash => _ntHash;

    internal ReadOnlySpan<byte> LmHash => _lmHash;

    internal ReadOnlySpan<byte> SessionBaseKey => _sessionBaseKey;

    /// <summary>An account and its hash, by which the authenticator checks the proof.</summary>
    /// <param name="account">The account.</param>
    /// <param name="ntHash">MD4 of the UTF-16LE password, 16 octets; they are copied.</param>
    /// <param name="lmHash">The LM hash, 16 octets, or none. Only LM responses that come alone need it.</param>
    /// <exception cref="ArgumentException">A hash has another length.</exception>
    public static NtlmAccountAnswer FromHash(SmbAccount account, ReadOnlySpan<byte> ntHash, ReadOnlySpan<byte> lmHash = default)
    {
        ArgumentNullException.ThrowIfNull(account);
        if (ntHash.Length != KeySize || lmHash.Length is not (0 or KeySize))
        {
            throw new ArgumentException($"A hash has {KeySize} octets.", nameof(ntHash));
        }

        return new NtlmAccountAnswer(account, ntHash: ntHash.ToArray(), lmHash: lmHash.ToArray());
    }

    /// <summary>An account whose proof the store has checked, and found right.</summary>
    /// <param name="account">The account.</param>
    /// <param name="sessionBaseKey">SessionBaseKey ([MS-NLMP] 3.3), which domain controllers call UserSessionKey, 16 octets; they are copied.</param>
    /// <exception cref="ArgumentException">The key has another length.</exception>
    public static NtlmAccountAnswer Verified(SmbAccount account, ReadOnlySpan<byte> sessionBaseKey)
    {
        ArgumentNullException.ThrowIfNull(account);
        if (sessionBaseKey.Length != KeySize)
        {
            throw new ArgumentException($"A session base key has {KeySize} octets.", nameof(sessionBaseKey));
        }

        return new NtlmAccountAnswer(account, key: sessionBaseKey.ToArray());
    }

    /// <summary>The store has checked the proof and says no.</summary>
    /// <param name="status">Why; the client learns it only where the host discloses the state of accounts.</param>
    /// <param name="reason">For logs.</param>
    public static NtlmAccountAnswer Refused(NtStatus status, string? reason = null) =>
        new(refusal: status == NtStatus.Success ? NtStatus.LogonFailure : status, reason: reason);

    /// <summary>The store cannot tell. The client gets STATUS_NO_LOGON_SERVERS.</summary>
    /// <param name="reason">For logs.</param>
    public static NtlmAccountAnswer Unavailable(string reason) => new(refusal: NtStatus.NoLogonServers, reason: reason);

    /// <summary>The account, no secret.</summary>
    public override string ToString() => Account?.User ?? Reason ?? "refused";

    internal void Clear()
    {
        _ntHash.AsSpan().Clear();
        _lmHash.AsSpan().Clear();
        _sessionBaseKey.AsSpan().Clear();
    }
}
