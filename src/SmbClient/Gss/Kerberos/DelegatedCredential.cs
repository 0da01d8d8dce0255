using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using SmbClient.Gss.Kerberos.Messages;
using SmbClient.Wire;

namespace SmbClient.Gss.Kerberos;

/// <summary>The tickets that an initiator forwarded, with which the acceptor acts in its name. Their keys are cleared at the end.</summary>
internal sealed class DelegatedCredential : GssCredential
{
    private const int MaxTickets = 16;
    private const ushort CacheVersion = 0x0504;

    private readonly IReadOnlyList<KrbCredInfo> _infos;
    private readonly IReadOnlyList<byte[]> _tickets;
    private readonly IReadOnlyList<byte[]> _keys;
    private bool _isDisposed;

    private DelegatedCredential(KerberosPrincipal client, string realm, IReadOnlyList<KrbCredInfo> infos, IReadOnlyList<byte[]> tickets)
        : base(client.ToString(), realm)
    {
        Client = client;
        _infos = infos;
        _tickets = tickets;
        _keys = [.. infos.Select(i => i.Key.Value.ToArray())];
    }

    public KerberosPrincipal Client { get; }

    /// <summary>When the last of the tickets ends.</summary>
    public DateTimeOffset? Expires => _infos.Max(i => i.EndTime);

    /// <summary>
    /// Reads a KRB-CRED. Its secrets may be in no key, since the authenticator around it is encrypted, in the ticket's session key, or in the
    /// initiator's subkey: initiators differ (kerberos-pac §3).
    /// </summary>
    /// <returns>Null where it is not as it must be, or the tickets are another's than the one who signs in.</returns>
    public static DelegatedCredential? Decode(ReadOnlyMemory<byte> message, KerberosKey sessionKey, KerberosKey? subkey, KerberosPrincipal client, string realm)
    {
        byte[]? plaintext = null;
        try
        {
            KrbCred cred = KrbCred.Decode(message);
            plaintext = Open(cred.Encrypted, sessionKey, subkey);
            if (plaintext is null || cred.Tickets.Count is 0 or > MaxTickets)
            {
                return null;
            }

            IReadOnlyList<KrbCredInfo> infos = KrbCredInfo.DecodeAll(plaintext);
            bool isWhole = infos.Count == cred.Tickets.Count && infos.All(i =>
                i.Service is not null && i.EndTime is not null && i.ClientRealm == realm && i.Client?.Equals(client, StringComparison.Ordinal) == true);
            return isWhole ? new DelegatedCredential(client, realm, infos, [.. cred.Tickets.Select(t => t.Encoded.ToArray())]) : null;
        }
        catch (MalformedMessageException)
        {
            return null;
        }
        finally
        {
            plaintext.AsSpan().Clear();
        }
    }

    /// <summary>The image of a credential cache file, version 4 (kerberos-pac §17), which every Kerberos library reads. The caller clears it.</summary>
    public byte[] ToCredentialCache()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using MemoryStream image = new();
        WriteUInt16(image, CacheVersion);
        WriteUInt16(image, 0);                          // no header
        WritePrincipal(image, Domain, Client);
        for (int i = 0; i < _infos.Count; i++)
        {
            KrbCredInfo info = _infos[i];
            WritePrincipal(image, Domain, Client);
            WritePrincipal(image, info.ServiceRealm ?? Domain, info.Service!);
            WriteUInt16(image, (ushort)info.Key.Type);
            WriteOctets(image, _keys[i]);
            WriteTime(image, info.AuthTime);
            WriteTime(image, info.StartTime ?? info.AuthTime);
            WriteTime(image, info.EndTime);
            WriteTime(image, info.RenewTill);
            image.WriteByte(0);                         // is_skey: no user-to-user ticket
            WriteUInt32(image, info.Flags);
            WriteUInt32(image, 0);                      // addresses
            WriteUInt32(image, 0);                      // authorization data
            WriteOctets(image, _tickets[i]);
            WriteOctets(image, []);                     // second ticket
        }

        byte[] octets = image.ToArray();
        image.GetBuffer().AsSpan().Clear();
        return octets;
    }

    protected override bool SecretMatches(GssCredential other)
    {
        DelegatedCredential theirs = (DelegatedCredential)other;
        return !_isDisposed && !theirs._isDisposed && _keys.Count == theirs._keys.Count
            && _keys.Zip(theirs._keys, (a, b) => CryptographicOperations.FixedTimeEquals(a, b)).All(same => same);
    }

    protected override void Dispose(bool disposing)
    {
        _isDisposed = true;
        foreach (byte[] key in _keys)
        {
            key.AsSpan().Clear();
        }

        base.Dispose(disposing);
    }

    private static byte[]? Open(EncryptedData encrypted, KerberosKey sessionKey, KerberosKey? subkey)
    {
        if (encrypted.Type == (int)KerberosEncryptionType.None)
        {
            return encrypted.Cipher.ToArray();
        }

        foreach (KerberosKey? key in new[] { sessionKey, subkey })
        {
            if (key is not null && (int)key.Type == encrypted.Type && key.Decrypt(KeyUsage.KrbCred, encrypted.Cipher.Span) is { } plaintext)
            {
                return plaintext;
            }
        }

        return null;
    }

    private static void WritePrincipal(MemoryStream image, string realm, KerberosPrincipal principal)
    {
        WriteUInt32(image, (uint)principal.Type);
        WriteUInt32(image, (uint)principal.Components.Count);
        WriteOctets(image, Encoding.UTF8.GetBytes(realm));
        foreach (string component in principal.Components)
        {
            WriteOctets(image, Encoding.UTF8.GetBytes(component));
        }
    }

    private static void WriteTime(MemoryStream image, DateTimeOffset? time) => WriteUInt32(image, (uint)(time?.ToUnixTimeSeconds() ?? 0));

    private static void WriteOctets(MemoryStream image, byte[] octets)
    {
        WriteUInt32(image, (uint)octets.Length);
        image.Write(octets, 0, octets.Length);
    }

    private static void WriteUInt16(MemoryStream image, ushort value)
    {
        image.WriteByte((byte)(value >> 8));
        image.WriteByte((byte)value);
    }

    private static void WriteUInt32(MemoryStream image, uint value)
    {
        byte[] octets = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(octets, value);
        image.Write(octets, 0, octets.Length);
    }
}
