namespace SmbClient;

/// <summary>The ciphers that SMB3 messages are sealed with, with the values of [MS-SMB2] 2.2.3.1.2.</summary>
public enum SmbCipher
{
    /// <summary>AES-128-CCM: the one cipher of SMB 3.0 and 3.0.2.</summary>
    Aes128Ccm = 1,

    /// <summary>AES-128-GCM: SMB 3.1.1; the fastest.</summary>
    Aes128Gcm = 2,

    /// <summary>AES-256-CCM: SMB 3.1.1.</summary>
    Aes256Ccm = 3,

    /// <summary>AES-256-GCM: SMB 3.1.1.</summary>
    Aes256Gcm = 4,
}
