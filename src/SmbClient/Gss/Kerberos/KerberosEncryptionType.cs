namespace SmbClient.Gss.Kerberos;

/// <summary>The encryption types that are served. DES and its kin are not: a key of theirs is no proof any more.</summary>
internal enum KerberosEncryptionType
{
    /// <summary>Nothing that a key can have.</summary>
    None = 0,

    /// <summary>aes128-cts-hmac-sha1-96, [RFC3962].</summary>
    Aes128Sha1 = 17,

    /// <summary>aes256-cts-hmac-sha1-96, [RFC3962].</summary>
    Aes256Sha1 = 18,

    /// <summary>aes128-cts-hmac-sha256-128, [RFC8009].</summary>
    Aes128Sha256 = 19,

    /// <summary>aes256-cts-hmac-sha384-192, [RFC8009].</summary>
    Aes256Sha384 = 20,

    /// <summary>rc4-hmac, [RFC4757].</summary>
    Rc4 = 23,
}
