using System;
using System.Text;

namespace SmbClient.Gss.Kerberos.Library;

/// <summary>gss_name_t.</summary>
internal sealed unsafe class LibraryName : IDisposable
{
    private readonly GssLibrary _library;
    private IntPtr _handle;

    public LibraryName(GssLibrary library, IntPtr handle)
    {
        _library = library;
        _handle = handle;
    }

    public IntPtr Handle => _handle;

    public bool IsEmpty => _handle == IntPtr.Zero;

    /// <summary>The name as text: <c>user@REALM</c>.</summary>
    public string Display()
    {
        uint major = _library.Functions.DisplayName(out uint minor, _handle, out NativeBuffer text, null);
        _library.Check(major, minor);
        return Encoding.UTF8.GetString(_library.Take(ref text));
    }

    /// <summary>The name as Kerberos has it, with its realm.</summary>
    public LibraryName Canonicalize()
    {
        uint major = _library.Functions.CanonicalizeName(out uint minor, _handle, NativeOids.Kerberos, out IntPtr name);
        _library.Check(major, minor);
        return new LibraryName(_library, name);
    }

    public void Dispose()
    {
        if (_handle != IntPtr.Zero)
        {
            _library.Functions.ReleaseName(out _, ref _handle);
            _handle = IntPtr.Zero;
        }
    }
}
