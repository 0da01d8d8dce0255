using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using SmbClient.Gss.Kerberos;
using SmbClient.Gss.Kerberos.Crypto;
using SmbClient.Gss.Kerberos.Messages;
using SmbClient.Wire;

namespace SmbClient.Gss;

/// <summary>
/// The long-term keys of services: what an acceptor opens tickets with, without a KDC and without a library. Any number of threads.
/// <see cref="ToString"/> says nothing of the keys.
/// </summary>
public sealed class KerberosKeytab : IDisposable
{
    private const string FilePrefix = "FILE:";
    private const int MaxFileOctets = 16 * 1024 * 1024;

    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    private readonly object _lock = new();
    private readonly string? _path;
    private readonly TimeProvider _timeProvider = TimeProvider.System;
    private IReadOnlyList<KeytabEntry> _entries;
    private IReadOnlyList<KeytabEntry> _retired = [];
    private (DateTime Written, long Length) _stamp;
    private long _checked;
    private bool _isDisposed;

    private KerberosKeytab(IReadOnlyList<KeytabEntry> entries)
    {
        _entries = entries;
    }

    private KerberosKeytab(string path, TimeProvider timeProvider)
    {
        _path = path.StartsWith(FilePrefix, StringComparison.OrdinalIgnoreCase) ? path.Substring(FilePrefix.Length) : path;
        _timeProvider = timeProvider;
        _checked = timeProvider.GetTimestamp();
        _stamp = Stamp(_path);
        _entries = ReadFile(_path);
    }

    /// <summary>
    /// A keytab file. It is read now, and again once it has changed, looked at no more than once a second: new keys are taken up without a restart.
    /// A file that cannot be read then leaves the keys as they are, and is tried again.
    /// </summary>
    /// <param name="path">The file, also with the prefix <c>FILE:</c>.</param>
    /// <param name="timeProvider">The clock for the looking; null for the system's.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="InvalidDataException">The file is no keytab.</exception>
    public static KerberosKeytab FromFile(string path, TimeProvider? timeProvider = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new KerberosKeytab(path, timeProvider ?? TimeProvider.System);
    }

    /// <summary>The octets of a keytab file.</summary>
    /// <param name="keytab">They are copied, and the caller's to clear.</param>
    /// <exception cref="InvalidDataException">They are no keytab.</exception>
    public static KerberosKeytab FromBytes(ReadOnlyMemory<byte> keytab) => new(Read(keytab.Span));

    /// <summary>The AES keys of a password ([RFC3962], [RFC8009]), for services whose account has one.</summary>
    /// <param name="principal">The service with its realm, such as <c>cifs/files.example.com@EXAMPLE.COM</c>. Case matters.</param>
    /// <param name="password">The password; it is not kept.</param>
    /// <param name="salt">
    /// What the KDC mixes into the key; null for its default, the realm and the parts of the name. Active Directory's is the realm and the account's name
    /// for users, and for computers the realm, <c>host</c> and the DNS name in lower case.
    /// </param>
    /// <param name="version">The number of the key; 0 serves tickets of any number.</param>
    /// <exception cref="ArgumentException">The principal names no realm, or nothing but one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public static KerberosKeytab FromPassword(string principal, string password, string? salt = null, int version = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(principal);
        ArgumentNullException.ThrowIfNull(password);
        ArgumentOutOfRangeException.ThrowIfNegative(version);
        int at = principal.LastIndexOf('@');
        if (at < 1 || at == principal.Length - 1)
        {
            throw new ArgumentException("The principal has to be name@REALM.", nameof(principal));
        }

        string realm = principal.Substring(at + 1);
        string[] components = principal.Substring(0, at).Split('/');
        KerberosPrincipal name = new(components.Length > 1 ? KerberosPrincipal.ServiceType : KerberosPrincipal.UserType, components);
        byte[] secret = Encoding.UTF8.GetBytes(password);
        byte[] saltOctets = Encoding.UTF8.GetBytes(salt ?? realm + string.Concat(components));
        List<KeytabEntry> entries = [];
        KerberosEncryptionType[] types = [KerberosEncryptionType.Aes256Sha1, KerberosEncryptionType.Aes128Sha1, KerberosEncryptionType.Aes256Sha384, KerberosEncryptionType.Aes128Sha256];
        foreach (KerberosEncryptionType type in types)
        {
            byte[] value = KerberosCipher.Find(type)!.FromPassword(secret, saltOctets)!;
            entries.Add(new KeytabEntry { Realm = realm, Principal = name, Key = new KerberosKey(type, value, version) });
            value.AsSpan().Clear();
        }

        secret.AsSpan().Clear();
        return new KerberosKeytab(entries);
    }

    /// <summary>Where the keys come from and how many there are.</summary>
    public override string ToString()
    {
        lock (_lock)
        {
            return $"{_path ?? "keytab"}, {_entries.Count} keys";
        }
    }

    /// <summary>Clears the keys. Acceptors that are made of it cannot go on.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            Clear(_entries);
            Clear(_retired);
            _entries = [];
            _retired = [];
        }
    }

    /// <summary>The keys that may open a ticket.</summary>
    /// <exception cref="ObjectDisposedException">The keytab is disposed of.</exception>
    internal KeytabKeys Find(KerberosPrincipal service, string realm, int? version, int type)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            Refresh();
            return KeytabKeys.Find(_entries, service, realm, version, type);
        }
    }

    private static (DateTime Written, long Length) Stamp(string path)
    {
        FileInfo file = new(path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }

    private static List<KeytabEntry> ReadFile(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length > MaxFileOctets)
        {
            throw new InvalidDataException($"A keytab has {MaxFileOctets} octets at most.");
        }

        byte[] octets = new byte[(int)file.Length];
        int length = 0;
        for (int read; length < octets.Length && (read = file.Read(octets, length, octets.Length - length)) > 0;)
        {
            length += read;
        }

        try
        {
            return Read(octets.AsSpan(0, length));
        }
        finally
        {
            octets.AsSpan().Clear();
        }
    }

    private static List<KeytabEntry> Read(ReadOnlySpan<byte> keytab)
    {
        try
        {
            return KeytabEntry.ReadAll(keytab);
        }
        catch (MalformedMessageException e)
        {
            throw new InvalidDataException("The keytab does not decode: " + e.Message, e);
        }
    }

    private static void Clear(IReadOnlyList<KeytabEntry> entries)
    {
        foreach (KeytabEntry entry in entries)
        {
            entry.Key.Dispose();
        }
    }

    private void Refresh()
    {
        if (_path is null || _timeProvider.GetElapsedTime(_checked) < CheckInterval)
        {
            return;
        }

        _checked = _timeProvider.GetTimestamp();
        try
        {
            (DateTime Written, long Length) stamp = Stamp(_path);
            if (stamp == _stamp || stamp == default)
            {
                return;
            }

            IReadOnlyList<KeytabEntry> entries = ReadFile(_path);

            // A step in another thread may hold the old keys for a moment still, so they are cleared one change later.
            Clear(_retired);
            _retired = _entries;
            _entries = entries;
            _stamp = stamp;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            // Whoever writes the file may be in the middle of it: the stamp stays old, so that it is read again.
        }
    }
}
