using System;
using System.Runtime.InteropServices;

namespace SmbClient.Gss.Kerberos.Library;

/// <summary>Keeps a handle alive while a call uses it; none is a null pointer.</summary>
internal ref struct HandleUse
{
    private readonly SafeHandle? _handle;

    public HandleUse(SafeHandle? handle)
    {
        bool added = false;
        handle?.DangerousAddRef(ref added);
        _handle = handle;
        Pointer = handle?.DangerousGetHandle() ?? IntPtr.Zero;
    }

    public IntPtr Pointer { get; }

    public readonly void Dispose() => _handle?.DangerousRelease();
}
