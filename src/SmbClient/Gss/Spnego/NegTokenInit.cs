using System;
using System.Collections.Generic;

namespace SmbClient.Gss.Spnego;

/// <summary>NegTokenInit of an initiator, and NegTokenInit2 of an acceptor that speaks first ([RFC4178] 4.2.1, [MS-SPNG] 2.2.1).</summary>
internal sealed class NegTokenInit
{
    public IReadOnlyList<string> MechTypes { get; init; } = [];

    /// <summary>The DER of the list as it came: what mechListMIC is computed over.</summary>
    public ReadOnlyMemory<byte> MechTypesDer { get; init; }

    public ReadOnlyMemory<byte>? MechToken { get; init; }

    public ReadOnlyMemory<byte>? MechListMic { get; init; }
}
