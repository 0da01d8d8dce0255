using System;
using System.Collections.Concurrent;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace SmbClient.Gss.Kerberos.Library;

/// <summary>
/// A GSS-API library of the system: names and credentials. Nothing of the process's environment is changed: what a caller wants is passed in the calls.
/// Calls may read files and ask a KDC; those that do are made on threads of their own (<see cref="BlockingCall"/>).
/// </summary>
internal sealed unsafe class GssLibrary
{
    private const int UsageInitiate = 1;
    private const int UsageAccept = 2;
    private const uint Indefinite = 0xFFFFFFFF;
    private const uint ErrorMask = 0xFFFF0000;

    private static readonly string[] Defaults = ["libgssapi_krb5.so.2", "libgssapi.so.3", "/System/Library/Frameworks/GSS.framework/GSS"];
    private static readonly ConcurrentDictionary<string, GssLibrary?> Loaded = new(StringComparer.Ordinal);

    private GssLibrary(string name, GssFunctions functions)
    {
        Name = name;
        Functions = functions;
    }

    public string Name { get; }

    public GssFunctions Functions { get; }

    /// <summary>The library of this name, or the first of the usual ones; null, with the names that were tried, where there is none.</summary>
    public static GssLibrary? Find(string? name, out string tried)
    {
        string[] names = name is null ? Defaults : [name];
        tried = string.Join(", ", names);
        foreach (string candidate in names)
        {
            if (Loaded.GetOrAdd(candidate, Load) is { } library)
            {
                return library;
            }
        }

        return null;
    }

    /// <summary>The process's default credential, or that of one principal.</summary>
    public LibraryHandle AcquireDefault(bool accept, out TimeSpan? lifetime)
    {
        uint major = Functions.AcquireCredential(out uint minor, IntPtr.Zero, 0, NativeOids.KerberosOnly, accept ? UsageAccept : UsageInitiate, out IntPtr credential, IntPtr.Zero, out uint seconds);
        Check(major, minor);
        lifetime = Lifetime(seconds);
        return new LibraryHandle(this, credential);
    }

    /// <summary>Asks the KDC for a ticket with a password.</summary>
    /// <param name="principal"><c>user@REALM</c>, or <c>user</c> in the default realm.</param>
    /// <param name="password">UTF-8; the caller clears it.</param>
    /// <param name="lifetime">How long the ticket is valid; null for ever.</param>
    public LibraryHandle AcquireWithPassword(string principal, ReadOnlySpan<byte> password, out TimeSpan? lifetime)
    {
        if (Functions.AcquireCredentialWithPassword is null)
        {
            throw Lacks("gss_acquire_cred_with_password");
        }

        using LibraryName name = ImportName(principal, NativeOids.PrincipalName);
        fixed (byte* octets = password)
        {
            NativeBuffer secret = new() { Length = (nuint)password.Length, Value = octets };
            uint major = Functions.AcquireCredentialWithPassword(out uint minor, name.Handle, &secret, 0, NativeOids.KerberosOnly, UsageInitiate, out IntPtr credential, IntPtr.Zero, out uint seconds);
            Check(major, minor);
            lifetime = Lifetime(seconds);
            return new LibraryHandle(this, credential);
        }
    }

    /// <summary>The tickets in a cache.</summary>
    public LibraryHandle AcquireFromCache(string cache) =>
        Functions.AcquireCredentialFrom is not null ? AcquireFrom(null, null, ("ccache", cache)) : ImportCache(cache, null);

    /// <summary>Tickets that nobody else has, which are forgotten with the credential.</summary>
    /// <param name="image">A credential cache file. It is on disk, for this user's eyes, until the library has read it.</param>
    public LibraryHandle AcquireFromImage(byte[] image)
    {
        string cache = UniqueCache();
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, image);
            Copy("FILE:" + file, cache);
            return Functions.AcquireCredentialFrom is not null ? AcquireFrom(null, cache, ("ccache", cache)) : ImportCache(cache, cache);
        }
        catch
        {
            DestroyCache(cache);
            throw;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A principal by its keytab. MIT asks the KDC when the credential is used, and again before the ticket ends.</summary>
    /// <param name="principal">The principal.</param>
    /// <param name="keytab">The file.</param>
    public LibraryHandle AcquireFromKeytab(string principal, string keytab)
    {
        if (Functions.AcquireCredentialFrom is null)
        {
            throw Lacks("gss_acquire_cred_from, which keytabs of initiators need");
        }

        using LibraryName name = ImportName(principal, NativeOids.PrincipalName);
        string cache = UniqueCache();
        return AcquireFrom(name, cache, ("client_keytab", keytab), ("ccache", cache));
    }

    /// <summary>A memory cache of this process that nobody else uses.</summary>
    public static string UniqueCache() => "MEMORY:SmbClient-" + Guid.NewGuid().ToString("N");

    /// <summary>Whose a credential is, as <c>user@REALM</c>, and how long it lasts.</summary>
    public (string Principal, TimeSpan? Lifetime) Inquire(LibraryHandle credential)
    {
        using HandleUse use = new(credential);
        uint major = Functions.InquireCredential(out uint minor, use.Pointer, out IntPtr name, out uint seconds, IntPtr.Zero, IntPtr.Zero);
        Check(major, minor);
        using LibraryName owned = new(this, name);
        return (owned.IsEmpty ? "" : owned.Display(), Lifetime(seconds));
    }

    /// <summary>The realm that names without one are in; null where the machine has none.</summary>
    public string? DefaultRealm()
    {
        try
        {
            using LibraryName name = ImportName("user", NativeOids.UserName);
            using LibraryName canonical = name.Canonicalize();
            string text = canonical.Display();
            int at = text.LastIndexOf('@');
            return at < 0 || at == text.Length - 1 ? null : text.Substring(at + 1);
        }
        catch (GssLibraryException)
        {
            return null;
        }
    }

    public LibraryName ImportName(string text, IntPtr type)
    {
        byte[] octets = Encoding.UTF8.GetBytes(text);
        fixed (byte* pointer = octets)
        {
            NativeBuffer buffer = new() { Length = (nuint)octets.Length, Value = pointer };
            uint major = Functions.ImportName(out uint minor, &buffer, type, out IntPtr name);
            Check(major, minor);
            return new LibraryName(this, name);
        }
    }

    public void ReleaseCredential(IntPtr credential) => Functions.ReleaseCredential(out _, ref credential);

    /// <summary>Forgets the tickets of a cache.</summary>
    public void DestroyCache(string name) => WithCache(name, (context, cache) => Functions.Krb5DestroyCache(context, cache));

    /// <summary>A copy of what the library filled a buffer with, which is then its own again, cleared.</summary>
    public byte[] Take(ref NativeBuffer buffer)
    {
        byte[] copy = buffer.Span.ToArray();
        if (buffer.Value is not null)
        {
            new Span<byte>(buffer.Value, copy.Length).Clear();
            fixed (NativeBuffer* pointer = &buffer)
            {
                Functions.ReleaseBuffer(out _, pointer);
            }
        }

        return copy;
    }

    /// <summary>Throws for a call that failed.</summary>
    public void Check(uint major, uint minor)
    {
        if ((major & ErrorMask) != 0)
        {
            throw new GssLibraryException(major, minor, Describe(major, minor));
        }
    }

    private static GssLibrary? Load(string name)
    {
        try
        {
            return NativeLibrary.TryLoad(name, out IntPtr handle) ? new GssLibrary(name, new GssFunctions(handle)) : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    private static TimeSpan? Lifetime(uint seconds) => seconds == Indefinite ? null : TimeSpan.FromSeconds(seconds);

    private LibraryHandle AcquireFrom(LibraryName? name, string? ownedCache, params (string Key, string Value)[] store)
    {
        using NativeKeyValues pairs = new(store);
        uint major = Functions.AcquireCredentialFrom(
            out uint minor, name?.Handle ?? IntPtr.Zero, 0, NativeOids.KerberosOnly, UsageInitiate, pairs.Pointer, out IntPtr credential, IntPtr.Zero, out _);
        Check(major, minor);
        return new LibraryHandle(this, credential, ownedCache);
    }

    /// <summary>Heimdal has no credential stores, but takes a cache of its Kerberos library.</summary>
    private LibraryHandle ImportCache(string name, string? ownedCache)
    {
        if (Functions.ImportKerberosCredential is null || Functions.Krb5ResolveCache is null)
        {
            throw Lacks("gss_krb5_import_cred");
        }

        IntPtr credential = IntPtr.Zero;
        uint major = 0;
        uint minor = 0;
        WithCache(name, (context, cache) =>
        {
            major = Functions.ImportKerberosCredential(out minor, cache, IntPtr.Zero, IntPtr.Zero, out credential);
            return Functions.Krb5CloseCache(context, cache);
        });
        Check(major, minor);
        return credential != IntPtr.Zero ? new LibraryHandle(this, credential, ownedCache) : throw new GssLibraryException(0x00070000, 0, $"the credential cache {name} cannot be read");
    }

    /// <summary>All tickets of a cache into another one, which is made anew.</summary>
    private void Copy(string from, string to)
    {
        if (Functions.Krb5CopyCredentials is null || Functions.Krb5GetPrincipal is null || Functions.Krb5InitializeCache is null || Functions.Krb5FreePrincipal is null)
        {
            throw Lacks("krb5_cc_copy_creds, which delegated credentials need");
        }

        int code = -1;
        WithCache(from, (context, source) =>
        {
            code = Functions.Krb5GetPrincipal(context, source, out IntPtr principal);
            if (code == 0)
            {
                WithCache(to, (_, target) =>
                {
                    code = Functions.Krb5InitializeCache(context, target, principal);
                    code = code != 0 ? code : Functions.Krb5CopyCredentials(context, source, target);
                    return Functions.Krb5CloseCache(context, target);
                });
                Functions.Krb5FreePrincipal(context, principal);
            }

            return Functions.Krb5CloseCache(context, source);
        });
        if (code != 0)
        {
            throw new GssLibraryException(0, 0, $"the delegated tickets cannot be used, error {code}");
        }
    }

    /// <summary>Does something with a cache that also closes it.</summary>
    private void WithCache(string name, Func<IntPtr, IntPtr, int> use)
    {
        if (Functions.Krb5InitContext is null || Functions.Krb5InitContext(out IntPtr context) != 0)
        {
            return;
        }

        fixed (byte* text = Encoding.UTF8.GetBytes(name + "\0"))
        {
            if (Functions.Krb5ResolveCache(context, text, out IntPtr cache) == 0)
            {
                use(context, cache);
            }
        }

        Functions.Krb5FreeContext(context);
    }

    private GssLibraryException Lacks(string what) => new(0x00100000, 0, $"{Name} lacks {what}");

    /// <summary>The library's own words; the mechanism's say more than the general ones.</summary>
    private string Describe(uint major, uint minor)
    {
        // MIT numbers its mechanisms' codes anew, so that another number may be the one for none.
        string mechanism = minor == 0 ? "" : Message(minor, 2);
        return mechanism.Length > 0 && mechanism != Message(0, 2) ? mechanism : Message(major, 1);
    }

    private string Message(uint status, int kind)
    {
        uint more = 0;
        return (Functions.DisplayStatus(out _, status, kind, NativeOids.Kerberos, ref more, out NativeBuffer text) & ErrorMask) == 0
            ? Encoding.UTF8.GetString(Take(ref text)).Trim('.', ' ')
            : $"error 0x{status:X8}";
    }
}
