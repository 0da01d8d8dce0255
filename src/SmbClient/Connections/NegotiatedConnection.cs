using System;

namespace SmbClient.Connections;

/// <summary>What a NEGOTIATE response says, in the terms that all dialects share.</summary>
internal sealed record NegotiatedConnection
{
    public required SmbDialect Dialect { get; init; }

    public bool ShareLevelAccessControl { get; init; }

    public required bool ServerChallengeResponse { get; init; }

    public required SmbSigningState ServerSigningState { get; init; }

    public ReadOnlyMemory<byte> GssNegotiateToken { get; init; }

    public Guid ServerGuid { get; init; }

    public int MaxMpxCount { get; init; }
}
