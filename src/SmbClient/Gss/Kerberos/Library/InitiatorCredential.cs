using System;

namespace SmbClient.Gss.Kerberos.Library;

/// <summary>
/// What one context uses: a credential of its own, which it gives back, or one that others use too. It is there for as long as the context wants it,
/// whoever disposes of it meanwhile.
/// </summary>
internal sealed class InitiatorCredential : IDisposable
{
    private readonly LibraryHandle _handle;
    private readonly bool _isShared;
    private readonly Action? _invalidate;
    private bool _isDisposed;

    private InitiatorCredential(LibraryHandle handle, bool isShared, Action? invalidate)
    {
        bool added = false;
        handle.DangerousAddRef(ref added);
        _handle = handle;
        _isShared = isShared;
        _invalidate = invalidate;
    }

    public IntPtr Pointer => _handle.DangerousGetHandle();

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
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _handle.DangerousRelease();
        if (!_isShared)
        {
            _handle.Dispose();
        }
    }
}
