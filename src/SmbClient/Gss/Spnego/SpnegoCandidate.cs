using System;
using System.Collections.Generic;
using System.Linq;

namespace SmbClient.Gss.Spnego;

/// <summary>A mechanism of the table with a context that is ready to begin.</summary>
internal sealed class SpnegoCandidate : IDisposable
{
    public SpnegoCandidate(GssMechanism mechanism, GssContext context)
    {
        Mechanism = mechanism;
        Context = context;
    }

    public GssMechanism Mechanism { get; }

    public GssContext Context { get; }

    /// <summary>Every identifier that the mechanism is offered and recognised by; the aliases first, as Windows has them.</summary>
    public IEnumerable<string> Oids => Mechanism.AliasOids.Append(Mechanism.Oid);

    public bool Answers(string oid) => Oids.Contains(oid, StringComparer.Ordinal);

    /// <summary>True where a first token is this mechanism's own, without SPNEGO around it.</summary>
    public bool Recognizes(byte[] token) => Mechanism.Recognizes(token) || (SpnegoTokens.MechanismOf(token) is { } oid && Answers(oid));

    public void Dispose() => Context.Dispose();
}
