using System.Runtime.InteropServices;

namespace SmbClient.Gss.Kerberos.Sspi;

/// <summary>SEC_WINNT_AUTH_IDENTITY_W: lengths in characters.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct AuthIdentity
{
    public const uint Unicode = 2;

    public char* User;
    public uint UserLength;
    public char* Domain;
    public uint DomainLength;
    public char* Password;
    public uint PasswordLength;
    public uint Flags;
}
