using System;

namespace SmbClient.Gss;

/// <summary>Tickets that somebody else got and keeps. There is no secret here to compare or to clear.</summary>
internal sealed class CredentialCacheCredential : GssCredential
{
    public CredentialCacheCredential(string? cacheName, string user, string domain)
        : base(user, domain)
    {
        CacheName = cacheName;
    }

    /// <summary>The cache as the library knows it; null for the process's default.</summary>
    public string? CacheName { get; }

    private protected override string DescribeOwner() => CacheName is null ? "the user of this process" : $"the owner of {CacheName}";

    protected override bool SecretMatches(GssCredential other) =>
        string.Equals(CacheName, ((CredentialCacheCredential)other).CacheName, StringComparison.Ordinal);
}
