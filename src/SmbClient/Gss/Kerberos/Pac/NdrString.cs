namespace SmbClient.Gss.Kerberos.Pac;

/// <summary>The fixed part of an RPC_UNICODE_STRING: octets of the text, and whether a body follows the structure.</summary>
internal readonly record struct NdrString(ushort Length, bool Follows);
