using System;

namespace SmbClient.Gss.Kerberos.Library;

/// <summary>What one context uses: a credential of its own, which it gives back, or one that others use too.</summary>
internal sealed class InitiatorCredential : IDisposable
{
    private readonly bool _isShared;
    private readonly Action? _invalidate;

    private InitiatorCredential(LibraryHandle handle, bool isShared, Action? invalidate)
    {
        Handle = handle;
        _isShared = isShared;
        _invalidate = invalidate;
    }

    public LibraryHandle Handle { get; }

    public static InitiatorCredential Own(LibraryHandle handle) => new(handle, isShared: false, null);

    /// <param name="handle">The credential.</param>
    /// <param name="invalidate">Takes it out of the cache: a server did not take its tickets.</param>
    public static InitiatorCredential Shared(LibraryHandle handle, Action? invalidate) => new(handle, isShared: true, invalidate);

    /// <summary>
    /// A server did not take the ticket, since its key has changed perhaps: the next caller gets new ones, [RFC4120] 3.1.5 and kerberos-pac KA8.
    /// </summary>
    public void Invalidate() => _invalidate?.Invoke();

    public void Dispose()
    {
        if (!_isShared)
        {
            Handle.Dispose();
        }
    }
}
