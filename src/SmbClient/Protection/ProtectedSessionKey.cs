using System;
using SmbClient.Crypto;

namespace SmbClient.Protection;

/// <summary>The session key that applications get once the server protects it, [MS-SMB] 3.2.5.4 and 2.2.4.7.2; signing keeps the original.</summary>
internal static class ProtectedSessionKey
{
    private const int KeySize = 16;

    private const string SsKeyHash =
        "5365637572697479205369676e6174757265204b6579205570677261646579076e282e698810b3db015572fb7414fbc4c5af3b41653217baa32908c1de16617e" +
        "6698a40bfe0683534d05df6da7511073c550dc5ef82146aa961433d752ebaf1fbf366cfcb71d211981d06bfa77adbe1878cf10bdd878f7d3c6df433219d39ba8" +
        "4d9eaa41afcbc6b934e74825d488c4516038d962e88d5b83927fb50e1c2d0691c375b3ccf8f792910b3da1105bd50fa83f5d13830a6b72931459d5abde26156d" +
        "606771066e3d0da7cb70e9085c99fa0a5f3d44a38bc08ddae268d00dcd7f3df8737e357f07020ab5e9b787fba1bfcb323166094888cc18a3b21f1f1b904ed7e1";

    /// <summary>HMAC-MD5 with the first 16 octets of the key, a shorter one filled up with zeros.</summary>
    public static byte[] Derive(ReadOnlySpan<byte> sessionKey)
    {
        byte[] key = new byte[KeySize];
        sessionKey.Slice(0, Math.Min(sessionKey.Length, KeySize)).CopyTo(key);
        byte[] derived = Md5.Hmac(key, Hex.Decode(SsKeyHash));
        key.AsSpan().Clear();
        return derived;
    }
}
