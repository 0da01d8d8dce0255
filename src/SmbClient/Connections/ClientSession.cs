using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Exchange.Smb2;
using SmbClient.Gss;

namespace SmbClient.Connections;

/// <summary>Client.Session.AuthenticationState, [MS-SMB] 3.2.1.3.</summary>
internal enum AuthenticationState
{
    /// <summary>The user is being signed in.</summary>
    InProgress,

    /// <summary>The user is signed in.</summary>
    Valid,

    /// <summary>The server wants the user to sign in again; the next request does it.</summary>
    Expired,

    /// <summary>The session is gone.</summary>
    Closed,
}

/// <summary>
/// Client.Session of [MS-CIFS] 3.2.1.3 and [MS-SMB] 3.2.1.3. Guarded by the gate of its <see cref="ConnectionTable"/>.
/// </summary>
internal sealed class ClientSession
{
    /// <summary>How long a goodbye may take.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly List<ClientTreeConnect> _trees = [];

    public ClientSession(ClientConnection connection, SessionRequest request)
    {
        Connection = connection;
        UserCredentials = request.Credential;
        Policy = request.Policy;
        MessageSigningPolicy = request.MessageSigningPolicy;
        Encryption = request.Options.Encryption;
        PreviousSessionId = request.PreviousSessionId;
        AllowGuest = request.Options.AllowGuest;
        IsAnonymous = request.Credential.IsAnonymous || connection.ShareLevelAccessControl;
    }

    public ClientConnection Connection { get; }

    /// <summary>Client.Session.UserCredentials, stored for the reuse search and for signing in again.</summary>
    public GssCredential UserCredentials { get; }

    public AuthenticationPolicy Policy { get; }

    public SmbSigningState MessageSigningPolicy { get; }

    public SmbEncryptionPolicy Encryption { get; }

    /// <summary>The session whose place this one takes; 0 for none.</summary>
    public ulong PreviousSessionId { get; }

    public bool AllowGuest { get; }

    /// <summary>Client.Session.SessionUID in SMB1, the SessionId in SMB2.</summary>
    public ulong SessionId { get; set; }

    public AuthenticationState AuthenticationState { get; set; } = AuthenticationState.InProgress;

    /// <summary>Client.Session.SessionKey: set once, by the first sign-in; empty for guest and anonymous.</summary>
    public byte[] SessionKey { get; private set; } = [];

    /// <summary>Client.Session.SessionKeyState is Available.</summary>
    public bool IsSessionKeyAvailable => SessionKey.Length > 0;

    /// <summary>Applications get a hash of the key, not the one that signs ([MS-SMB] 3.2.5.4).</summary>
    public bool IsSessionKeyProtected { get; private set; }

    /// <summary>The server let the user in as guest.</summary>
    public bool IsGuest { get; set; }

    /// <summary>Nobody is signed in: a null session.</summary>
    public bool IsAnonymous { get; }

    /// <summary>Messages of this session bear signatures, or are sealed, which protects them as well.</summary>
    public bool IsSigned => Connection.IsSigningActive || Channel is { SigningRequired: true } or { EncryptData: true };

    /// <summary>Session.EncryptData of [MS-SMB2] 3.2.1.3: messages of this session are sealed.</summary>
    public bool IsEncrypted => Channel is { EncryptData: true };

    /// <summary>What protects the messages of this session alone: SMB2 and later.</summary>
    public Smb2Channel? Channel { get; set; }

    /// <summary>How often the user has been signed in again after the session had expired.</summary>
    public int SignIns { get; set; }

    /// <summary>The sign-in, which everyone who wants this session awaits.</summary>
    public SharedAttempt SettingUp { get; set; } = null!;

    /// <summary>The repeated sign-in after an expiry; null while there is none.</summary>
    public SharedAttempt? Reauthentication { get; set; }

    /// <summary>Takes the session out of the tables when the server has dropped it; the argument says why.</summary>
    public Action<string>? Lost { get; set; }

    /// <summary>Client.Connection.TreeConnectTable, the part of this session.</summary>
    public IReadOnlyList<ClientTreeConnect> TreeConnectTable => _trees;

    /// <summary>Callers who hold the session.</summary>
    public int Users { get; set; }

    /// <summary>Ends the session when nobody has held it for a while.</summary>
    public ITimer? IdleTimer { get; set; }

    /// <summary>Stores the key of the first sign-in; later ones never change it (client-state R5, X1).</summary>
    public void SetSessionKey(byte[] key)
    {
        if (!IsSessionKeyAvailable)
        {
            SessionKey = key;
        }
    }

    /// <summary>Replaces the key by its protected form, [MS-SMB] 3.2.5.4.</summary>
    public void ProtectSessionKey(Func<byte[], byte[]> protect)
    {
        IsSessionKeyProtected = true;
        if (IsSessionKeyAvailable)
        {
            SessionKey = protect(SessionKey);
        }
    }

    /// <summary>Logs off, if the server knows the session and can be reached. Never throws: a server that does not take it drops the session with the connection.</summary>
    public async Task SayGoodbyeAsync()
    {
        if (SessionId == 0 || Connection.Pump is not { IsAborted: false })
        {
            return;
        }

        using CancellationTokenSource limit = new(Farewell);
        try
        {
            await Connection.Dialect.LogoffAsync(this, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Nothing is left to say.
        }
        finally
        {
            Connection.Dialect.Forget(this);
        }
    }

    public void Add(ClientTreeConnect tree) => _trees.Add(tree);

    public bool Remove(ClientTreeConnect tree) => _trees.Remove(tree);
}
