using System;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Crypto;

namespace SmbClient.Gss.Kerberos.Library;

/// <summary>Kerberos through the system's GSS-API library.</summary>
internal sealed class LibraryKerberos
{
    private readonly KerberosOptions _options;
    private readonly CredentialCache _cache = new();
    private readonly object _gate = new();

    /// <summary>Keys of the cache are made with it, so that they tell no secret.</summary>
    private readonly byte[] _cacheKey = SecureRandom.Next(32);

    private LibraryHandle? _acceptorCredential;

    public LibraryKerberos(KerberosOptions options)
    {
        _options = options;
    }

    public async ValueTask<GssInitiation> CreateInitiatorAsync(GssInitiatorOptions options, CancellationToken cancellationToken)
    {
        if (Refuse(options) is { } reason)
        {
            return GssInitiation.CannotServe(reason);
        }

        if (GssLibrary.Find(_options.LibraryName, out string tried) is not { } library)
        {
            return GssInitiation.CannotServe($"there is no Kerberos library ({tried}); on Debian it is in the package libgssapi-krb5-2");
        }

        // Now rather than in the thread: the caller may dispose of the credential while that waits.
        byte[] password = options.Credential is PasswordCredential ? options.Credential.EncodePlaintext(Encoding.UTF8) : [];
        Task<LibraryInitiator> call = BlockingCall.Start(() => Create(library, options, password));
        try
        {
            return GssInitiation.Ready(await call.WaitAsync(_options.KdcTimeout, options.TimeProvider, cancellationToken).ConfigureAwait(false));
        }
        catch (TimeoutException)
        {
            BlockingCall.Abandon(call);
            return GssInitiation.CannotServe($"the KDC has not answered within {_options.KdcTimeout.TotalSeconds:0.###} s");
        }
        catch (OperationCanceledException)
        {
            BlockingCall.Abandon(call);
            throw;
        }
        catch (GssLibraryException e)
        {
            return Explain(e, options.Credential);
        }
    }

    /// <summary>The same credential with the principal whose tickets it has.</summary>
    public async ValueTask<GssCredential?> IdentifyAsync(CredentialCacheCredential credential, CancellationToken cancellationToken)
    {
        if (GssLibrary.Find(_options.LibraryName, out _) is not { } library)
        {
            return null;
        }

        try
        {
            string principal = await BlockingCall.Start(() =>
            {
                using LibraryHandle handle = Acquire(library, credential);
                return library.Inquire(handle).Principal;
            }).WaitAsync(_options.KdcTimeout, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            return principal.Length == 0 ? null : new CredentialCacheCredential(credential.CacheName, principal, "");
        }
        catch (Exception e) when (e is GssLibraryException or TimeoutException)
        {
            // Whoever uses it gets the reason.
            return null;
        }
    }

    /// <summary>Null where there is no library or no keytab: the mechanism is then not offered.</summary>
    public GssContext? CreateAcceptor(GssAcceptorOptions options)
    {
        if (GssLibrary.Find(_options.LibraryName, out _) is not { } library)
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

    /// <summary>What can be said without asking the library.</summary>
    private static string? Refuse(GssInitiatorOptions options)
    {
        if (options.Credential is not (PasswordCredential or CredentialCacheCredential or KeytabCredential or LibraryDelegatedCredential))
        {
            return "Kerberos needs a password, tickets or a keytab";
        }

        int slash = options.TargetName.IndexOf('/');
        string host = options.TargetName.Substring(slash + 1);
        return IPAddress.TryParse(host, out _) ? $"an address such as {host} has no service principal: name the server, or give its principal with the realm" : null;
    }

    private static LibraryHandle Acquire(GssLibrary library, CredentialCacheCredential credential) =>
        credential.CacheName is { } name ? library.AcquireFromCache(name, out _) : library.AcquireDefault(accept: false, out _);

    private static GssInitiation Explain(GssLibraryException e, GssCredential credential) => e.KerberosError switch
    {
        KerberosError.ClientRevoked or KerberosError.ClientKeyExpired or KerberosError.PreauthenticationFailed or KerberosError.BadIntegrity
            when credential is PasswordCredential && KerberosPrincipal.NamesRealm(credential) =>
            GssInitiation.Refused(e.Status, $"the KDC refuses the password of {credential}: {e.Message}"),
        _ => GssInitiation.CannotServe(e.Message),
    };

    private LibraryInitiator Create(GssLibrary library, GssInitiatorOptions options, byte[] password)
    {
        try
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
        finally
        {
            password.AsSpan().Clear();
        }
    }

    private InitiatorCredential CredentialOf(GssLibrary library, GssInitiatorOptions options, byte[] password)
    {
        switch (options.Credential)
        {
            case PasswordCredential:
                string principal = KerberosPrincipal.Of(options.Credential, library.DefaultRealm, out string reason) ?? throw new GssLibraryException(0, 0, reason);
                using (HMACSHA256 hmac = new(_cacheKey))
                {
                    return _cache.Get($"{library.Name} {principal} {Hex.Encode(hmac.ComputeHash(password))}", options.TimeProvider, () =>
                        (library.AcquireWithPassword(principal, password, out TimeSpan? lifetime), lifetime));
                }

            case KeytabCredential keytab:
                return _cache.Get($"{library.Name} {keytab.User} {keytab.Path}", options.TimeProvider, () => (library.AcquireFromKeytab(keytab.User, keytab.Path), null));
            case LibraryDelegatedCredential delegated when delegated.Library == library:
                return InitiatorCredential.Shared(delegated.Handle, invalidate: null);
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
