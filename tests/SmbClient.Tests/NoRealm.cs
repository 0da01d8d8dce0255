using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SmbClient.Tests;

/// <summary>
/// These tests ask nobody on the network. Debian's default /etc/krb5.conf names a realm, though, whose KDC the system's Kerberos would look for before
/// every sign-in of a user without one.
/// </summary>
internal static class NoRealm
{
    [ModuleInitializer]
    internal static void Enter()
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
        {
            // Native libraries do not see what .NET's environment is set to.
            _ = SetVariable("KRB5_CONFIG", "/dev/null", 1);
        }
    }

    [DllImport("libc", EntryPoint = "setenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int SetVariable(string name, string value, int overwrite);
}
