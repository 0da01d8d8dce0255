using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Gss;

namespace SmbClient;

/// <summary>
/// A handle on one user's session with a server. Several handles may share one session and one transport; the session lives as long as any
/// of them, and for the context's idle time after. Safe for any number of threads.
/// </summary>
public sealed class SmbConnection : IAsyncDisposable
{
    private readonly ConnectionTable _table;
    private readonly ClientSession _session;
    private readonly SessionRequest _request;
    private int _disposed;

    private SmbConnection(ConnectionTable table, ClientSession session, SessionRequest request)
    {
        _table = table;
        _session = session;
        _request = request;
    }

    /// <summary>The server as it was named when the connection was opened.</summary>
    public string ServerName => _session.Connection.ServerName;

    /// <summary>The dialect spoken.</summary>
    public SmbDialect Dialect => _session.Connection.SelectedDialect;

    /// <summary>True when messages are protected against changes: they are signed, or sealed, and every response is verified.</summary>
    public bool IsSigned => _session.IsSigned && !_session.IsAnonymous && !_session.IsGuest;

    /// <summary>True when every message of the session is sealed. Single shares may be, whatever this says: see <see cref="SmbShare.IsEncrypted"/>.</summary>
    public bool IsEncrypted => _session.IsEncrypted;

    /// <summary>How messages are signed; null when they are not, or sealed instead.</summary>
    public SmbSigningAlgorithm? SigningAlgorithm => IsSigned && !IsEncrypted ? _session.Connection.Dialect.SigningAlgorithm : null;

    /// <summary>The cipher that both sides agreed on, whether or not it is in use; null below SMB 3.0 and where they share none.</summary>
    public SmbCipher? Cipher => _session.Connection.Dialect.Cipher;

    /// <summary>True when the server let the user in as guest, which <see cref="SmbConnectionOptions.AllowGuest"/> has to allow.</summary>
    public bool IsGuest => _session.IsGuest;

    /// <summary>True for a null session.</summary>
    public bool IsAnonymous => _session.IsAnonymous;

    /// <summary>The server's signing state as it announced it.</summary>
    public SmbSigningState ServerSigningState => _session.Connection.ServerSigningState;

    /// <summary>Signs in with the default options. They are strict, and SMB1 is off: see <see cref="SmbConnectionOptions.AllowSmb1"/>.</summary>
    /// <inheritdoc cref="OpenAsync(SmbConnectionOptions, SmbCredential, CancellationToken)"/>
    public static Task<SmbConnection> OpenAsync(string server, SmbCredential credential, CancellationToken cancellationToken = default) =>
        OpenAsync(new SmbConnectionOptions { Server = server }, credential, cancellationToken);

    /// <summary>
    /// Signs a user in to a server: reuses a session of the same user if the context has a valid one, else an existing connection, else
    /// connects ([MS-SMB] 3.2.4.2.4).
    /// </summary>
    /// <exception cref="ArgumentException">An option has a value that no connection can have.</exception>
    /// <exception cref="FormatException"><see cref="SmbConnectionOptions.Server"/> names no server.</exception>
    /// <exception cref="SmbAuthenticationException">The user could not be signed in.</exception>
    /// <exception cref="SmbProtocolException">The server shares no dialect or signing policy with the options, or broke the protocol.</exception>
    /// <exception cref="SmbConnectionClosedException">The server cannot be reached, or went away.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<SmbConnection> OpenAsync(SmbConnectionOptions options, SmbCredential credential, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(credential);
        options.Validate();
        SmbClientContext context = options.Context ?? SmbClientContext.Shared;
        SmbPath target = SmbPath.Parse(options.Server);
        GssCredential identified = await IdentifyAsync(credential.Gss, options.Mechanisms, cancellationToken).ConfigureAwait(false);
        SessionRequest request = new(target, options, identified, options.MessageSigningPolicy ?? context.MessageSigningPolicy);
        ClientSession session = await context.ConnectionTable.AcquireAsync(request, cancellationToken).ConfigureAwait(false);
        return new SmbConnection(context.ConnectionTable, session, request);
    }

    /// <summary>Sessions are found by their users: whoever is the user of a ticket cache has to be known before the search.</summary>
    private static async ValueTask<GssCredential> IdentifyAsync(GssCredential credential, IReadOnlyList<GssMechanism> mechanisms, CancellationToken cancellationToken)
    {
        for (int i = 0; !credential.NamesUser && i < mechanisms.Count; i++)
        {
            credential = await mechanisms[i].IdentifyAsync(credential, cancellationToken).ConfigureAwait(false) ?? credential;
        }

        return credential;
    }

    /// <summary>Connects to a share. Handles on the same share of the same session use one tree connect.</summary>
    /// <param name="share">The share's name, or a UNC path or <c>smb://</c> address of it on this server.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="SmbStatusException">The server refuses: <see cref="NtStatus.BadNetworkName"/>, <see cref="NtStatus.AccessDenied"/>.</exception>
    public async Task<SmbShare> OpenShareAsync(string share, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(share);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        string name = ShareName(share);
        ClientTreeConnect tree = await TreeConnects.AcquireAsync(_table.Gate, _session, name, _request.Credential, cancellationToken).ConfigureAwait(false);
        return new SmbShare(new ShareOrigin(_table, _request), tree);
    }

    /// <summary>Asks the server for a sign of life.</summary>
    public Task EchoAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return _session.Connection.Dialect.EchoAsync(cancellationToken);
    }

    /// <summary>Lets go of the session. Shares and files that were opened through it should be disposed first.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await _table.ReleaseAsync(_session).ConfigureAwait(false);
        }
    }

    private string ShareName(string share)
    {
        if (share.IndexOfAny(['\\', '/']) < 0)
        {
            return share;
        }

        SmbPath path = SmbPath.Parse(share);
        if (!string.Equals(path.Server, ServerName, StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"'{share}' is on {path.Server}; this connection is to {ServerName}.", nameof(share));
        }

        if (path.Share is null || path.Path.Length > 0)
        {
            throw new ArgumentException($"'{share}' is not the address of a share.", nameof(share));
        }

        return path.Share;
    }
}
