namespace SmbClient;

/// <summary>The dialects of SMB, oldest first; those of SMB2 have the value of their DialectRevision.</summary>
public enum SmbDialect
{
    /// <summary>No dialect has been negotiated.</summary>
    None = 0,

    /// <summary>"NT LM 0.12", the SMB1 of Windows NT and later, [MS-CIFS] and [MS-SMB].</summary>
    NtLm012 = 1,

    /// <summary>SMB 2.0.2, of Windows Vista SP1 and Windows Server 2008.</summary>
    Smb202 = 0x0202,

    /// <summary>SMB 2.1, of Windows 7 and Windows Server 2008 R2: multi-credit requests.</summary>
    Smb210 = 0x0210,

    /// <summary>SMB 3.0, of Windows 8 and Windows Server 2012: encryption, AES signatures.</summary>
    Smb300 = 0x0300,

    /// <summary>SMB 3.0.2, of Windows 8.1 and Windows Server 2012 R2.</summary>
    Smb302 = 0x0302,

    /// <summary>SMB 3.1.1, of Windows 10 and Windows Server 2016 and later: the negotiation itself is protected.</summary>
    Smb311 = 0x0311,
}
