using System;
using System.Buffers;
using SmbClient.Authentication;

namespace SmbClient.Server;

/// <summary>A share: a store under a name, and who may do what with it.</summary>
public sealed record SmbServerShare
{
    private const int MaxNameLength = 80;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create("\"/\\[]:|<>+;,?*=");

    /// <summary>A share of everything in a store, for every user that the server lets in.</summary>
    /// <param name="name">At most 80 characters, without <c>" / \ [ ] : | &lt; &gt; + ; , ? * =</c>; names compare without case. One that ends with <c>$</c> is not listed.</param>
    /// <param name="store">Where its files are.</param>
    public SmbServerShare(string name, ISmbFileStore store)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(store);
        if (name.Length > MaxNameLength || name.AsSpan().ContainsAny(Forbidden) || string.Equals(name, "IPC$", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"'{name}' cannot be the name of a share.", nameof(name));
        }

        Name = name;
        Store = store;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Where its files are.</summary>
    public ISmbFileStore Store { get; }

    /// <summary>What listings say of it.</summary>
    public string Comment { get; init; } = "";

    /// <summary>Nobody changes anything.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Only sealed messages are taken for it; clients below SMB 3.0 are refused.</summary>
    public bool RequireEncryption { get; init; }

    /// <summary>Who may connect to it; null lets in everyone whom the server let in. Asked once for each tree connect, from any thread.</summary>
    public Func<SmbIdentity, bool>? Authorize { get; init; }
}
