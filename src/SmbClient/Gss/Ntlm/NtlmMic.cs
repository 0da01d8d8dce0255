using System;
using System.Security.Cryptography;
using System.Text;
using SmbClient.Crypto;
using SmbClient.Wire;

namespace SmbClient.Gss.Ntlm;

/// <summary>
/// Message signatures with extended session security, [MS-NLMP] 3.4.4.2, number 0 in each direction: what SPNEGO asks for, after which it wants the
/// cipher's state restored ([MS-SPNG] 3.3.5.1), so that none is kept.
/// </summary>
internal static class NtlmMic
{
    public const int Size = 16;

    private const uint Version = 1;
    private const int ChecksumSize = 8;
    private const string Magic = "session key to {0} {1} key magic constant\0";

    public static byte[] Compute(byte[] exportedSessionKey, NtlmFlags flags, bool fromClient, ReadOnlySpan<byte> message)
    {
        byte[] sequence = new byte[4];
        byte[] checksum = Md5.Hmac(SignKey(exportedSessionKey, fromClient), sequence, message.ToArray()).AsSpan(0, ChecksumSize).ToArray();
        if ((flags & NtlmFlags.KeyExchange) != 0)
        {
            checksum = Rc4.Transform(SealKey(exportedSessionKey, flags, fromClient), checksum);
        }

        byte[] signature = new byte[Size];
        WireWriter w = new(signature);
        w.UInt32(Version);
        w.Bytes(checksum);
        w.Bytes(sequence);
        return signature;
    }

    public static bool Verify(byte[] exportedSessionKey, NtlmFlags flags, bool fromClient, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        CryptographicOperations.FixedTimeEquals(Compute(exportedSessionKey, flags, fromClient, message), signature);

    /// <summary>SIGNKEY, [MS-NLMP] 3.4.5.2.</summary>
    public static byte[] SignKey(byte[] exportedSessionKey, bool fromClient) =>
        Md5.Hash(exportedSessionKey, MagicConstant(fromClient, "signing"));

    /// <summary>SEALKEY, [MS-NLMP] 3.4.5.3.</summary>
    public static byte[] SealKey(byte[] exportedSessionKey, NtlmFlags flags, bool fromClient)
    {
        int length = (flags & NtlmFlags.Key128) != 0 ? 16 : (flags & NtlmFlags.Key56) != 0 ? 7 : 5;
        return Md5.Hash(exportedSessionKey.AsSpan(0, length).ToArray(), MagicConstant(fromClient, "sealing"));
    }

    private static byte[] MagicConstant(bool fromClient, string purpose) =>
        Encoding.ASCII.GetBytes(Magic.Replace("{0}", fromClient ? "client-to-server" : "server-to-client").Replace("{1}", purpose));
}
