using System;
using SmbClient.Protection;
using SmbClient.Wire.Smb2;

namespace SmbClient.Server.Smb2;

/// <summary>What client and server have agreed on, [MS-SMB2] 3.3.1.7.</summary>
internal sealed record Smb2Negotiated
{
    public required SmbDialect Dialect { get; init; }

    public required SmbSigningAlgorithm Signing { get; init; }

    /// <summary>Null where nothing can be sealed.</summary>
    public required SmbCipher? Cipher { get; init; }

    /// <summary>What the client has said, for the validation; null where it said it in SMB1.</summary>
    public required NegotiateRequest? Request { get; init; }

    /// <summary>What it was answered.</summary>
    public required NegotiateResponse Response { get; init; }

    /// <summary>The hash over the negotiation; only in 3.1.1.</summary>
    public PreauthIntegrity? Preauth { get; init; }

    public bool HasCreditCharges => Dialect > SmbDialect.Smb202;

    /// <summary>Octets of one read, write or other exchange.</summary>
    public int MaxTransferSize => checked((int)Math.Max(Response.MaxReadSize, Response.MaxTransactSize));
}
