using System.Collections.Generic;

namespace SmbClient.Connections;

/// <summary>What to do for a caller who wants a session.</summary>
internal enum ReuseAction
{
    /// <summary>Use this session.</summary>
    ReuseSession,

    /// <summary>Someone is signing this user in already: wait for that.</summary>
    AwaitSession,

    /// <summary>Set up a new session on this connection.</summary>
    NewSession,

    /// <summary>Someone is connecting to this server already: wait for that, then decide again.</summary>
    AwaitConnection,

    /// <summary>Connect.</summary>
    NewConnection,
}

/// <summary>A decision with the object it is about.</summary>
internal readonly record struct ReuseDecision(ReuseAction Action, ClientConnection? Connection, ClientSession? Session);

/// <summary>
/// The search of [MS-SMB] 3.2.4.2.4 over the connections to one server (client-state U1–U5): a pure function of the tables and the wish.
/// </summary>
internal static class SessionReuse
{
    public static ReuseDecision Decide(IReadOnlyList<ClientConnection> connections, SessionRequest request)
    {
        ClientSession? inProgress = null;
        foreach (ClientConnection connection in connections)
        {
            foreach (ClientSession session in connection.SessionTable)
            {
                if (!IsSessionOf(session, request))
                {
                    continue;
                }

                if (session.AuthenticationState == AuthenticationState.InProgress)
                {
                    inProgress ??= session;
                }
                else if (IsValid(session) && Satisfies(session, request))
                {
                    return new ReuseDecision(ReuseAction.ReuseSession, connection, session);
                }
            }
        }

        if (inProgress is not null)
        {
            return new ReuseDecision(ReuseAction.AwaitSession, inProgress.Connection, inProgress);
        }

        ClientConnection? connecting = null;
        foreach (ClientConnection connection in connections)
        {
            if (connection.State == ConnectionState.Connecting)
            {
                connecting ??= CanAwait(connection, request) ? connection : null;
            }
            else if (CanCarry(connection, request))
            {
                return new ReuseDecision(ReuseAction.NewSession, connection, null);
            }
        }

        return connecting is not null
            ? new ReuseDecision(ReuseAction.AwaitConnection, connecting, null)
            : new ReuseDecision(ReuseAction.NewConnection, null, null);
    }

    /// <summary>
    /// The user is a whole credential, and the way it was authenticated belongs to it. On a share-level server the one session is
    /// everybody's (U5): the share's password comes with the tree connect.
    /// </summary>
    private static bool IsSessionOf(ClientSession session, SessionRequest request) =>
        session.Connection.IsUsable
        && (session.Connection.ShareLevelAccessControl
            || (session.UserCredentials.Matches(request.Credential) && session.Policy.Equals(request.Policy)))
        && (session.AuthenticationState != AuthenticationState.InProgress
            || (session.MessageSigningPolicy == request.MessageSigningPolicy && session.Encryption == request.Options.Encryption));

    private static bool IsValid(ClientSession session) =>
        session.AuthenticationState is AuthenticationState.Valid or AuthenticationState.Expired;

    /// <summary>A caller who demands more than the session is, does not get it.</summary>
    private static bool Satisfies(ClientSession session, SessionRequest request) =>
        (!session.IsGuest || request.Options.AllowGuest)
        && (session.IsEncrypted || !WantsEncryption(session, request))
        && SigningPolicy.Evaluate(request.MessageSigningPolicy, session.Connection.ServerSigningState) switch
        {
            SigningOutcome.Unsigned => true,
            SigningOutcome.Signed => session.IsSigned
                || (request.MessageSigningPolicy != SmbSigningState.Required && (session.IsGuest || session.IsAnonymous)),
            _ => false,
        };

    /// <summary>Whether a caller wants a session that is sealed although this one is not. A guest and nobody have no key: they prefer in vain.</summary>
    private static bool WantsEncryption(ClientSession session, SessionRequest request) => request.Options.Encryption switch
    {
        SmbEncryptionPolicy.Required => true,
        SmbEncryptionPolicy.Preferred => session.Connection.Dialect.Cipher is not null && !session.IsAnonymous && !session.IsGuest,
        _ => false,
    };

    /// <summary>Whether a new session of this caller may be set up here.</summary>
    private static bool CanCarry(ClientConnection connection, SessionRequest request)
    {
        if (!connection.IsUsable || (request.Options.Sharing == SmbConnectionSharing.PerUser && connection.SessionTable.Count > 0))
        {
            return false;
        }

        return SigningPolicy.Evaluate(request.MessageSigningPolicy, connection.ServerSigningState) switch
        {
            SigningOutcome.Unsigned => true,

            // In SMB1 signing begins with the first real user: one who is there unsigned has settled it for the connection's life.
            SigningOutcome.Signed => !connection.Dialect.SignsPerConnection || connection.IsSigningActive || !connection.HasRealUser,
            _ => false,
        };
    }

    /// <summary>A connection in the making serves who would have made it alike: the outcome of its signing matrix is the same.</summary>
    private static bool CanAwait(ClientConnection connection, SessionRequest request) =>
        connection.MessageSigningPolicy == request.MessageSigningPolicy
        && (request.Options.Sharing == SmbConnectionSharing.PerServer
            || (connection.OpenedFor.Matches(request.Credential) && connection.OpenedWith.Equals(request.Policy)));
}
