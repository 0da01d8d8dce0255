using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using SmbClient.Diagnostics;
using SmbClient.Gss;
using SmbClient.Gss.Ntlm;
using SmbClient.Gss.Spnego;

namespace SmbClient.Authentication;

/// <summary>
/// Authenticates the clients of a server: SMB's, or those of any protocol that carries the blobs of SPNEGO or NTLMSSP. It opens no socket. One
/// instance serves a whole process; it is safe for any number of threads.
/// </summary>
public sealed class SmbServerAuthenticator : IDisposable
{
    private readonly SpnegoMechanism _spnego;
    private readonly AccountLookup _lookup;
    private long? _lastWarning;
    private int _conversations;
    private long _lastId;
    private volatile bool _isDisposed;

    /// <summary>Makes an authenticator.</summary>
    /// <param name="options">What it offers and whom it lets in.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public SmbServerAuthenticator(SmbAuthenticatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        Logger = options.LoggerFactory.CreateLogger<SmbServerAuthenticator>();
        _spnego = new SpnegoMechanism([.. options.Mechanisms]);
        _lookup = new AccountLookup(options, Logger);
        foreach (GssMechanism mechanism in options.Mechanisms)
        {
            using GssContext? context = mechanism.CreateAcceptor(options.ToAcceptorOptions(new SmbAuthPeer()));
            if (context is null)
            {
                Log.MechanismUnavailable(Logger, mechanism.Name);
            }
        }
    }

    /// <summary>What it offers and whom it lets in.</summary>
    public SmbAuthenticatorOptions Options { get; }

    /// <summary>Conversations that are under way now.</summary>
    public int ConversationCount => Volatile.Read(ref _conversations);

    internal ILogger Logger { get; }

    internal AccountLookup Lookup => _lookup;

    /// <summary>
    /// The token for the response to NEGOTIATE, which tells clients the mechanisms ([MS-SPNG] 3.2.5.2). Empty where no mechanism can serve under SPNEGO.
    /// </summary>
    public ReadOnlyMemory<byte> NegotiateHint()
    {
        using GssContext? context = _spnego.CreateAcceptor(Options.ToAcceptorOptions(new SmbAuthPeer()));
        return context?.Step(default).Token ?? default;
    }

    /// <summary>
    /// Begins a conversation. Where there are too many already, its first step fails with STATUS_INSUFFICIENT_RESOURCES. The caller disposes of it when
    /// the client is gone.
    /// </summary>
    /// <param name="peer">What is known of the client.</param>
    /// <exception cref="ObjectDisposedException">The authenticator is disposed.</exception>
    public SmbAuthConversation Begin(SmbAuthPeer peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new SmbAuthConversation(this, peer, Interlocked.Increment(ref _lastId), TryTakeSlot(peer));
    }

    /// <summary>
    /// Checks the responses of an SMB1 client without extended security, [MS-CIFS] 3.3.5.43. Refused unless
    /// <see cref="SmbAuthenticatorOptions.AllowNonExtendedSecurity"/> is set.
    /// </summary>
    /// <param name="peer">What is known of the client.</param>
    /// <param name="challenge">The 8 octets of the response to NEGOTIATE, which are used for one sign-in.</param>
    /// <param name="user">The user name; empty for anonymous.</param>
    /// <param name="domain">The domain; may be empty.</param>
    /// <param name="lmResponse">CaseInsensitivePassword.</param>
    /// <param name="ntResponse">CaseSensitivePassword.</param>
    /// <param name="cancellationToken">Ends the wait for the account store.</param>
    /// <returns>Complete or Failed, without a token.</returns>
    /// <exception cref="ArgumentException">The challenge has another length.</exception>
    public async ValueTask<SmbAuthStep> AuthenticateLegacyAsync(
        SmbAuthPeer peer, ReadOnlyMemory<byte> challenge, string user, string domain, ReadOnlyMemory<byte> lmResponse, ReadOnlyMemory<byte> ntResponse, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(domain);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (challenge.Length != ChallengeMessage.ChallengeSize)
        {
            throw new ArgumentException($"A challenge has {ChallengeMessage.ChallengeSize} octets.", nameof(challenge));
        }

        using NtlmLegacyAcceptor context = new(Options.ToAcceptorOptions(peer), user, domain, challenge.ToArray(), lmResponse, ntResponse);
        using SmbAuthConversation conversation = Begin(peer);
        return await conversation.StepLegacyAsync(context, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>No conversation can begin any more; those that have may end.</summary>
    public void Dispose() => _isDisposed = true;

    internal GssContext? CreateContext(ReadOnlySpan<byte> firstToken, SmbAuthPeer peer)
    {
        GssAcceptorOptions options = Options.ToAcceptorOptions(peer);
        return !NtlmMessage.HasSignature(firstToken) ? _spnego.CreateAcceptor(options)
            : Options.AllowRawNtlmssp ? GssMechanism.Ntlm.CreateAcceptor(options)
            : null;
    }

    internal void ReleaseSlot() => Interlocked.Decrement(ref _conversations);

    private bool TryTakeSlot(SmbAuthPeer peer)
    {
        if (Interlocked.Increment(ref _conversations) <= Options.MaxConversations)
        {
            return true;
        }

        ReleaseSlot();
        if (MayWarn())
        {
            Log.TooManyConversations(Logger, AccountNames.Sanitize(peer.ToString()), Options.MaxConversations);
        }

        return false;
    }

    /// <summary>A flood of clients is no reason for a flood of warnings: one a minute.</summary>
    private bool MayWarn()
    {
        lock (_lookup)
        {
            long now = Options.TimeProvider.GetTimestamp();
            if (_lastWarning is { } last && Options.TimeProvider.GetElapsedTime(last, now) < TimeSpan.FromMinutes(1))
            {
                return false;
            }

            _lastWarning = now;
            return true;
        }
    }
}
