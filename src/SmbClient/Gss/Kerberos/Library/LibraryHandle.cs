using System;
using System.Runtime.InteropServices;

namespace SmbClient.Gss.Kerberos.Library;

/// <summary>A credential of the library, which any number of contexts may use at once. It is given back when the last of them is done.</summary>
internal sealed class LibraryHandle : SafeHandle
{
    private readonly GssLibrary _library;
    private readonly string? _ownedCache;

    public LibraryHandle(GssLibrary library, IntPtr credential, string? ownedCache = null)
        : base(IntPtr.Zero, ownsHandle: true)
    {
        _library = library;
        _ownedCache = ownedCache;
        SetHandle(credential);
    }

    public override bool IsInvalid => handle == IntPtr.Zero;

    protected override bool ReleaseHandle()
    {
        _library.ReleaseCredential(handle);
        if (_ownedCache is not null)
        {
            _library.DestroyCache(_ownedCache);
        }

        return true;
    }
}
