using System;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Crypto;

namespace SmbClient.Gss.Kerberos.Library;

/// <summary>Kerberos through the system's GSS-API library.</summary>
internal sealed class LibraryKerberos : SystemKerberos
{
    private readonly CredentialCache _cache = new();
    private readonly object _gate = new();

    /// <summary>Keys of the cache are made with it, so that they tell no secret.</summary>
    private readonly byte[] _cacheKey = SecureRandom.Next(32);

    private LibraryHandle? _acceptorCredential;

    public LibraryKerberos(KerberosOptions options)
        : base(options)
    {
    }

    /// <summary>The same credential with the principal whose tickets it has.</summary>
    public override async ValueTask<GssCredential?> IdentifyAsync(GssCredential credential, CancellationToken cancellationToken)
    {
        if (credential is not CredentialCacheCredential cache || GssLibrary.Find(Options.LibraryName, out _) is not { } library)
        {
            return null;
        }

        try
        {
            string principal = await BlockingCall.Start(() =>
            {
                using LibraryHandle handle = Acquire(library, cache);
                return library.Inquire(handle).Principal;
            }).WaitAsync(Options.KdcTimeout, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            return principal.Length == 0 ? null : new CredentialCacheCredential(cache.CacheName, principal, "");
        }
        catch (Exception e) when (e is GssLibraryException or TimeoutException)
        {
            // Whoever uses it gets the reason.
            return null;
        }
    }

    public override GssContext? CreateAcceptor(GssAcceptorOptions options)
    {
        if (GssLibrary.Find(Options.LibraryName, out _) is not { } library)
        {
            return null;
        }

        try
        {
            lock (_gate)
            {
                _acceptorCredential ??= library.AcquireDefault(accept: true, out _);
            }

            return new LibraryAcceptor(library, _acceptorCredential, options);
        }
        catch (GssLibraryException)
        {
            return null;
        }
    }

    protected override Func<GssInitiation>? Prepare(GssInitiatorOptions options)
    {
        if (!Serves(options.Credential) || GssLibrary.Find(Options.LibraryName, out _) is not { } library)
        {
            return null;
        }

        byte[] password = options.Credential is PasswordCredential ? options.Credential.EncodePlaintext(Encoding.UTF8) : [];
        return () =>
        {
            try
            {
                return GssInitiation.Ready(Create(library, options, password));
            }
            catch (GssLibraryException e)
            {
                return Explain(e, options.Credential);
            }
            finally
            {
                password.AsSpan().Clear();
            }
        };
    }

    protected override string Unavailable(GssInitiatorOptions options)
    {
        GssLibrary.Find(Options.LibraryName, out string tried);
        return Serves(options.Credential)
            ? $"there is no Kerberos library ({tried}); on Debian it is in the package libgssapi-krb5-2"
            : "Kerberos needs a password, tickets or a keytab";
    }

    private static bool Serves(GssCredential credential) =>
        credential is PasswordCredential or CredentialCacheCredential or KeytabCredential or LibraryDelegatedCredential or DelegatedCredential;

    private static LibraryHandle Acquire(GssLibrary library, CredentialCacheCredential credential) =>
        credential.CacheName is { } name ? library.AcquireFromCache(name) : library.AcquireDefault(accept: false, out _);

    private static GssInitiation Explain(GssLibraryException e, GssCredential credential) => e.KerberosError switch
    {
        KerberosError.ClientRevoked or KerberosError.ClientKeyExpired or KerberosError.PreauthenticationFailed or KerberosError.BadIntegrity
            when credential is PasswordCredential && InitiatorPrincipal.NamesRealm(credential) =>
            GssInitiation.Refused(e.Status, $"the KDC refuses the password of {credential}: {e.Message}"),
        _ => GssInitiation.CannotServe(e.Message + Source(credential)),
    };

    /// <summary>Where the tickets should have come from: the library's words say what is wrong, and often not with what.</summary>
    private static string Source(GssCredential credential) => credential switch
    {
        KeytabCredential keytab => $" (keytab {keytab.Path})",
        CredentialCacheCredential { CacheName: { } name } => $" (credential cache {name})",
        _ => "",
    };

    private LibraryInitiator Create(GssLibrary library, GssInitiatorOptions options, byte[] password)
    {
        InitiatorCredential credential = CredentialOf(library, options, password);
        try
        {
            return LibraryInitiator.Create(library, credential, options.TargetName, options);
        }
        catch
        {
            credential.Dispose();
            throw;
        }
    }

    private InitiatorCredential CredentialOf(GssLibrary library, GssInitiatorOptions options, byte[] password)
    {
        switch (options.Credential)
        {
            case PasswordCredential:
                string principal = InitiatorPrincipal.Of(options.Credential, library.DefaultRealm, out string reason) ?? throw new GssLibraryException(0, 0, reason);
                using (HMACSHA256 hmac = new(_cacheKey))
                {
                    return _cache.Get($"{library.Name} {principal} {Hex.Encode(hmac.ComputeHash(password))}", options.TimeProvider, () =>
                        (library.AcquireWithPassword(principal, password, out TimeSpan? lifetime), lifetime));
                }

            case KeytabCredential keytab:
                return _cache.Get($"{library.Name} {keytab.User} {keytab.Path}", options.TimeProvider, () => (library.AcquireFromKeytab(keytab.User, keytab.Path), null));
            case LibraryDelegatedCredential delegated when delegated.Library == library:
                return InitiatorCredential.Shared(delegated.Handle, invalidate: null);
            case DelegatedCredential delegated:
                byte[] tickets = delegated.ToCredentialCache();
                try
                {
                    return InitiatorCredential.Own(library.AcquireFromImage(tickets));
                }
                finally
                {
                    tickets.AsSpan().Clear();
                }

            case CredentialCacheCredential cache:
                LibraryHandle handle = Acquire(library, cache);
                string owner = cache.NamesUser ? library.Inquire(handle).Principal : "";
                if (owner != cache.User)
                {
                    handle.Dispose();
                    throw new GssLibraryException(0, 0, $"the credential cache was {cache.User}'s and is {owner}'s now");
                }

                return InitiatorCredential.Own(handle);
            default:
                throw new GssLibraryException(0, 0, "the credential belongs to another library");
        }
    }
}
