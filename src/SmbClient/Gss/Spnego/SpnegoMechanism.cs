using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire;

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

    public override async ValueTask<GssInitiation> CreateInitiatorAsync(GssInitiatorOptions options, CancellationToken cancellationToken)
    {
        List<SpnegoCandidate> candidates = [];
        List<string> log = [];
        try
        {
            IReadOnlyList<GssMechanism> known = KnownToAcceptor(options);
            foreach (GssMechanism mechanism in _table)
            {
                if (!known.Contains(mechanism))
                {
                    log.Add($"{mechanism.Name} dropped: the server does not offer it");
                    continue;
                }

                GssInitiation initiation = await mechanism.CreateInitiatorAsync(options, cancellationToken).ConfigureAwait(false);
                if (initiation.IsRefused)
                {
                    candidates.ForEach(c => c.Dispose());
                    return GssInitiation.Refused(initiation.Status, $"{mechanism.Name}: {initiation.Reason}");
                }

                log.Add(initiation.Context is null ? $"{mechanism.Name} dropped: {initiation.Reason}" : $"{mechanism.Name} offered");
                if (initiation.Context is { } context)
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

        return candidates.Count == 0
            ? GssInitiation.CannotServe(log.Count == 0 ? "no mechanism is configured" : string.Join("; ", log))
            : GssInitiation.Ready(new SpnegoInitiator(candidates, options, log));
    }

    public override GssContext? CreateAcceptor(GssAcceptorOptions options)
    {
        SpnegoCandidate[] candidates = [.. _table
            .Select(m => (Mechanism: m, Context: m.CreateAcceptor(options)))
            .Where(c => c.Context is not null)
            .Select(c => new SpnegoCandidate(c.Mechanism, c.Context!))];
        return candidates.Length == 0 ? null : new SpnegoAcceptor(candidates, options);
    }

    /// <summary>
    /// What both sides have (gss-spnego-ntlm SP3). Nothing protects the hint, but whoever changes it gains no more by it than by cutting the way to the KDC,
    /// and who wants Kerberos alone has no other mechanism in the table.
    /// </summary>
    private IReadOnlyList<GssMechanism> KnownToAcceptor(GssInitiatorOptions options)
    {
        if (!options.UseServerHint || options.AcceptorHint.IsEmpty)
        {
            return _table;
        }

        try
        {
            IReadOnlyList<string> offered = SpnegoTokens.DecodeInit(options.AcceptorHint).MechTypes;
            GssMechanism[] known = [.. _table.Where(m => m.AliasOids.Append(m.Oid).Any(offered.Contains))];
            return known.Length > 0 ? known : _table;
        }
        catch (MalformedMessageException)
        {
            // The first step, which takes the token in earnest, says so.
            return _table;
        }
    }
}
