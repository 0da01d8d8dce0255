using System;
using System.Runtime.InteropServices;

namespace SmbClient.Gss.Kerberos.Library;

/// <summary>
/// The functions of one GSS-API library, [RFC2744] with MIT's and Heimdal's extensions. Pointers rather than imports, so that several libraries can be
/// loaded side by side and what one of them lacks is a null.
/// </summary>
internal sealed unsafe class GssFunctions
{
    private readonly IntPtr _library;

    public GssFunctions(IntPtr library)
    {
        _library = library;
        ImportName = (delegate* unmanaged[Cdecl]<out uint, NativeBuffer*, IntPtr, out IntPtr, uint>)Required("gss_import_name");
        CanonicalizeName = (delegate* unmanaged[Cdecl]<out uint, IntPtr, IntPtr, out IntPtr, uint>)Required("gss_canonicalize_name");
        DisplayName = (delegate* unmanaged[Cdecl]<out uint, IntPtr, out NativeBuffer, IntPtr*, uint>)Required("gss_display_name");
        ReleaseName = (delegate* unmanaged[Cdecl]<out uint, ref IntPtr, uint>)Required("gss_release_name");
        ReleaseBuffer = (delegate* unmanaged[Cdecl]<out uint, NativeBuffer*, uint>)Required("gss_release_buffer");
        ReleaseBufferSet = (delegate* unmanaged[Cdecl]<out uint, ref IntPtr, uint>)Required("gss_release_buffer_set");
        DisplayStatus = (delegate* unmanaged[Cdecl]<out uint, uint, int, IntPtr, ref uint, out NativeBuffer, uint>)Required("gss_display_status");
        AcquireCredential = (delegate* unmanaged[Cdecl]<out uint, IntPtr, uint, IntPtr, int, out IntPtr, IntPtr, out uint, uint>)Required("gss_acquire_cred");
        InquireCredential = (delegate* unmanaged[Cdecl]<out uint, IntPtr, out IntPtr, out uint, IntPtr, IntPtr, uint>)Required("gss_inquire_cred");
        ReleaseCredential = (delegate* unmanaged[Cdecl]<out uint, ref IntPtr, uint>)Required("gss_release_cred");
        InitSecContext = (delegate* unmanaged[Cdecl]<out uint, IntPtr, ref IntPtr, IntPtr, IntPtr, uint, uint, IntPtr, NativeBuffer*, IntPtr, out NativeBuffer, out uint, out uint, uint>)Required("gss_init_sec_context");
        AcceptSecContext = (delegate* unmanaged[Cdecl]<out uint, ref IntPtr, IntPtr, NativeBuffer*, IntPtr, out IntPtr, IntPtr, out NativeBuffer, out uint, out uint, out IntPtr, uint>)Required("gss_accept_sec_context");
        DeleteSecContext = (delegate* unmanaged[Cdecl]<out uint, ref IntPtr, NativeBuffer*, uint>)Required("gss_delete_sec_context");
        InquireContext = (delegate* unmanaged[Cdecl]<out uint, IntPtr, IntPtr, out IntPtr, IntPtr, IntPtr, IntPtr, IntPtr, IntPtr, uint>)Required("gss_inquire_context");
        InquireSecContextByOid = (delegate* unmanaged[Cdecl]<out uint, IntPtr, IntPtr, out IntPtr, uint>)Required("gss_inquire_sec_context_by_oid");
        GetMic = (delegate* unmanaged[Cdecl]<out uint, IntPtr, uint, NativeBuffer*, out NativeBuffer, uint>)Required("gss_get_mic");
        VerifyMic = (delegate* unmanaged[Cdecl]<out uint, IntPtr, NativeBuffer*, NativeBuffer*, IntPtr, uint>)Required("gss_verify_mic");
        AcquireCredentialWithPassword = (delegate* unmanaged[Cdecl]<out uint, IntPtr, NativeBuffer*, uint, IntPtr, int, out IntPtr, IntPtr, out uint, uint>)Optional("gss_acquire_cred_with_password");
        AcquireCredentialFrom = (delegate* unmanaged[Cdecl]<out uint, IntPtr, uint, IntPtr, int, IntPtr, out IntPtr, IntPtr, out uint, uint>)Optional("gss_acquire_cred_from");
        GetNameAttribute = (delegate* unmanaged[Cdecl]<out uint, IntPtr, NativeBuffer*, out int, out int, out NativeBuffer, out NativeBuffer, ref int, uint>)Optional("gss_get_name_attribute");
        ExtractAuthorizationData = (delegate* unmanaged[Cdecl]<out uint, IntPtr, int, out NativeBuffer, uint>)Optional("gsskrb5_extract_authz_data_from_sec_context");
        ImportKerberosCredential = (delegate* unmanaged[Cdecl]<out uint, IntPtr, IntPtr, IntPtr, out IntPtr, uint>)Optional("gss_krb5_import_cred");
        Krb5InitContext = (delegate* unmanaged[Cdecl]<out IntPtr, int>)Optional("krb5_init_context");
        Krb5FreeContext = (delegate* unmanaged[Cdecl]<IntPtr, void>)Optional("krb5_free_context");
        Krb5ResolveCache = (delegate* unmanaged[Cdecl]<IntPtr, byte*, out IntPtr, int>)Optional("krb5_cc_resolve");
        Krb5CloseCache = (delegate* unmanaged[Cdecl]<IntPtr, IntPtr, int>)Optional("krb5_cc_close");
        Krb5GetPrincipal = (delegate* unmanaged[Cdecl]<IntPtr, IntPtr, out IntPtr, int>)Optional("krb5_cc_get_principal");
        Krb5FreePrincipal = (delegate* unmanaged[Cdecl]<IntPtr, IntPtr, void>)Optional("krb5_free_principal");
        Krb5InitializeCache = (delegate* unmanaged[Cdecl]<IntPtr, IntPtr, IntPtr, int>)Optional("krb5_cc_initialize");
        Krb5CopyCredentials = (delegate* unmanaged[Cdecl]<IntPtr, IntPtr, IntPtr, int>)(Optional("krb5_cc_copy_creds") is var copy && copy != IntPtr.Zero ? copy : Optional("krb5_cc_copy_cache"));
        Krb5DestroyCache = (delegate* unmanaged[Cdecl]<IntPtr, IntPtr, int>)Optional("krb5_cc_destroy");
    }

    public delegate* unmanaged[Cdecl]<out uint, NativeBuffer*, IntPtr, out IntPtr, uint> ImportName { get; }

    public delegate* unmanaged[Cdecl]<out uint, IntPtr, IntPtr, out IntPtr, uint> CanonicalizeName { get; }

    public delegate* unmanaged[Cdecl]<out uint, IntPtr, out NativeBuffer, IntPtr*, uint> DisplayName { get; }

    public delegate* unmanaged[Cdecl]<out uint, ref IntPtr, uint> ReleaseName { get; }

    public delegate* unmanaged[Cdecl]<out uint, NativeBuffer*, uint> ReleaseBuffer { get; }

    public delegate* unmanaged[Cdecl]<out uint, ref IntPtr, uint> ReleaseBufferSet { get; }

    public delegate* unmanaged[Cdecl]<out uint, uint, int, IntPtr, ref uint, out NativeBuffer, uint> DisplayStatus { get; }

    public delegate* unmanaged[Cdecl]<out uint, IntPtr, uint, IntPtr, int, out IntPtr, IntPtr, out uint, uint> AcquireCredential { get; }

    public delegate* unmanaged[Cdecl]<out uint, IntPtr, out IntPtr, out uint, IntPtr, IntPtr, uint> InquireCredential { get; }

    public delegate* unmanaged[Cdecl]<out uint, ref IntPtr, uint> ReleaseCredential { get; }

    public delegate* unmanaged[Cdecl]<out uint, IntPtr, ref IntPtr, IntPtr, IntPtr, uint, uint, IntPtr, NativeBuffer*, IntPtr, out NativeBuffer, out uint, out uint, uint> InitSecContext { get; }

    public delegate* unmanaged[Cdecl]<out uint, ref IntPtr, IntPtr, NativeBuffer*, IntPtr, out IntPtr, IntPtr, out NativeBuffer, out uint, out uint, out IntPtr, uint> AcceptSecContext { get; }

    public delegate* unmanaged[Cdecl]<out uint, ref IntPtr, NativeBuffer*, uint> DeleteSecContext { get; }

    public delegate* unmanaged[Cdecl]<out uint, IntPtr, IntPtr, out IntPtr, IntPtr, IntPtr, IntPtr, IntPtr, IntPtr, uint> InquireContext { get; }

    public delegate* unmanaged[Cdecl]<out uint, IntPtr, IntPtr, out IntPtr, uint> InquireSecContextByOid { get; }

    public delegate* unmanaged[Cdecl]<out uint, IntPtr, uint, NativeBuffer*, out NativeBuffer, uint> GetMic { get; }

    public delegate* unmanaged[Cdecl]<out uint, IntPtr, NativeBuffer*, NativeBuffer*, IntPtr, uint> VerifyMic { get; }

    /// <summary>MIT and Heimdal.</summary>
    public delegate* unmanaged[Cdecl]<out uint, IntPtr, NativeBuffer*, uint, IntPtr, int, out IntPtr, IntPtr, out uint, uint> AcquireCredentialWithPassword { get; }

    /// <summary>MIT's credential stores.</summary>
    public delegate* unmanaged[Cdecl]<out uint, IntPtr, uint, IntPtr, int, IntPtr, out IntPtr, IntPtr, out uint, uint> AcquireCredentialFrom { get; }

    /// <summary>[RFC6680]; MIT.</summary>
    public delegate* unmanaged[Cdecl]<out uint, IntPtr, NativeBuffer*, out int, out int, out NativeBuffer, out NativeBuffer, ref int, uint> GetNameAttribute { get; }

    /// <summary>Finds a PAC with Heimdal only: MIT's does not look into AD-IF-RELEVANT.</summary>
    public delegate* unmanaged[Cdecl]<out uint, IntPtr, int, out NativeBuffer, uint> ExtractAuthorizationData { get; }

    public delegate* unmanaged[Cdecl]<out uint, IntPtr, IntPtr, IntPtr, out IntPtr, uint> ImportKerberosCredential { get; }

    /// <summary>These come from the Kerberos library behind the GSS-API, whose names are found through it.</summary>
    public delegate* unmanaged[Cdecl]<out IntPtr, int> Krb5InitContext { get; }

    public delegate* unmanaged[Cdecl]<IntPtr, void> Krb5FreeContext { get; }

    public delegate* unmanaged[Cdecl]<IntPtr, byte*, out IntPtr, int> Krb5ResolveCache { get; }

    public delegate* unmanaged[Cdecl]<IntPtr, IntPtr, int> Krb5CloseCache { get; }

    public delegate* unmanaged[Cdecl]<IntPtr, IntPtr, out IntPtr, int> Krb5GetPrincipal { get; }

    public delegate* unmanaged[Cdecl]<IntPtr, IntPtr, void> Krb5FreePrincipal { get; }

    public delegate* unmanaged[Cdecl]<IntPtr, IntPtr, IntPtr, int> Krb5InitializeCache { get; }

    /// <summary>krb5_cc_copy_creds, with Heimdal krb5_cc_copy_cache: all tickets of a cache into another one.</summary>
    public delegate* unmanaged[Cdecl]<IntPtr, IntPtr, IntPtr, int> Krb5CopyCredentials { get; }

    public delegate* unmanaged[Cdecl]<IntPtr, IntPtr, int> Krb5DestroyCache { get; }

    private IntPtr Optional(string name) => NativeLibrary.TryGetExport(_library, name, out IntPtr address) ? address : IntPtr.Zero;

    private IntPtr Required(string name) => Optional(name) is var address && address != IntPtr.Zero ? address : throw new EntryPointNotFoundException(name);
}
