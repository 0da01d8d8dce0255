namespace SmbClient;

/// <summary>The dialects of SMB, oldest first.</summary>
public enum SmbDialect
{
    /// <summary>No dialect has been negotiated.</summary>
    None = 0,

    /// <summary>"NT LM 0.12", the SMB1 of Windows NT and later, [MS-CIFS] and [MS-SMB].</summary>
    NtLm012 = 1,
}
