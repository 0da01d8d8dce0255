using System;

namespace SmbClient.Dialects.Smb2;

/// <summary>What tells the dialects of SMB2 and SMB3 apart: one row each. All else is common to them.</summary>
internal sealed record Smb2DialectTraits
{
    private static readonly Smb2DialectTraits[] All =
    [
        new() { Dialect = SmbDialect.Smb202, Signing = SmbSigningAlgorithm.HmacSha256 },
        new() { Dialect = SmbDialect.Smb210, Signing = SmbSigningAlgorithm.HmacSha256 },
        new() { Dialect = SmbDialect.Smb300, Signing = SmbSigningAlgorithm.AesCmac, FixedCipher = SmbCipher.Aes128Ccm },
        new() { Dialect = SmbDialect.Smb302, Signing = SmbSigningAlgorithm.AesCmac, FixedCipher = SmbCipher.Aes128Ccm },
        new() { Dialect = SmbDialect.Smb311, Signing = SmbSigningAlgorithm.AesCmac, ProtectsNegotiation = true },
    ];

    public required SmbDialect Dialect { get; init; }

    /// <summary>The algorithm where none is negotiated (client-state Q9).</summary>
    public required SmbSigningAlgorithm Signing { get; init; }

    /// <summary>The one cipher of dialects that negotiate a capability, not a cipher (Q6).</summary>
    public SmbCipher? FixedCipher { get; init; }

    /// <summary>Negotiates with contexts, hashes the negotiation into the keys and signs every tree connect (Q8, Q10, I1).</summary>
    public bool ProtectsNegotiation { get; init; }

    /// <summary>The end of a session setup is signed whether or not later messages are.</summary>
    public bool SignsSessionSetup => Dialect >= SmbDialect.Smb300;

    public static Smb2DialectTraits Of(SmbDialect dialect) => Array.Find(All, t => t.Dialect == dialect)!;
}
