using System;
using System.Runtime.InteropServices;

namespace SmbClient.Gss.Kerberos.Library;

/// <summary>gss_buffer_desc, [RFC2744] 3.2. What the library fills it with is the library's to release.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeBuffer
{
    public nuint Length;
    public byte* Value;

    public readonly ReadOnlySpan<byte> Span => Value is null ? default : new ReadOnlySpan<byte>(Value, checked((int)Length));
}
