using System.Runtime.InteropServices;

namespace SmbClient.Gss.Kerberos.Sspi;

/// <summary>SecBufferDesc.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SecBufferDesc
{
    public uint Version;
    public uint Count;
    public SecBuffer* Buffers;
}
