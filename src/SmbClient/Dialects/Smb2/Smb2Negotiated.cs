using System;
using System.Collections.Generic;
using SmbClient.Protection;
using SmbClient.Wire.Smb2;

namespace SmbClient.Dialects.Smb2;

/// <summary>What a negotiation has settled: the fields of Connection, [MS-SMB2] 3.2.1.2, that only SMB2 has.</summary>
internal sealed record Smb2Negotiated
{
    public required Smb2DialectTraits Traits { get; init; }

    public required SmbSigningAlgorithm SigningAlgorithm { get; init; }

    public required SmbCipher? Cipher { get; init; }

    public required Smb2SecurityMode ServerSecurityMode { get; init; }

    public required Smb2Capabilities ServerCapabilities { get; init; }

    public required Guid ServerGuid { get; init; }

    public required ReadOnlyMemory<byte> GssNegotiateToken { get; init; }

    /// <summary>Octets.</summary>
    public required int MaxTransactSize { get; init; }

    /// <summary>Octets.</summary>
    public required int MaxReadSize { get; init; }

    /// <summary>Octets.</summary>
    public required int MaxWriteSize { get; init; }

    /// <summary>Connection.PreauthIntegrityHashValue; null below 3.1.1.</summary>
    public PreauthIntegrity? Preauth { get; init; }

    /// <summary>The request as it was sent, for the validation on a tree; null where the negotiation began in SMB1.</summary>
    public NegotiateRequest? Request { get; init; }

    /// <summary>The first MessageId that is free.</summary>
    public required ulong NextMessageId { get; init; }

    public required int Credits { get; init; }

    /// <summary>
    /// True where the negotiation could have been tampered with unnoticed, and the validation on a tree finds it (client-state I4).
    /// </summary>
    public bool NeedsValidation => !Traits.ProtectsNegotiation && Request is { } request && Contains3x(request.Dialects);

    private static bool Contains3x(IReadOnlyList<SmbDialect> dialects) => dialects[dialects.Count - 1] >= SmbDialect.Smb300;
}
