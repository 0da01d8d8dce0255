using System;
using System.Net;
using SmbClient.Gss;

namespace SmbClient;

/// <summary>
/// Who signs in. A credential is a whole: user, domain, kind and secret together decide whether a session may be reused.
/// The secret cannot be read back, and <see cref="ToString"/> does not show it.
/// </summary>
public sealed class SmbCredential : IDisposable
{
    internal SmbCredential(GssCredential credential)
    {
        Gss = credential;
    }

    /// <summary>No user at all: a null session, which can neither be signed nor see much. Must be asked for by using this.</summary>
    public static SmbCredential Anonymous { get; } = new(GssCredential.Anonymous);

    /// <summary>
    /// What the process is signed in with, by Kerberos: the default ticket cache on Unix (KRB5CCNAME), the logon session on Windows. Single sign-on.
    /// </summary>
    public static SmbCredential Default { get; } = new(GssCredential.Default);

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

    /// <summary>A principal's long-term keys in a keytab file, by Kerberos: for services without a person at the keyboard.</summary>
    /// <param name="principal"><c>user@REALM</c>, or <c>user</c> in the default realm. Case matters.</param>
    /// <param name="path">The file, which is read when it is needed.</param>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public static SmbCredential FromKeytab(string principal, string path) => new(GssCredential.Keytab(principal, path));

    /// <summary>The tickets in a credential cache, by Kerberos.</summary>
    /// <param name="name">The cache's name: <c>FILE:/tmp/krb5cc_1000</c>, <c>KCM:</c>, or a bare path. It is read when it is needed.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static SmbCredential FromCredentialCache(string name) => new(GssCredential.CredentialCache(name));

    /// <summary>The user name, password and domain of a <see cref="NetworkCredential"/>.</summary>
    public static SmbCredential FromNetworkCredential(NetworkCredential credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        return FromPassword(credential.UserName, credential.Password, string.IsNullOrEmpty(credential.Domain) ? null : credential.Domain);
    }

    /// <summary>
    /// Clears the secret. Sessions that are signed in stay; they cannot be signed in again when the server wants it. <see cref="Anonymous"/> and
    /// <see cref="Default"/> are everybody's and have none.
    /// </summary>
    public void Dispose() => Gss.Dispose();

    /// <summary>The user and the domain, never the secret.</summary>
    public override string ToString() => Gss.ToString()!;
}
