using System;
using System.Runtime.InteropServices;

namespace SmbClient.Gss.Kerberos.Sspi;

/// <summary>SecHandle: of a credential or of a context.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SecHandle
{
    public IntPtr Lower;
    public IntPtr Upper;
}
