using System;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Authentication;
using SmbClient.Protection;
using SmbClient.Server.Connections;
using SmbClient.Server.Files;
using SmbClient.Wire;

namespace SmbClient.Server.Smb2;

/// <summary>
/// A session, [MS-SMB2] 3.3.1.8: a user on one connection, with what that user has open. The receive loop verifies and opens, the send loop signs
/// and seals; nobody else uses the keys.
/// </summary>
internal sealed class Smb2Session : IDisposable
{
    private readonly ConcurrentDictionary<uint, Smb2TreeConnect> _trees = new();
    private readonly ConcurrentDictionary<ulong, Smb2Open> _opens = new();
    private readonly ServerState _server;
    private int _lastTreeId;
    private int _treeCount;
    private int _closed;
    private SmbServerSession? _user;

    public Smb2Session(ServerState server, ServerConnection connection, ulong id, PreauthIntegrity? preauth)
    {
        _server = server;
        Connection = connection;
        Id = id;
        Preauth = preauth;
    }

    public ulong Id { get; }

    public ServerConnection Connection { get; }

    /// <summary>The hash over its setup; null below 3.1.1.</summary>
    public PreauthIntegrity? Preauth { get; }

    /// <summary>The authentication that is under way, the first one or another.</summary>
    public SmbAuthConversation? Conversation { get; set; }

    /// <summary>1 while one leg of it is worked on.</summary>
    public int IsStepping;

    /// <summary>Who has signed in; null until the first authentication is complete.</summary>
    public SmbServerSession? User => Volatile.Read(ref _user);

    public SmbIdentity? Identity => User?.Identity;

    public bool IsValid => Identity is not null && Volatile.Read(ref _closed) == 0;

    public bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>Takes no unsigned message.</summary>
    public bool SigningRequired { get; private set; }

    /// <summary>Takes no message that is not sealed.</summary>
    public bool EncryptData { get; private set; }

    public Smb2Signer? Verifier { get; private set; }

    public Smb2Sealer? Opener { get; private set; }

    public IMessageProtection? Signing { get; private set; }

    public IMessageProtection? Sealing { get; private set; }

    public bool HasOpens => !_opens.IsEmpty;

    /// <summary>The first authentication is complete. False where the session is over already.</summary>
    public bool Establish(SmbAuthStep step, Smb2Negotiated negotiated, bool signingRequired, bool encryptData)
    {
        ReadOnlySpan<byte> sessionKey = step.SessionKey.Span;
        if (!sessionKey.IsEmpty)
        {
            using Smb2SessionKeys keys = Smb2SessionKeys.Derive(negotiated.Dialect, negotiated.Cipher, sessionKey, Preauth is null ? default : Preauth.Value);
            Verifier = Smb2Signer.Create(negotiated.Signing, keys.SigningKey);
            Signing = new Smb2SigningProtection(Smb2Signer.Create(negotiated.Signing, keys.SigningKey));
            if (negotiated.Cipher is { } cipher)
            {
                Opener = new Smb2Sealer(cipher, keys.EncryptionKey);
                Sealing = new Smb2SealingProtection(new Smb2Sealer(cipher, keys.DecryptionKey), Id);
            }

            SigningRequired = signingRequired;
            EncryptData = encryptData && Sealing is not null;
        }

        Interlocked.Exchange(ref _user, new SmbServerSession(step));
        if (!IsClosed)
        {
            return true;
        }

        _user.End();
        return false;
    }

    /// <summary>A new tree connect; null where there are too many, or the session is over, and the target the caller's to end.</summary>
    public Smb2TreeConnect? Connect(ServerShare share, ServerTree target)
    {
        if (Interlocked.Increment(ref _treeCount) > _server.Options.MaxTreeConnects)
        {
            Interlocked.Decrement(ref _treeCount);
            return null;
        }

        Smb2TreeConnect tree = new((uint)Interlocked.Increment(ref _lastTreeId), share, target);
        _trees[tree.Id] = tree;
        return IsClosed && _trees.TryRemove(tree.Id, out _) ? null : tree;
    }

    public bool TryGetTree(uint id, [NotNullWhen(true)] out Smb2TreeConnect? tree) => _trees.TryGetValue(id, out tree);

    public async ValueTask DisconnectAsync(Smb2TreeConnect tree)
    {
        if (_trees.TryRemove(tree.Id, out _))
        {
            Interlocked.Decrement(ref _treeCount);
            foreach (Smb2Open open in _opens.Values.Where(o => o.Tree == tree))
            {
                await CloseAsync(open).ConfigureAwait(false);
            }

            await tree.Target.EndAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Keeps an open; false where the session is over, and the open the caller's to close.</summary>
    public bool TryAdd(Smb2Open open)
    {
        _opens[open.Id.Volatile] = open;
        return !IsClosed || !_opens.TryRemove(open.Id.Volatile, out _);
    }

    /// <param name="id">As the client has it.</param>
    /// <param name="tree">Where it must be; null for anywhere.</param>
    /// <param name="open">What is open.</param>
    public bool TryGetOpen(FileId id, Smb2TreeConnect? tree, [NotNullWhen(true)] out Smb2Open? open) =>
        _opens.TryGetValue(id.Volatile, out open) && open.Id == id && (tree is null || open.Tree == tree);

    /// <summary>Closes an open, unless someone else has.</summary>
    public async ValueTask<bool> CloseAsync(Smb2Open open)
    {
        if (!_opens.TryRemove(open.Id.Volatile, out _))
        {
            return false;
        }

        _server.Opens.Leave();
        await open.Target.CloseAsync().ConfigureAwait(false);
        return true;
    }

    /// <summary>Clears the keys, when the connection has sent its last answer.</summary>
    public void Dispose()
    {
        Verifier?.Dispose();
        Opener?.Dispose();
        (Signing as IDisposable)?.Dispose();
        (Sealing as IDisposable)?.Dispose();
    }

    /// <summary>The end: everything is closed. Keys stay for the answers that are under way.</summary>
    public async ValueTask EndAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        _server.Smb2Sessions.Remove(this);
        _server.Sessions.Leave();
        Conversation?.Dispose();
        foreach (Smb2Open open in _opens.Values)
        {
            await CloseAsync(open).ConfigureAwait(false);
        }

        foreach (Smb2TreeConnect tree in _trees.Values)
        {
            await DisconnectAsync(tree).ConfigureAwait(false);
        }

        User?.End();
    }
}
