using System;

namespace SmbClient.Gss.Kerberos;

/// <summary>From the names that people use to those of Kerberos.</summary>
internal static class InitiatorPrincipal
{
    /// <summary>
    /// The principal of a credential with a password: <c>user@REALM</c>, or <c>user</c> in the default realm. Null, with the reason, where its domain
    /// is no realm that is known here.
    /// </summary>
    /// <param name="credential">User and domain, as they were given.</param>
    /// <param name="defaultRealm">The realm of this machine; null for none.</param>
    /// <param name="reason">Why there is none.</param>
    public static string? Of(GssCredential credential, Func<string?> defaultRealm, out string reason)
    {
        reason = "";
        if (credential.User.IndexOf('@') is > 0 and var at)
        {
            string realm = credential.User.Substring(at + 1).ToUpperInvariant();
            return $"{credential.User.Substring(0, at)}@{realm}";
        }

        string domain = credential.Domain;
        if (domain == ".")
        {
            reason = "the account is the server's own";
            return null;
        }

        if (domain.IndexOf('.') >= 0)
        {
            return $"{credential.User}@{domain.ToUpperInvariant()}";
        }

        if (defaultRealm() is not { } ours)
        {
            reason = $"this machine is in no realm: name the user as {credential.User}@realm";
            return null;
        }

        // A flat domain is one of Windows. Its realm is a longer name, of which only the default one can be guessed.
        if (domain.Length > 0 && !domain.Equals(ours.Split('.')[0], StringComparison.OrdinalIgnoreCase))
        {
            reason = $"the realm of the domain {domain} is not known: name the user as {credential.User}@realm";
            return null;
        }

        return $"{credential.User}@{ours}";
    }

    /// <summary>The realm as far as the credential names one; empty otherwise.</summary>
    public static string RealmOf(GssCredential credential) =>
        credential.User.IndexOf('@') is >= 0 and var at ? credential.User.Substring(at + 1) : credential.Domain;

    /// <summary>True where the caller said which realm can tell whether the password is right, so that asking others is of no use.</summary>
    public static bool NamesRealm(GssCredential credential) => credential.Domain.Length > 0 || credential.User.IndexOf('@') > 0;
}
