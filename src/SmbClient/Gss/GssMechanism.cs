using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.Gss;

/// <summary>
/// One way of authenticating: a stateless factory of contexts, and the seam at which other packages bring mechanisms in. Safe for any number of threads.
/// </summary>
public abstract class GssMechanism
{
    /// <summary>NTLMSSP, [MS-NLMP].</summary>
    public static GssMechanism Ntlm { get; } = new Ntlm.NtlmMechanism();

    /// <summary>
    /// Kerberos through the system's GSS-API or SSPI ([MS-KILE]), with the default options. It serves where there is a library and a KDC answers.
    /// </summary>
    public static GssMechanism Kerberos { get; } = new KerberosMechanism(new KerberosOptions());

    /// <summary>SPNEGO over other mechanisms, the preferred first ([RFC4178], [MS-SPNG]): what HTTP calls Negotiate.</summary>
    public static GssMechanism Spnego(IReadOnlyList<GssMechanism> mechanisms)
    {
        ArgumentNullException.ThrowIfNull(mechanisms);
        return new Spnego.SpnegoMechanism([.. mechanisms]);
    }

    /// <summary>The name for people.</summary>
    public abstract string Name { get; }

    /// <summary>The object identifier, dotted.</summary>
    public abstract string Oid { get; }

    /// <summary>Other identifiers of the same mechanism that peers use. SPNEGO offers them before <see cref="Oid"/>, as Windows does.</summary>
    public virtual IReadOnlyList<string> AliasOids => [];

    /// <summary>
    /// A context whose first step needs no network any more, or why the mechanism cannot serve: no library, no ticket, the wrong kind of
    /// credential. SPNEGO then leaves it out of its offer.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public abstract ValueTask<GssInitiation> CreateInitiatorAsync(GssInitiatorOptions options, CancellationToken cancellationToken);

    /// <summary>
    /// Says whose a credential is that names nobody (<see cref="GssCredential.NamesUser"/>): the same credential with its user, so that sessions can
    /// be found by it. Null where this mechanism does not know.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public virtual ValueTask<GssCredential?> IdentifyAsync(GssCredential credential, CancellationToken cancellationToken) => default;

    /// <summary>A context for the other role, or null where the mechanism cannot serve.</summary>
    public abstract GssContext? CreateAcceptor(GssAcceptorOptions options);

    /// <summary>
    /// True where a first token is this mechanism's own, not wrapped in SPNEGO; initiators may send it bare ([MS-SMB] note 95).
    /// The token may be anything at all, of any length.
    /// </summary>
    public virtual bool Recognizes(ReadOnlySpan<byte> token) => false;

    /// <summary>
    /// For mechanisms of other packages: the password of a <see cref="GssCredential.Password(string, string, string?)"/>, UTF-16LE; null for other
    /// kinds. It is a copy, which the caller clears. Only mechanisms can ask, because nobody else has a use for it.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The credential was disposed.</exception>
    protected static byte[]? CopyPassword(GssCredential credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        return credential.HasPassword ? credential.EncodePlaintext(Encoding.Unicode) : null;
    }

    /// <summary>For mechanisms of other packages: the file of a <see cref="GssCredential.Keytab"/>; null for other kinds.</summary>
    protected static string? KeytabPathOf(GssCredential credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        return (credential as KeytabCredential)?.Path;
    }

    /// <summary>For mechanisms of other packages: whether the credential is a ticket cache, and which.</summary>
    /// <param name="credential">Any credential.</param>
    /// <param name="name">The name of <see cref="GssCredential.CredentialCache"/>; null for the process's own, <see cref="GssCredential.Default"/>.</param>
    protected static bool IsCredentialCache(GssCredential credential, out string? name)
    {
        ArgumentNullException.ThrowIfNull(credential);
        name = (credential as CredentialCacheCredential)?.CacheName;
        return credential is CredentialCacheCredential;
    }

    /// <summary>For <see cref="IdentifyAsync"/> of mechanisms of other packages: the same ticket cache, and whose it is.</summary>
    /// <param name="credentialCache">What <see cref="IsCredentialCache"/> says yes to.</param>
    /// <param name="user">The user's name without the realm.</param>
    /// <param name="realm">The realm.</param>
    /// <exception cref="ArgumentException">The credential is not a ticket cache, or the name is empty.</exception>
    protected static GssCredential WithUser(GssCredential credentialCache, string user, string realm)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        ArgumentNullException.ThrowIfNull(realm);
        return IsCredentialCache(credentialCache, out string? name)
            ? new CredentialCacheCredential(name, user, realm)
            : throw new ArgumentException("Only a ticket cache does not say itself whose it is.", nameof(credentialCache));
    }
}
