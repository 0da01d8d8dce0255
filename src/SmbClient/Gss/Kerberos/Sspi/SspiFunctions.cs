using System;
using System.Runtime.InteropServices;

namespace SmbClient.Gss.Kerberos.Sspi;

/// <summary>The functions of secur32.dll that are used here.</summary>
internal sealed unsafe class SspiFunctions
{
    private static readonly Lazy<SspiFunctions?> LazyInstance = new(Load);

    private SspiFunctions(IntPtr library)
    {
        AcquireCredentialsHandle = (delegate* unmanaged[Stdcall]<char*, char*, uint, void*, AuthIdentity*, IntPtr, IntPtr, out SecHandle, out long, int>)Address(library, "AcquireCredentialsHandleW");
        FreeCredentialsHandle = (delegate* unmanaged[Stdcall]<ref SecHandle, int>)Address(library, "FreeCredentialsHandle");
        InitializeSecurityContext = (delegate* unmanaged[Stdcall]<ref SecHandle, SecHandle*, char*, uint, uint, uint, SecBufferDesc*, uint, SecHandle*, SecBufferDesc*, out uint, out long, int>)Address(library, "InitializeSecurityContextW");
        AcceptSecurityContext = (delegate* unmanaged[Stdcall]<ref SecHandle, SecHandle*, SecBufferDesc*, uint, uint, SecHandle*, SecBufferDesc*, out uint, out long, int>)Address(library, "AcceptSecurityContext");
        DeleteSecurityContext = (delegate* unmanaged[Stdcall]<ref SecHandle, int>)Address(library, "DeleteSecurityContext");
        QueryContextAttributes = (delegate* unmanaged[Stdcall]<ref SecHandle, uint, void*, int>)Address(library, "QueryContextAttributesW");
        FreeContextBuffer = (delegate* unmanaged[Stdcall]<void*, int>)Address(library, "FreeContextBuffer");
        MakeSignature = (delegate* unmanaged[Stdcall]<ref SecHandle, uint, SecBufferDesc*, uint, int>)Address(library, "MakeSignature");
        VerifySignature = (delegate* unmanaged[Stdcall]<ref SecHandle, SecBufferDesc*, uint, out uint, int>)Address(library, "VerifySignature");
    }

    /// <summary>Null on other systems.</summary>
    public static SspiFunctions? Instance => LazyInstance.Value;

    public delegate* unmanaged[Stdcall]<char*, char*, uint, void*, AuthIdentity*, IntPtr, IntPtr, out SecHandle, out long, int> AcquireCredentialsHandle { get; }

    public delegate* unmanaged[Stdcall]<ref SecHandle, int> FreeCredentialsHandle { get; }

    public delegate* unmanaged[Stdcall]<ref SecHandle, SecHandle*, char*, uint, uint, uint, SecBufferDesc*, uint, SecHandle*, SecBufferDesc*, out uint, out long, int> InitializeSecurityContext { get; }

    public delegate* unmanaged[Stdcall]<ref SecHandle, SecHandle*, SecBufferDesc*, uint, uint, SecHandle*, SecBufferDesc*, out uint, out long, int> AcceptSecurityContext { get; }

    public delegate* unmanaged[Stdcall]<ref SecHandle, int> DeleteSecurityContext { get; }

    public delegate* unmanaged[Stdcall]<ref SecHandle, uint, void*, int> QueryContextAttributes { get; }

    public delegate* unmanaged[Stdcall]<void*, int> FreeContextBuffer { get; }

    public delegate* unmanaged[Stdcall]<ref SecHandle, uint, SecBufferDesc*, uint, int> MakeSignature { get; }

    public delegate* unmanaged[Stdcall]<ref SecHandle, SecBufferDesc*, uint, out uint, int> VerifySignature { get; }

    private static SspiFunctions? Load()
    {
        try
        {
            return NativeLibrary.TryLoad("secur32.dll", out IntPtr library) ? new SspiFunctions(library) : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    private static IntPtr Address(IntPtr library, string name) =>
        NativeLibrary.TryGetExport(library, name, out IntPtr address) ? address : throw new EntryPointNotFoundException(name);
}
