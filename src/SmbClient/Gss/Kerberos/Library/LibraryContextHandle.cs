using System;
using System.Runtime.InteropServices;

namespace SmbClient.Gss.Kerberos.Library;

/// <summary>gss_ctx_id_t, which the library makes and replaces as the exchange goes on.</summary>
internal sealed unsafe class LibraryContextHandle : SafeHandle
{
    private readonly GssLibrary _library;

    public LibraryContextHandle(GssLibrary library)
        : base(IntPtr.Zero, ownsHandle: true)
    {
        _library = library;
    }

    public override bool IsInvalid => handle == IntPtr.Zero;

    /// <summary>What the library made of the context.</summary>
    public void Set(IntPtr context) => SetHandle(context);

    protected override bool ReleaseHandle()
    {
        _library.Functions.DeleteSecContext(out _, ref handle, null);
        return true;
    }
}
