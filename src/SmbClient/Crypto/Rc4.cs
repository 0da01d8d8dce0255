using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;

namespace SmbClient.Crypto;

/// <summary>RC4, which .NET does not have: NTLM wraps its session key and its signatures with it.</summary>
internal static class Rc4
{
    /// <summary>Encrypts or decrypts, which is the same, with a fresh key stream.</summary>
    public static byte[] Transform(byte[] key, byte[] input)
    {
        RC4Engine engine = new();
        engine.Init(true, new KeyParameter(key));
        byte[] output = new byte[input.Length];
        engine.ProcessBytes(input, 0, input.Length, output, 0);
        return output;
    }
}
