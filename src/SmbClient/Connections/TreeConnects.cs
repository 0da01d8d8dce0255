using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Gss;

namespace SmbClient.Connections;

/// <summary>The TreeConnectTable of a session: finds, makes, counts and ends tree connects (client-state T1).</summary>
internal static class TreeConnects
{
    /// <summary>A tree connect that the caller holds until <see cref="ReleaseAsync"/>.</summary>
    public static async Task<ClientTreeConnect> AcquireAsync(object gate, ClientSession session, string shareName, GssCredential credential, CancellationToken cancellationToken)
    {
        while (true)
        {
            ClientTreeConnect tree;
            lock (gate)
            {
                if (session.AuthenticationState == AuthenticationState.Closed)
                {
                    throw session.Connection.Pump is { IsAborted: true } pump
                        ? pump.CreateReason()
                        : new SmbConnectionClosedException($"The session with {session.Connection.ServerName} has ended. Open a new connection.", null);
                }

                tree = Find(session, shareName, credential) ?? Add(gate, session, shareName, credential);
                tree.Users++;
            }

            try
            {
                await tree.Connecting.JoinAsync(cancellationToken).ConfigureAwait(false);
                return tree;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && tree.Connecting.IsAbandoned)
            {
                // Everyone who had wanted it left just before this caller came.
            }
            catch
            {
                await ReleaseAsync(gate, tree).ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>One holder less; the last one disconnects the tree.</summary>
    public static async Task ReleaseAsync(object gate, ClientTreeConnect tree)
    {
        bool disconnect;
        lock (gate)
        {
            if (--tree.Users > 0)
            {
                return;
            }

            tree.Session.Remove(tree);
            disconnect = tree.IsConnected && tree.Session.AuthenticationState != AuthenticationState.Closed;
            tree.IsConnected = false;
        }

        if (disconnect && tree.Connection.Pump is { IsAborted: false })
        {
            try
            {
                await tree.Tree.DisconnectAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (System.IO.IOException)
            {
                // The server, or the wire, has ended it already.
            }
        }
    }

    private static ClientTreeConnect? Find(ClientSession session, string shareName, GssCredential credential)
    {
        foreach (ClientTreeConnect tree in session.TreeConnectTable)
        {
            if (string.Equals(tree.ShareName, shareName, StringComparison.OrdinalIgnoreCase)
                && (!session.Connection.ShareLevelAccessControl || tree.Credential.Matches(credential)))
            {
                return tree;
            }
        }

        return null;
    }

    private static ClientTreeConnect Add(object gate, ClientSession session, string shareName, GssCredential credential)
    {
        ClientTreeConnect tree = new(session, shareName, credential);
        tree.Connecting = new SharedAttempt(async ct =>
        {
            try
            {
                await session.Connection.Dialect.ConnectTreeAsync(tree, ct).ConfigureAwait(false);
                lock (gate)
                {
                    tree.IsConnected = true;
                }
            }
            catch
            {
                lock (gate)
                {
                    session.Remove(tree);
                }

                throw;
            }
        });
        tree.Lost = () =>
        {
            lock (gate)
            {
                tree.IsConnected = false;
                session.Remove(tree);
            }
        };
        session.Add(tree);
        return tree;
    }
}
