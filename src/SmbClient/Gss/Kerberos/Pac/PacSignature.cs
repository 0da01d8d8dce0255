namespace SmbClient.Gss;

/// <summary>A signature in a PAC, PAC_SIGNATURE_DATA, [MS-PAC] 2.8. To have one says nothing: only its check does.</summary>
/// <param name="Kind">What it covers.</param>
/// <param name="Algorithm">The Kerberos checksum type, such as 16 for hmac-sha1-96-aes256, or -138 for hmac-md5.</param>
/// <param name="Size">Octets of the signature.</param>
public readonly record struct PacSignature(PacSignatureKind Kind, int Algorithm, int Size);
