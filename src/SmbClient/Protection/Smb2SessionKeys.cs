using System;
using System.Text;
using SmbClient.Crypto;

namespace SmbClient.Protection;

/// <summary>The keys of an SMB2 session, [MS-SMB2] 3.1.4.2 and 3.2.5.3.1, named as the client names them.</summary>
internal sealed class Smb2SessionKeys : IDisposable
{
    private const int KeySize = 16;
    private const int LongKeySize = 32;
    private const int HashSize = 64;

    // 3.0 and 3.0.2: label and context; 3.1.1: label, with the preauthentication integrity hash for context.
    private static readonly Purpose Signing = new("SMB2AESCMAC\0", "SmbSign\0", "SMBSigningKey\0");
    private static readonly Purpose Application = new("SMB2APP\0", "SmbRpc\0", "SMBAppKey\0");
    private static readonly Purpose ClientToServer = new("SMB2AESCCM\0", "ServerIn \0", "SMBC2SCipherKey\0");
    private static readonly Purpose ServerToClient = new("SMB2AESCCM\0", "ServerOut\0", "SMBS2CCipherKey\0");

    private Smb2SessionKeys()
    {
    }

    /// <summary>16 octets.</summary>
    public byte[] SigningKey { get; private set; } = [];

    /// <summary>For what the client sends: 16 or 32 octets, none without a cipher. The server decrypts with it.</summary>
    public byte[] EncryptionKey { get; private set; } = [];

    /// <summary>For what the server sends: 16 or 32 octets, none without a cipher. The server encrypts with it.</summary>
    public byte[] DecryptionKey { get; private set; } = [];

    /// <summary>What the layers above are given as the session key: 16 octets.</summary>
    public byte[] ApplicationKey { get; private set; } = [];

    /// <param name="dialect">One of SMB2 or SMB3.</param>
    /// <param name="cipher">The cipher that was negotiated; null without encryption, and below 3.0 of no meaning.</param>
    /// <param name="fullSessionKey">The key of the mechanism, whole, whatever its length.</param>
    /// <param name="preauthHash">For 3.1.1: 64 octets, the hash after the last SESSION_SETUP request. Elsewhere of no meaning.</param>
    public static Smb2SessionKeys Derive(SmbDialect dialect, SmbCipher? cipher, ReadOnlySpan<byte> fullSessionKey, ReadOnlySpan<byte> preauthHash)
    {
        byte[] sessionKey = new byte[KeySize];
        fullSessionKey.Slice(0, Math.Min(fullSessionKey.Length, KeySize)).CopyTo(sessionKey);
        if (dialect is SmbDialect.Smb202 or SmbDialect.Smb210)
        {
            return new Smb2SessionKeys { SigningKey = sessionKey, ApplicationKey = (byte[])sessionKey.Clone() };
        }

        if (dialect is not (SmbDialect.Smb300 or SmbDialect.Smb302 or SmbDialect.Smb311))
        {
            throw new ArgumentOutOfRangeException(nameof(dialect), dialect, "This dialect has no keys of SMB2.");
        }

        if (dialect == SmbDialect.Smb311 && preauthHash.Length != HashSize)
        {
            throw new ArgumentException("The keys of SMB 3.1.1 need the 64 octets of the preauthentication integrity hash.", nameof(preauthHash));
        }

        ReadOnlySpan<byte> hash = dialect == SmbDialect.Smb311 ? preauthHash : default;
        Smb2SessionKeys keys = new()
        {
            SigningKey = Signing.Derive(sessionKey, hash, KeySize),
            ApplicationKey = Application.Derive(sessionKey, hash, KeySize),
        };
        if (cipher is not null)
        {
            bool longKeys = cipher is SmbCipher.Aes256Ccm or SmbCipher.Aes256Gcm;
            byte[] cipherBase = longKeys ? fullSessionKey.ToArray() : sessionKey;
            int length = longKeys ? LongKeySize : KeySize;
            keys.EncryptionKey = ClientToServer.Derive(cipherBase, hash, length);
            keys.DecryptionKey = ServerToClient.Derive(cipherBase, hash, length);
            cipherBase.AsSpan().Clear();
        }

        sessionKey.AsSpan().Clear();
        return keys;
    }

    public void Dispose()
    {
        SigningKey.AsSpan().Clear();
        EncryptionKey.AsSpan().Clear();
        DecryptionKey.AsSpan().Clear();
        ApplicationKey.AsSpan().Clear();
    }

    // One row of the table of [MS-SMB2] 3.1.4.2. The terminating zeros belong to label and context.
    private sealed class Purpose(string label, string context, string label311)
    {
        private readonly byte[] _label = Encoding.ASCII.GetBytes(label);
        private readonly byte[] _context = Encoding.ASCII.GetBytes(context);
        private readonly byte[] _label311 = Encoding.ASCII.GetBytes(label311);

        public byte[] Derive(byte[] key, ReadOnlySpan<byte> preauthHash, int length) => preauthHash.IsEmpty
            ? KeyDerivation.Derive(key, _label, _context, length)
            : KeyDerivation.Derive(key, _label311, preauthHash, length);
    }
}
