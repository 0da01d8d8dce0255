using System;

namespace SmbClient.Gss.Kerberos.Library;

/// <summary>The forwarded ticket of an initiator, in the library that accepted it.</summary>
internal sealed class LibraryDelegatedCredential : GssCredential
{
    private readonly LibraryHandle _handle;
    private bool _isDisposed;

    public LibraryDelegatedCredential(GssLibrary library, LibraryHandle handle, string principal)
        : base(principal, "")
    {
        Library = library;
        _handle = handle;
    }

    public GssLibrary Library { get; }

    /// <summary>Contexts that still use it keep it open, so that it cannot tell itself that it is disposed.</summary>
    public LibraryHandle Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _handle;
        }
    }

    /// <summary>Each delegation is one of its own.</summary>
    protected override bool SecretMatches(GssCredential other) => ReferenceEquals(this, other) && !_isDisposed;

    protected override void Dispose(bool disposing)
    {
        _isDisposed = true;
        _handle.Dispose();
        base.Dispose(disposing);
    }
}
