using System.Runtime.InteropServices;

namespace SmbClient.Gss.Kerberos.Sspi;

/// <summary>SecBuffer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SecBuffer
{
    public const uint Data = 1;
    public const uint Token = 2;
    public const uint ChannelBindings = 14;

    public uint Length;
    public uint Type;
    public void* Value;
}
