namespace SmbClient.Gss;

/// <summary>What a signature of a PAC covers, and with whose key; the values are the types of the buffers, [MS-PAC] 2.4.</summary>
public enum PacSignatureKind
{
    /// <summary>The PAC, with the key of the service that the ticket is for.</summary>
    Server = 6,

    /// <summary>The server signature, with the key of the KDC.</summary>
    Kdc = 7,

    /// <summary>The ticket without its PAC, with the key of the KDC.</summary>
    Ticket = 16,

    /// <summary>The PAC, with the key of the KDC.</summary>
    Full = 19,
}
