using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.Gss.Spnego;

/// <summary>SPNEGO over an ordered table of mechanisms, the preferred first ([RFC4178], [MS-SPNG]).</summary>
internal sealed class SpnegoMechanism : GssMechanism
{
    private readonly IReadOnlyList<GssMechanism> _table;

    public SpnegoMechanism(IReadOnlyList<GssMechanism> table)
    {
        _table = table;
    }

    public override string Name => "SPNEGO";

    public override string Oid => SpnegoTokens.SpnegoOid;

    public override bool Recognizes(ReadOnlySpan<byte> token) => SpnegoTokens.MechanismOf(token.ToArray()) == Oid;

    public override async ValueTask<GssContext?> CreateInitiatorAsync(GssInitiatorOptions options, CancellationToken cancellationToken)
    {
        List<SpnegoCandidate> candidates = [];
        List<string> log = [];
        try
        {
            foreach (GssMechanism mechanism in _table)
            {
                GssContext? context = await mechanism.CreateInitiatorAsync(options, cancellationToken).ConfigureAwait(false);
                log.Add(context is null ? $"{mechanism.Name} dropped: it cannot serve this credential here" : $"{mechanism.Name} offered");
                if (context is not null)
                {
                    candidates.Add(new SpnegoCandidate(mechanism, context));
                }
            }
        }
        catch
        {
            candidates.ForEach(c => c.Dispose());
            throw;
        }

        return candidates.Count == 0 ? null : new SpnegoInitiator(candidates, options, log);
    }

    public override GssContext? CreateAcceptor(GssAcceptorOptions options)
    {
        SpnegoCandidate[] candidates = [.. _table
            .Select(m => (Mechanism: m, Context: m.CreateAcceptor(options)))
            .Where(c => c.Context is not null)
            .Select(c => new SpnegoCandidate(c.Mechanism, c.Context!))];
        return candidates.Length == 0 ? null : new SpnegoAcceptor(candidates, options);
    }
}
