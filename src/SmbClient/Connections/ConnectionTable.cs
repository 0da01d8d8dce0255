using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Diagnostics;
using SmbClient.Dialects;
using SmbClient.Exchange;

namespace SmbClient.Connections;

/// <summary>
/// Client.ConnectionTable, and through its connections every SessionTable: finds, makes, counts and ends them ([MS-SMB] 3.2.4.2).
/// One gate guards all of the client's state; it is never held across an await.
/// </summary>
internal sealed class ConnectionTable
{
    /// <summary>How long something that was made, but that nobody took, is kept at least: its waiters are on their way.</summary>
    private static readonly TimeSpan Handover = TimeSpan.FromSeconds(5);

    private readonly Dictionary<ConnectionKey, List<ClientConnection>> _connections = [];
    private readonly TimeProvider _time;
    private readonly TimeSpan _idleTimeout;
    private readonly ClientGuids _clientGuids = new();
    private bool _disposed;
    private long _connectionsOpened;
    private long _sessionsEstablished;
    private long _sessionsReused;

    public ConnectionTable(TimeSpan idleTimeout, TimeProvider time)
    {
        _idleTimeout = idleTimeout;
        _time = time;
    }

    public object Gate { get; } = new();

    public SmbClientStatistics GetStatistics()
    {
        lock (Gate)
        {
            ClientConnection[] alive = [.. _connections.Values.SelectMany(c => c).Where(c => c.IsUsable)];
            return new SmbClientStatistics
            {
                Connections = alive.Length,
                Sessions = alive.Sum(c => c.SessionTable.Count(s => s.AuthenticationState is AuthenticationState.Valid or AuthenticationState.Expired)),
                ConnectionsOpened = _connectionsOpened,
                SessionsEstablished = _sessionsEstablished,
                SessionsReused = _sessionsReused,
            };
        }
    }

    /// <summary>
    /// A session for this caller, who holds it until <see cref="ReleaseAsync"/>: found, awaited or made.
    /// </summary>
    public async Task<ClientSession> AcquireAsync(SessionRequest request, CancellationToken cancellationToken)
    {
        bool made = false;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SharedAttempt attempt;
            lock (Gate)
            {
                ObjectDisposedException.ThrowIf(_disposed, typeof(SmbClientContext));
                ReuseDecision decision = SessionReuse.Decide(Lookup(request.Key), request);
                switch (decision.Action)
                {
                    case ReuseAction.ReuseSession:
                        Hold(decision.Session!);
                        if (!made)
                        {
                            _sessionsReused++;
                            Log.SessionReused(request.Logger, request.Credential.ToString()!, request.ServerName);
                        }

                        return decision.Session!;
                    case ReuseAction.AwaitSession:
                        attempt = decision.Session!.SettingUp;
                        break;
                    case ReuseAction.AwaitConnection:
                        attempt = decision.Connection!.Opening;
                        break;
                    case ReuseAction.NewSession:
                        attempt = AddSession(decision.Connection!, request).SettingUp;
                        made = true;
                        break;
                    default:
                        attempt = AddConnection(request).Opening;
                        break;
                }
            }

            try
            {
                await attempt.JoinAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && attempt.IsAbandoned)
            {
                // Everyone who had wanted it left just before this caller came.
            }
        }
    }

    /// <summary>One holder less. The last one starts the idle time, after which the session is logged off.</summary>
    public async Task ReleaseAsync(ClientSession session)
    {
        lock (Gate)
        {
            if (--session.Users > 0 || session.AuthenticationState == AuthenticationState.Closed)
            {
                return;
            }

            if (_idleTimeout > TimeSpan.Zero)
            {
                StartIdleTimer(session, _idleTimeout);
                return;
            }
        }

        await EndSessionAsync(session, "its last user has left", onlyIfIdle: true).ConfigureAwait(false);
    }

    /// <summary>The server has dropped the session, or refuses it: nobody gets it any more.</summary>
    private void Drop(ClientSession session, string reason)
    {
        lock (Gate)
        {
            if (!Detach(session))
            {
                return;
            }

            Log.SessionClosed(session.Connection.Logger, session.UserCredentials.ToString()!, session.Connection.ServerName, reason);
            if (session.Connection.SessionTable.Count == 0)
            {
                StartIdleTimer(session.Connection);
            }
        }
    }

    /// <summary>Ends every session and connection.</summary>
    public async Task DisposeAsync()
    {
        ClientConnection[] connections;
        lock (Gate)
        {
            _disposed = true;
            connections = [.. _connections.Values.SelectMany(c => c)];
        }

        foreach (ClientConnection connection in connections)
        {
            ClientSession[] sessions;
            lock (Gate)
            {
                sessions = [.. connection.SessionTable];
            }

            foreach (ClientSession session in sessions)
            {
                await EndSessionAsync(session, "the context is disposed", onlyIfIdle: false).ConfigureAwait(false);
            }

            await CloseAsync(connection, "The context was disposed.").ConfigureAwait(false);
        }
    }

    private List<ClientConnection> Lookup(ConnectionKey key)
    {
        if (!_connections.TryGetValue(key, out List<ClientConnection>? list))
        {
            _connections.Add(key, list = []);
        }

        return list;
    }

    private ClientConnection AddConnection(SessionRequest request)
    {
        ClientConnection connection = new(request, _clientGuids.For(request.Key.Dialects), _time);
        connection.Opening = new SharedAttempt(ct => OpenAsync(connection, ct));
        Lookup(connection.Key).Add(connection);
        return connection;
    }

    private ClientSession AddSession(ClientConnection connection, SessionRequest request)
    {
        connection.IdleTimer?.Dispose();
        connection.IdleTimer = null;
        ClientSession session = new(connection, request);
        session.SettingUp = new SharedAttempt(ct => SetUpAsync(session, ct));
        session.Lost = reason => Drop(session, reason);
        connection.Add(session);
        return session;
    }

    private async Task OpenAsync(ClientConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await Negotiator.OpenAsync(connection, cancellationToken).ConfigureAwait(false);
            lock (Gate)
            {
                _connectionsOpened++;
                connection.State = ConnectionState.Ready;
                StartIdleTimer(connection);
            }

            _ = RemoveWhenOverAsync(connection);
        }
        catch (Exception e)
        {
            Forget(connection);
            connection.Pump?.Abort(e);
            throw;
        }
    }

    private async Task SetUpAsync(ClientSession session, CancellationToken cancellationToken)
    {
        ClientConnection connection = session.Connection;
        using TimeLimit limit = new(_time, connection.Options.ConnectTimeout, cancellationToken);
        try
        {
            await connection.Dialect.SetUpSessionAsync(session, limit.Token).ConfigureAwait(false);
            lock (Gate)
            {
                if (connection.State != ConnectionState.Ready)
                {
                    throw connection.Pump!.CreateReason();
                }

                session.AuthenticationState = AuthenticationState.Valid;
                _sessionsEstablished++;
                StartIdleTimer(session, _idleTimeout > Handover ? _idleTimeout : Handover);
            }
        }
        catch (Exception e)
        {
            Log.SignInFailed(connection.Logger, session.UserCredentials.ToString()!, connection.ServerName, e.Message);
            bool timedOut = e is OperationCanceledException && !cancellationToken.IsCancellationRequested;
            await LeaveNothingBehindAsync(session, closeConnection: timedOut, e).ConfigureAwait(false);
            if (timedOut)
            {
                throw new SmbConnectionClosedException(
                    $"{connection.ServerName} did not complete the sign-in within {nameof(SmbConnectionOptions.ConnectTimeout)}.",
                    new TimeoutException($"No end of the session setup after {connection.Options.ConnectTimeout.TotalSeconds:0.###} s.", e));
            }

            throw;
        }
    }

    /// <summary>A failed sign-in takes its session with it, and its connection unless somebody else needs that.</summary>
    private async Task LeaveNothingBehindAsync(ClientSession session, bool closeConnection, Exception reason)
    {
        ClientConnection connection = session.Connection;
        lock (Gate)
        {
            Detach(session);
            closeConnection |= connection.SessionTable.Count == 0;
            if (closeConnection)
            {
                // Here, under the gate: whoever comes now must not be given a connection that is about to end.
                connection.State = ConnectionState.Closed;
            }
        }

        if (closeConnection)
        {
            await CloseAsync(connection, reason.Message).ConfigureAwait(false);
        }
        else
        {
            await session.SayGoodbyeAsync().ConfigureAwait(false);
        }
    }

    private async Task EndSessionAsync(ClientSession session, string reason, bool onlyIfIdle)
    {
        ClientConnection connection = session.Connection;
        bool last;
        lock (Gate)
        {
            if ((onlyIfIdle && session.Users > 0) || !Detach(session))
            {
                return;
            }

            last = connection.SessionTable.Count == 0;
        }

        Log.SessionClosed(connection.Logger, session.UserCredentials.ToString()!, connection.ServerName, reason);
        await session.SayGoodbyeAsync().ConfigureAwait(false);
        if (last)
        {
            lock (Gate)
            {
                last = connection.SessionTable.Count == 0;
                if (last)
                {
                    connection.State = ConnectionState.Closed;
                }
            }

            if (last)
            {
                await CloseAsync(connection, "The last session has ended.").ConfigureAwait(false);
            }
        }
    }

    /// <summary>Takes the session out of the table; false when it was out already.</summary>
    private static bool Detach(ClientSession session)
    {
        session.AuthenticationState = AuthenticationState.Closed;
        session.IdleTimer?.Dispose();
        session.IdleTimer = null;
        return session.Connection.Remove(session);
    }

    private async Task CloseAsync(ClientConnection connection, string reason)
    {
        Forget(connection);
        if (connection.Pump is { } pump)
        {
            pump.Abort(new System.IO.IOException(reason));
            await pump.Completion.ConfigureAwait(false);
        }
    }

    private async Task RemoveWhenOverAsync(ClientConnection connection)
    {
        await connection.Pump!.Completion.ConfigureAwait(false);
        Forget(connection);
    }

    /// <summary>The connection and all it carries leave the tables.</summary>
    private void Forget(ClientConnection connection)
    {
        lock (Gate)
        {
            connection.State = ConnectionState.Closed;
            connection.IdleTimer?.Dispose();
            foreach (ClientSession session in connection.SessionTable.ToArray())
            {
                Detach(session);
            }

            if (_connections.TryGetValue(connection.Key, out List<ClientConnection>? list))
            {
                list.Remove(connection);
                if (list.Count == 0)
                {
                    _connections.Remove(connection.Key);
                }
            }
        }
    }

    private static void Hold(ClientSession session)
    {
        session.Users++;
        session.IdleTimer?.Dispose();
        session.IdleTimer = null;
    }

    private void StartIdleTimer(ClientSession session, TimeSpan after)
    {
        session.IdleTimer?.Dispose();
        session.IdleTimer = after == Timeout.InfiniteTimeSpan
            ? null
            : _time.CreateTimer(s => _ = EndSessionAsync((ClientSession)s!, "idle", onlyIfIdle: true), session, after, Timeout.InfiniteTimeSpan);
    }

    private void StartIdleTimer(ClientConnection connection)
    {
        connection.IdleTimer?.Dispose();
        TimeSpan after = _idleTimeout > Handover || _idleTimeout == Timeout.InfiniteTimeSpan ? _idleTimeout : Handover;
        connection.IdleTimer = _time.CreateTimer(c => _ = EndIdleConnectionAsync((ClientConnection)c!), connection, after, Timeout.InfiniteTimeSpan);
    }

    private async Task EndIdleConnectionAsync(ClientConnection connection)
    {
        lock (Gate)
        {
            if (connection.State != ConnectionState.Ready || connection.SessionTable.Count > 0)
            {
                return;
            }

            connection.State = ConnectionState.Closed;
        }

        await CloseAsync(connection, "Nobody uses it.").ConfigureAwait(false);
    }
}
