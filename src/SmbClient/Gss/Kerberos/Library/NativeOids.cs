using System;
using System.Runtime.InteropServices;

namespace SmbClient.Gss.Kerberos.Library;

/// <summary>
/// gss_OID_desc by value, which every library compares by its octets: their own variables have other names in each. They live as long as the process.
/// </summary>
internal static class NativeOids
{
    /// <summary>
    /// Octets from a 32-bit field to the pointer or the structure that follows it. Apple packs gssapi.h to two octets on x86-64, and on that alone.
    /// </summary>
    public static readonly int AfterUInt32 =
        RuntimeInformation.IsOSPlatform(OSPlatform.OSX) && RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : IntPtr.Size;

    /// <summary>1.2.840.113554.1.2.2.</summary>
    public static readonly IntPtr Kerberos = Create([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 1, 2, 2]);

    /// <summary>GSS_C_NT_USER_NAME, 1.2.840.113554.1.2.1.1.</summary>
    public static readonly IntPtr UserName = Create([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 1, 2, 1, 1]);

    /// <summary>GSS_KRB5_NT_PRINCIPAL_NAME, 1.2.840.113554.1.2.2.1: taken as it is, where host-based names are looked up in the DNS.</summary>
    public static readonly IntPtr PrincipalName = Create([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 1, 2, 2, 1]);

    /// <summary>GSS_C_NT_HOSTBASED_SERVICE, 1.2.840.113554.1.2.1.4.</summary>
    public static readonly IntPtr HostBasedService = Create([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 1, 2, 1, 4]);

    /// <summary>GSS_C_INQ_SSPI_SESSION_KEY, 1.2.840.113554.1.2.2.5.5.</summary>
    public static readonly IntPtr SessionKey = Create([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 1, 2, 2, 5, 5]);

    /// <summary>gss_OID_set_desc of Kerberos alone.</summary>
    public static readonly IntPtr KerberosOnly = CreateSet(Kerberos);

    private static IntPtr Create(byte[] elements)
    {
        IntPtr oid = Marshal.AllocHGlobal(AfterUInt32 + IntPtr.Size + elements.Length);
        IntPtr tail = oid + AfterUInt32 + IntPtr.Size;
        Marshal.WriteInt32(oid, elements.Length);
        Marshal.WriteIntPtr(oid + AfterUInt32, tail);
        Marshal.Copy(elements, 0, tail, elements.Length);
        return oid;
    }

    private static IntPtr CreateSet(IntPtr oid)
    {
        IntPtr set = Marshal.AllocHGlobal(2 * IntPtr.Size);
        Marshal.WriteIntPtr(set, (IntPtr)1);
        Marshal.WriteIntPtr(set + IntPtr.Size, oid);
        return set;
    }
}
