using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Gss;

namespace SmbClient.Authentication;

/// <summary>
/// The accounts of a file in Samba's smbpasswd format: name, uid, LM hash, NT hash, flags. It is read again when it has changed. Clients may name any
/// domain. Safe for any number of threads.
/// </summary>
public sealed class SmbPasswdAccountStore : INtlmAccountStore, IDisposable
{
    private const long MaxFileSize = 64 * 1024 * 1024;

    /// <summary>A file that was written so shortly before it was read may be written once more in the same tick of its clock.</summary>
    private static readonly TimeSpan Granularity = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _reading = new(1);
    private readonly string _path;
    private Snapshot _snapshot = Snapshot.None;

    /// <summary>Names a file, which is read when it is needed.</summary>
    /// <param name="path">The file. Whoever can read it can sign in as everybody in it.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public SmbPasswdAccountStore(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path;
    }

    /// <inheritdoc/>
    public async ValueTask<NtlmAccountAnswer> FindAsync(NtlmAccountRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Snapshot snapshot;
        try
        {
            snapshot = await ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return NtlmAccountAnswer.Unavailable($"the accounts cannot be read: {e.Message}");
        }

        if (!snapshot.Accounts.TryGetValue(request.User, out SmbPasswdEntry? entry)
            && !(request.Domain.Length == 0 && AccountNames.SplitPrincipal(request.User) is { } parts && snapshot.Accounts.TryGetValue(parts.User, out entry)))
        {
            return NtlmAccountAnswer.Unknown;
        }

        return NtlmAccountAnswer.FromHash(entry.Account, entry.NtHash, entry.LmHash);
    }

    /// <summary>Forgets the hashes.</summary>
    public void Dispose()
    {
        _snapshot = Snapshot.None;
        _reading.Dispose();
    }

    private async ValueTask<Snapshot> ReadAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _snapshot).IsOf(Stamp()))
        {
            return _snapshot;
        }

        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            (DateTime Written, long Length) stamp = Stamp();
            if (!_snapshot.IsOf(stamp))
            {
                bool isSettled = DateTime.UtcNow - stamp.Written > Granularity;
                Volatile.Write(ref _snapshot, new Snapshot(isSettled ? stamp : null, await ReadFileAsync(cancellationToken).ConfigureAwait(false)));
            }

            return _snapshot;
        }
        finally
        {
            _reading.Release();
        }
    }

    private (DateTime Written, long Length) Stamp()
    {
        FileInfo file = new(_path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : throw new FileNotFoundException($"There is no file '{_path}'.");
    }

    private async Task<Dictionary<string, SmbPasswdEntry>> ReadFileAsync(CancellationToken cancellationToken)
    {
        using FileStream file = new(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1, useAsync: true);
        if (file.Length > MaxFileSize)
        {
            throw new IOException($"'{_path}' has more than {MaxFileSize} octets.");
        }

        byte[] octets = new byte[file.Length];
        try
        {
            int length = 0;
            while (length < octets.Length && await file.ReadAsync(octets.AsMemory(length), cancellationToken).ConfigureAwait(false) is > 0 and int count)
            {
                length += count;
            }

            return SmbPasswdEntry.ReadAll(octets.AsSpan(0, length));
        }
        finally
        {
            octets.AsSpan().Clear();
        }
    }

    private sealed class Snapshot
    {
        private readonly (DateTime Written, long Length)? _stamp;

        public Snapshot((DateTime Written, long Length)? stamp, Dictionary<string, SmbPasswdEntry> accounts)
        {
            _stamp = stamp;
            Accounts = accounts;
        }

        public static Snapshot None { get; } = new(null, []);

        public Dictionary<string, SmbPasswdEntry> Accounts { get; }

        public bool IsOf((DateTime Written, long Length) stamp) => _stamp == stamp;
    }
}
