namespace SmbClient;

/// <summary>How messages are signed. Those of SMB 3.1.1 have the value of its signing capabilities, [MS-SMB2] 2.2.3.1.7.</summary>
public enum SmbSigningAlgorithm
{
    /// <summary>MD5 over key, sequence number and message: SMB1, [MS-CIFS] 3.1.4.1.</summary>
    Md5 = -1,

    /// <summary>HMAC-SHA256, cut to 16 octets: SMB 2.0.2 and 2.1, and 3.1.1 where it is negotiated.</summary>
    HmacSha256 = 0,

    /// <summary>AES-128-CMAC: SMB 3.0 and later.</summary>
    AesCmac = 1,

    /// <summary>AES-128-GMAC: SMB 3.1.1 where it is negotiated; by far the fastest.</summary>
    AesGmac = 2,
}
