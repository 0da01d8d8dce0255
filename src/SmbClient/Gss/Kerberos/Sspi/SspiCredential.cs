using System;
using System.Runtime.InteropServices;

namespace SmbClient.Gss.Kerberos.Sspi;

/// <summary>A credential of the package Kerberos: the logon session's own, or a user with a password.</summary>
internal sealed unsafe class SspiCredential : IDisposable
{
    private const uint Inbound = 1;
    private const uint Outbound = 2;

    private readonly SspiFunctions _functions;
    private SecHandle _handle;
    private bool _isDisposed;

    private SspiCredential(SspiFunctions functions, SecHandle handle)
    {
        _functions = functions;
        _handle = handle;
    }

    public ref SecHandle Handle => ref _handle;

    public static SspiCredential OfProcess(SspiFunctions functions, bool accept) => Acquire(functions, accept, null);

    /// <param name="functions">SSPI.</param>
    /// <param name="user">The user, or user@realm.</param>
    /// <param name="domain">The domain; may be empty.</param>
    /// <param name="password">UTF-16LE; the caller clears it.</param>
    public static SspiCredential OfUser(SspiFunctions functions, string user, string domain, ReadOnlySpan<byte> password)
    {
        fixed (char* name = user)
        fixed (char* realm = domain)
        fixed (char* secret = MemoryMarshal.Cast<byte, char>(password))
        {
            AuthIdentity identity = new()
            {
                User = name,
                UserLength = (uint)user.Length,
                Domain = domain.Length == 0 ? null : realm,
                DomainLength = (uint)domain.Length,
                Password = secret,
                PasswordLength = (uint)password.Length / sizeof(char),
                Flags = AuthIdentity.Unicode,
            };
            return Acquire(functions, accept: false, &identity);
        }
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _ = _functions.FreeCredentialsHandle(ref _handle);
        }
    }

    private static SspiCredential Acquire(SspiFunctions functions, bool accept, AuthIdentity* identity)
    {
        fixed (char* package = KerberosMechanism.MechanismName)
        {
            int code = functions.AcquireCredentialsHandle(null, package, accept ? Inbound : Outbound, null, identity, IntPtr.Zero, IntPtr.Zero, out SecHandle handle, out _);
            return code == 0 ? new SspiCredential(functions, handle) : throw new SspiException(code, "AcquireCredentialsHandle");
        }
    }
}
