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
        : this(name)
    {
        ArgumentNullException.ThrowIfNull(store);
        Store = store;
    }

    /// <summary>
    /// A share in which each user sees a store of its own, such as files on another server that are opened with
    /// <see cref="SmbServerSession.DelegatedCredential"/>.
    /// </summary>
    /// <param name="name">As above.</param>
    /// <param name="storeFor">
    /// Asked for each tree connect, from any thread, after <see cref="Authorize"/>; null refuses it. The server owns the store that it gets, and
    /// disposes of it after the last file of that tree connect is closed, if it is <see cref="IAsyncDisposable"/> or <see cref="IDisposable"/>. Share
    /// modes and locks hold within one store.
    /// </param>
    public SmbServerShare(string name, Func<SmbServerSession, ISmbFileStore?> storeFor)
        : this(name)
    {
        ArgumentNullException.ThrowIfNull(storeFor);
        StoreFor = storeFor;
    }

    private SmbServerShare(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.Length > MaxNameLength || name.AsSpan().ContainsAny(Forbidden) || string.Equals(name, "IPC$", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"'{name}' cannot be the name of a share.", nameof(name));
        }

        Name = name;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Where its files are; null where each user has a store of its own.</summary>
    public ISmbFileStore? Store { get; }

    /// <summary>Where the files of one user are; null where all have <see cref="Store"/>.</summary>
    public Func<SmbServerSession, ISmbFileStore?>? StoreFor { get; }

    /// <summary>What listings say of it.</summary>
    public string Comment { get; init; } = "";

    /// <summary>Nobody changes anything.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Only sealed messages are taken for it; clients below SMB 3.0 are refused.</summary>
    public bool RequireEncryption { get; init; }

    /// <summary>Who may connect to it; null lets in everyone whom the server let in. Asked once for each tree connect, from any thread.</summary>
    public Func<SmbIdentity, bool>? Authorize { get; init; }
}
