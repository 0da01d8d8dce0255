using Org.BouncyCastle.Crypto.Digests;

namespace SmbClient.Crypto;

/// <summary>MD4, which .NET does not have: the NT hash of a password is made of it.</summary>
internal static class Md4
{
    public static byte[] Hash(byte[] message)
    {
        MD4Digest digest = new();
        digest.BlockUpdate(message, 0, message.Length);
        byte[] hash = new byte[digest.GetDigestSize()];
        digest.DoFinal(hash, 0);
        return hash;
    }
}
