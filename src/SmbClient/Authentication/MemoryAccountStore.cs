using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Gss;

namespace SmbClient.Authentication;

/// <summary>Accounts in memory, by their NT hashes. Safe for any number of threads; accounts may be added and removed at any time.</summary>
public sealed class MemoryAccountStore : INtlmAccountStore
{
    /// <summary>By the user's name: the accounts of that name, of which each domain has one.</summary>
    private readonly ConcurrentDictionary<string, Entry[]> _entries = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds an account by its password, which is not kept, or replaces it.</summary>
    /// <param name="user">The name; without case.</param>
    /// <param name="password">The password.</param>
    /// <returns>The store, for more.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public MemoryAccountStore Add(string user, string password) => Add(new SmbAccount { User = user }, password);

    /// <summary>Adds an account by its password, which is not kept, or replaces it.</summary>
    /// <param name="account">The account. With a domain, clients must name this domain, or none; without, they may name any.</param>
    /// <param name="password">The password.</param>
    /// <returns>The store, for more.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public MemoryAccountStore Add(SmbAccount account, string password)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentException.ThrowIfNullOrEmpty(account.User, nameof(account));
        using GssCredential credential = GssCredential.Password("user", password);
        return Add(account, credential.CopyNtHash());
    }

    /// <summary>Adds an account by its NT hash, or replaces it.</summary>
    /// <param name="account">The account. With a domain, clients must name this domain, or none; without, they may name any.</param>
    /// <param name="ntHash">MD4 of the UTF-16LE password, 16 octets; they are copied.</param>
    /// <returns>The store, for more.</returns>
    /// <exception cref="ArgumentException">The name is empty or the hash has another length.</exception>
    public MemoryAccountStore Add(SmbAccount account, ReadOnlySpan<byte> ntHash)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentException.ThrowIfNullOrEmpty(account.User, nameof(account));
        if (ntHash.Length != NtHashCredential.HashSize)
        {
            throw new ArgumentException($"An NT hash has {NtHashCredential.HashSize} octets.", nameof(ntHash));
        }

        Entry entry = new(account, ntHash.ToArray());
        _entries.AddOrUpdate(account.User, [entry], (_, others) => [.. others.Where(e => !e.IsOf(account.Domain)), entry]);
        return this;
    }

    /// <summary>Removes an account; nothing happens where there is none.</summary>
    /// <param name="user">The name; without case.</param>
    /// <param name="domain">Its domain; empty for an account without.</param>
    public void Remove(string user, string domain = "") =>
        _entries.AddOrUpdate(user, [], (_, entries) => [.. entries.Where(e => !e.IsOf(domain))]);

    /// <inheritdoc/>
    public ValueTask<NtlmAccountAnswer> FindAsync(NtlmAccountRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Entry? entry = Find(request.User, request.Domain);
        if (entry is null && request.Domain.Length == 0 && AccountNames.SplitPrincipal(request.User) is var (user, domain))
        {
            entry = Find(user, domain);
        }

        return new(entry is null ? NtlmAccountAnswer.Unknown : NtlmAccountAnswer.FromHash(entry.Account, entry.NtHash));
    }

    private Entry? Find(string user, string domain)
    {
        if (!_entries.TryGetValue(user, out Entry[]? entries))
        {
            return null;
        }

        Entry? exact = entries.FirstOrDefault(e => e.IsOf(domain)) ?? entries.FirstOrDefault(e => e.IsOf(""));
        bool namesNone = domain.Length == 0 || domain == ".";
        return exact ?? (namesNone && entries.Length == 1 ? entries[0] : null);
    }

    private sealed class Entry
    {
        public Entry(SmbAccount account, byte[] ntHash)
        {
            Account = account;
            NtHash = ntHash;
        }

        public SmbAccount Account { get; }

        public byte[] NtHash { get; }

        public bool IsOf(string domain) => string.Equals(Account.Domain, domain, StringComparison.OrdinalIgnoreCase);
    }
}
