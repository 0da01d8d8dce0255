using System.Collections.Generic;
using SmbClient.Wire;

namespace SmbClient.Server.Pipes.Rpc;

/// <summary>The presentation contexts that a client asks for in bind and alter_context, [C706] 12.6.4.3, and what became of each.</summary>
internal sealed class RpcContexts
{
    private const int MaxContexts = 32;

    private readonly HashSet<ushort> _accepted = [];

    private enum Result : ushort
    {
        Acceptance = 0,
        ProviderRejection = 2,
        NegotiateAck = 3,
    }

    private enum Reason : ushort
    {
        None = 0,
        AbstractSyntaxNotSupported = 1,
        TransferSyntaxesNotSupported = 2,
    }

    /// <summary>Calls may be made in it.</summary>
    public bool IsAccepted(ushort contextId) => _accepted.Contains(contextId);

    /// <summary>Reads p_cont_list_t and accepts what it can; the answers are p_result_list_t, in the same order.</summary>
    /// <exception cref="MalformedMessageException">It is no list of contexts.</exception>
    public byte[] Negotiate(ref WireReader r, RpcInterface served)
    {
        int count = r.UInt8();
        r.Skip(3);
        if (count is 0 or > MaxContexts)
        {
            throw r.Malformed($"{count} presentation contexts");
        }

        byte[] results = new byte[4 + (count * (4 + RpcSyntax.Size))];
        var w = new WireWriter(results);
        w.UInt8((byte)count);
        w.Skip(3);
        for (int i = 0; i < count; i++)
        {
            ushort contextId = r.UInt16();
            int syntaxes = r.UInt8();
            r.Skip(1);
            RpcSyntax wanted = RpcSyntax.Read(ref r);
            (bool hasNdr, bool isFeature) = ReadTransferSyntaxes(ref r, syntaxes);
            Answer(ref w, contextId, served.Syntax.Serves(wanted), hasNdr, isFeature);
        }

        return results;
    }

    private static (bool HasNdr, bool IsFeature) ReadTransferSyntaxes(ref WireReader r, int count)
    {
        bool hasNdr = false;
        bool isFeature = false;
        for (int i = 0; i < count; i++)
        {
            RpcSyntax offered = RpcSyntax.Read(ref r);
            hasNdr |= offered == RpcSyntax.Ndr;
            isFeature |= i == 0 && offered.IsFeatureNegotiation;
        }

        return (hasNdr, isFeature);
    }

    private void Answer(ref WireWriter w, ushort contextId, bool isServed, bool hasNdr, bool isFeature)
    {
        (Result result, Reason reason) = (isFeature, isServed, hasNdr) switch
        {
            (true, _, _) => (Result.NegotiateAck, Reason.None),         // none of the features
            (_, false, _) => (Result.ProviderRejection, Reason.AbstractSyntaxNotSupported),
            (_, _, false) => (Result.ProviderRejection, Reason.TransferSyntaxesNotSupported),
            _ => (Result.Acceptance, Reason.None),
        };

        w.UInt16((ushort)result);
        w.UInt16((ushort)reason);
        if (result == Result.Acceptance)
        {
            _accepted.Add(contextId);
            RpcSyntax.Ndr.Write(ref w);
        }
        else
        {
            w.Skip(RpcSyntax.Size);
        }
    }
}
