namespace SmbClient.Connections;

/// <summary>What the two signing states make of a connection.</summary>
internal enum SigningOutcome
{
    /// <summary>Messages are not signed.</summary>
    Unsigned,

    /// <summary>Messages are signed from the first real user's sign-in on.</summary>
    Signed,

    /// <summary>The two sides cannot talk; the transport is closed.</summary>
    Blocked,
}

/// <summary>The table of [MS-SMB] 3.2.4.2.4: the client's MessageSigningPolicy against the server's signing state.</summary>
internal static class SigningPolicy
{
    private const SigningOutcome U = SigningOutcome.Unsigned;
    private const SigningOutcome S = SigningOutcome.Signed;
    private const SigningOutcome B = SigningOutcome.Blocked;

    /// <summary>Rows: the client. Columns: the server. Both Disabled, Declined, Enabled, Required.</summary>
    private static readonly SigningOutcome[][] Table =
    [
        /* Disabled */ [U, U, U, B],
        /* Declined */ [U, U, U, S],
        /* Enabled  */ [U, U, S, S],
        /* Required */ [B, S, S, S],
    ];

    public static SigningOutcome Evaluate(SmbSigningState client, SmbSigningState server) => Table[(int)client][(int)server];
}
