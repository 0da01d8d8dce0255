using System;
using System.Net;
using SmbClient.Gss;

namespace SmbClient;

/// <summary>
/// Who signs in. A credential is a whole: user, domain, kind and secret together decide whether a session may be reused.
/// The secret cannot be read back, and <see cref="ToString"/> does not show it.
/// </summary>
public sealed class SmbCredential
{
    private SmbCredential(GssCredential credential)
    {
        Gss = credential;
    }

    /// <summary>No user at all: a null session, which can neither be signed nor see much. Must be asked for by using this.</summary>
    public static SmbCredential Anonymous { get; } = new(GssCredential.Anonymous);

    /// <summary>True for <see cref="Anonymous"/>.</summary>
    public bool IsAnonymous => Gss.IsAnonymous;

    internal GssCredential Gss { get; }

    /// <summary>A user name and its password.</summary>
    /// <param name="user"><c>user</c>, <c>DOMAIN\user</c> or <c>user@realm</c>.</param>
    /// <param name="password">The password; an empty one is a password like any other.</param>
    /// <param name="domain">The domain, unless <paramref name="user"/> carries it; empty for the server's own accounts.</param>
    /// <exception cref="ArgumentException">The user name is empty, or names a domain although <paramref name="domain"/> does too.</exception>
    public static SmbCredential FromPassword(string user, string password, string? domain = null) =>
        new(GssCredential.Password(user, password, domain));

    /// <summary>A user name and the NT hash of its password, MD4 of the UTF-16LE password.</summary>
    /// <param name="user"><c>user</c>, <c>DOMAIN\user</c> or <c>user@realm</c>.</param>
    /// <param name="ntHash">The hash, 16 octets; it is copied.</param>
    /// <param name="domain">The domain, unless <paramref name="user"/> carries it.</param>
    /// <exception cref="ArgumentException">The user name is empty or the hash is not of 16 octets.</exception>
    public static SmbCredential FromNtHash(string user, ReadOnlySpan<byte> ntHash, string? domain = null) =>
        new(GssCredential.NtHash(user, ntHash, domain));

    /// <summary>The user name, password and domain of a <see cref="NetworkCredential"/>.</summary>
    public static SmbCredential FromNetworkCredential(NetworkCredential credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        return FromPassword(credential.UserName, credential.Password, string.IsNullOrEmpty(credential.Domain) ? null : credential.Domain);
    }

    /// <summary>The user and the domain, never the secret.</summary>
    public override string ToString() => Gss.ToString()!;
}
