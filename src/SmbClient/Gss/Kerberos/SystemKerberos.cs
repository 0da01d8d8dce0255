using System;
using System.Net;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.Gss.Kerberos;

/// <summary>Kerberos as the operating system has it: its GSS-API library, or SSPI. Its calls may block for as long as a KDC is silent.</summary>
internal abstract class SystemKerberos
{
    private readonly SilentKdcs _silent = new();

    protected SystemKerberos(KerberosOptions options)
    {
        Options = options;
    }

    protected KerberosOptions Options { get; }

    public async ValueTask<GssInitiation> CreateInitiatorAsync(GssInitiatorOptions options, CancellationToken cancellationToken)
    {
        // An address has no service principal, unless somebody has given it one on purpose; then he says in which realm.
        string host = options.TargetName.Substring(options.TargetName.IndexOf('/') + 1);
        if (IPAddress.TryParse(host, out _))
        {
            return GssInitiation.CannotServe($"an address such as {host} has no service principal: name the server, or give its principal with the realm");
        }

        string realm = InitiatorPrincipal.RealmOf(options.Credential);
        if (_silent.Find(realm, options.TargetName, options.TimeProvider) is { } silent)
        {
            return GssInitiation.CannotServe(silent);
        }

        if (Prepare(options) is not { } prepared)
        {
            return GssInitiation.CannotServe(Unavailable(options));
        }

        long begun = options.TimeProvider.GetTimestamp();
        GssInitiation initiation = await RunAsync(prepared, options.TimeProvider, cancellationToken).ConfigureAwait(false);
        if (initiation.Context is null && !initiation.IsRefused)
        {
            _silent.Add(realm, options.TargetName, initiation.Reason!, begun, options.TimeProvider);
        }

        return initiation;
    }

    /// <summary>The same credential with the user whose tickets it has; null where that cannot be told.</summary>
    public virtual ValueTask<GssCredential?> IdentifyAsync(GssCredential credential, CancellationToken cancellationToken) => default;

    /// <summary>Null where the system has no keys for this process: the mechanism is then not offered.</summary>
    public abstract GssContext? CreateAcceptor(GssAcceptorOptions options);

    /// <summary>
    /// What gets the tickets and makes the first token, in a thread of its own. The secret is taken out of the credential now: its owner may dispose of
    /// it while that thread waits. Null where this credential cannot be served.
    /// </summary>
    protected abstract Func<GssInitiation>? Prepare(GssInitiatorOptions options);

    /// <summary>For people: why <see cref="Prepare"/> gave nothing.</summary>
    protected abstract string Unavailable(GssInitiatorOptions options);

    private async Task<GssInitiation> RunAsync(Func<GssInitiation> prepared, TimeProvider time, CancellationToken cancellationToken)
    {
        Task<GssInitiation> call = BlockingCall.Start(prepared);
        try
        {
            return await call.WaitAsync(Options.KdcTimeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Abandon(call);
            return GssInitiation.CannotServe($"the KDC has not answered within {Options.KdcTimeout.TotalSeconds:0.###} s");
        }
        catch (OperationCanceledException)
        {
            Abandon(call);
            throw;
        }
    }

    /// <summary>Gives back what a call got that nobody waits for any more.</summary>
    private static void Abandon(Task<GssInitiation> call) =>
        call.ContinueWith(
            static t =>
            {
                if (t.Status == TaskStatus.RanToCompletion)
                {
                    t.Result.Context?.Dispose();
                }
                else
                {
                    _ = t.Exception;
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
}
