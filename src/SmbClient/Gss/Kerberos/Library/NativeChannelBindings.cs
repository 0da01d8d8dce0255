using System;
using System.Runtime.InteropServices;

namespace SmbClient.Gss.Kerberos.Library;

/// <summary>gss_channel_bindings_struct with application data alone, [RFC2744] 3.11; a null pointer where there are none.</summary>
internal sealed class NativeChannelBindings : IDisposable
{
    public NativeChannelBindings(ReadOnlySpan<byte> applicationData)
    {
        if (applicationData.IsEmpty)
        {
            return;
        }

        // Two addresses, each a type and a buffer, then the buffer of the data.
        int offset = 2 * (NativeOids.AfterUInt32 + (2 * IntPtr.Size));
        int size = offset + (2 * IntPtr.Size);
        Pointer = Marshal.AllocHGlobal(size + applicationData.Length);
        Marshal.Copy(new byte[size], 0, Pointer, size);
        Marshal.WriteIntPtr(Pointer + offset, (IntPtr)applicationData.Length);
        Marshal.WriteIntPtr(Pointer + offset + IntPtr.Size, Pointer + size);
        Marshal.Copy(applicationData.ToArray(), 0, Pointer + size, applicationData.Length);
    }

    public IntPtr Pointer { get; private set; }

    public void Dispose()
    {
        Marshal.FreeHGlobal(Pointer);
        Pointer = IntPtr.Zero;
    }
}
