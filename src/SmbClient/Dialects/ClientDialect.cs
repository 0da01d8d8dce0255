using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Diagnostics;

namespace SmbClient.Dialects;

/// <summary>One negotiated protocol family on one connection: the seam between the client's state and the wire.</summary>
internal abstract class ClientDialect
{
    /// <summary>True where the first real user settles for everyone on the connection whether messages are signed.</summary>
    public abstract bool SignsPerConnection { get; }

    /// <summary>How signed messages are signed.</summary>
    public abstract SmbSigningAlgorithm SigningAlgorithm { get; }

    /// <summary>How messages can be sealed; null where the sides share no cipher.</summary>
    public abstract SmbCipher? Cipher { get; }

    /// <summary>
    /// Signs the session's user in, in any number of legs, or again if the session has an id already. On success the session has its id, key and
    /// guest mark and is signed and sealed where it must be. Throws <see cref="SmbAuthenticationException"/>.
    /// </summary>
    public abstract Task SetUpSessionAsync(ClientSession session, CancellationToken cancellationToken);

    /// <summary>Says goodbye for a session.</summary>
    public abstract Task LogoffAsync(ClientSession session, CancellationToken cancellationToken);

    /// <summary>A session is over, on this side at least: what the dialect keeps for it goes.</summary>
    public virtual void Forget(ClientSession session)
    {
    }

    /// <summary>Connects to the share and fills in the tree connect.</summary>
    public abstract Task ConnectTreeAsync(ClientTreeConnect treeConnect, CancellationToken cancellationToken);

    /// <summary>Asks the server for a sign of life.</summary>
    public abstract Task EchoAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Signs an expired session's user in again, once for everyone who has noticed; not at all for those whose request left before it was done
    /// (client-state X1, X2, K1).
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="signIns">The session's <see cref="ClientSession.SignIns"/> when the request left that found it expired.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task ReauthenticateAsync(ClientSession session, int signIns, CancellationToken cancellationToken)
    {
        while (true)
        {
            SharedAttempt attempt;
            lock (session)
            {
                if (session.SignIns != signIns)
                {
                    return;
                }

                attempt = session.Reauthentication ??= new SharedAttempt(ct => ReauthenticateAsync(session, ct));
            }

            try
            {
                await attempt.JoinAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && attempt.IsAbandoned)
            {
                // Everyone who had wanted it left just before this caller came.
            }
        }
    }

    /// <summary>A session that the server no longer knows is nobody's any more.</summary>
    public static void Note(ClientSession session, NtStatus status)
    {
        if (status is NtStatus.UserSessionDeleted or NtStatus.SmbBadUid)
        {
            session.Lost?.Invoke(NtStatusText.Name(status));
        }
    }

    /// <summary>A tree that the server no longer knows is nobody's any more: who opens the share again gets another one.</summary>
    public static void Note(ClientTreeConnect treeConnect, NtStatus status)
    {
        Note(treeConnect.Session, status);
        if (status is NtStatus.NetworkNameDeleted or NtStatus.SmbBadTid)
        {
            treeConnect.Lost?.Invoke();
        }
    }

    private async Task ReauthenticateAsync(ClientSession session, CancellationToken cancellationToken)
    {
        try
        {
            Log.Reauthenticating(session.Connection.Logger, session.UserCredentials.ToString()!, session.Connection.ServerName);
            session.AuthenticationState = AuthenticationState.Expired;
            await SetUpSessionAsync(session, cancellationToken).ConfigureAwait(false);
            lock (session)
            {
                session.SignIns++;
                if (session.AuthenticationState == AuthenticationState.Expired)
                {
                    session.AuthenticationState = AuthenticationState.Valid;
                }
            }
        }
        catch (SmbAuthenticationException)
        {
            session.Lost?.Invoke("signing in again failed");
            throw;
        }
        finally
        {
            lock (session)
            {
                session.Reauthentication = null;
            }
        }
    }
}
