using System;
using System.Collections.Generic;
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
}
