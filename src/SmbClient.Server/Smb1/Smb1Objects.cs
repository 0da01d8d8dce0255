using System;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.Server.Connections;
using SmbClient.Server.Files;

namespace SmbClient.Server.Smb1;

/// <summary>Everything that the clients of one connection have: sessions, trees, files and searches. What goes takes along what hangs on it.</summary>
internal sealed class Smb1Objects
{
    private const int MaxSearches = 1024;

    private readonly ServerState _server;

    public Smb1Objects(ServerState server)
    {
        _server = server;
    }

    public Smb1Numbers<Smb1Session> Sessions { get; } = new();

    public Smb1Numbers<Smb1TreeConnect> Trees { get; } = new();

    public Smb1Numbers<Smb1Open> Opens { get; } = new();

    public Smb1Numbers<Smb1Search> Searches { get; } = new(MaxSearches);

    /// <summary>A session that is being set up, or the reason why there is none.</summary>
    public (NtStatus Status, Smb1Session? Session) Begin()
    {
        if (Sessions.Values.Count(s => s.Identity is null) >= _server.Options.MaxUnfinishedSetups)
        {
            return (NtStatus.InsufficientResources, null);
        }

        if (!_server.Sessions.TryEnter())
        {
            return (NtStatus.TooManySessions, null);
        }

        Smb1Session? session = Sessions.Add(uid => new Smb1Session(uid));
        if (session is null)
        {
            _server.Sessions.Leave();
            return (NtStatus.TooManySessions, null);
        }

        return (NtStatus.Success, session);
    }

    /// <summary>A new tree connect; null where there are too many, or the session is over, and the target the caller's to end.</summary>
    public Smb1TreeConnect? Connect(Smb1Session session, ServerShare share, ServerTree target)
    {
        if (Trees.Values.Count(t => t.Session == session) >= _server.Options.MaxTreeConnects)
        {
            return null;
        }

        Smb1TreeConnect? tree = Trees.Add(tid => new Smb1TreeConnect(tid, session, share, target));
        return tree is not null && session.IsClosed && Trees.Remove(tree.Tid, tree) ? null : tree;
    }

    /// <summary>Keeps an open, which counts from its creation on; null where it cannot be kept, and is closed.</summary>
    public async ValueTask<Smb1Open?> KeepAsync(Smb1TreeConnect tree, ushort pid, ServerOpen target)
    {
        Smb1Open? open = Opens.Add(fid => new Smb1Open(fid, tree, pid, target));
        if (open is null)
        {
            await GiveUpAsync(target).ConfigureAwait(false);
            return null;
        }

        if (tree.IsClosed)
        {
            await CloseAsync(open).ConfigureAwait(false);
            return null;
        }

        return open;
    }

    /// <summary>The same for a search.</summary>
    public async ValueTask<Smb1Search?> KeepAsync(Func<ushort, Smb1Search> create, Smb1TreeConnect tree, ServerOpen target)
    {
        Smb1Search? search = Searches.Add(create);
        if (search is null)
        {
            await GiveUpAsync(target).ConfigureAwait(false);
            return null;
        }

        if (tree.IsClosed)
        {
            await CloseAsync(search).ConfigureAwait(false);
            return null;
        }

        return search;
    }

    /// <summary>Closes something that counts as open.</summary>
    public async ValueTask GiveUpAsync(ServerOpen target)
    {
        _server.Opens.Leave();
        await target.CloseAsync().ConfigureAwait(false);
    }

    /// <summary>Closes a file, unless someone else has.</summary>
    public async ValueTask<bool> CloseAsync(Smb1Open open)
    {
        if (!Opens.Remove(open.Fid, open))
        {
            return false;
        }

        await GiveUpAsync(open.Target).ConfigureAwait(false);
        return true;
    }

    /// <summary>Ends a search, unless someone else has.</summary>
    public async ValueTask CloseAsync(Smb1Search search)
    {
        if (Searches.Remove(search.Sid, search))
        {
            await GiveUpAsync(search.Directory).ConfigureAwait(false);
        }
    }

    public async ValueTask DisconnectAsync(Smb1TreeConnect tree)
    {
        tree.IsClosed = true;
        bool isOurs = Trees.Remove(tree.Tid, tree);
        foreach (Smb1Open open in Opens.Values.Where(o => o.Tree == tree))
        {
            await CloseAsync(open).ConfigureAwait(false);
        }

        foreach (Smb1Search search in Searches.Values.Where(s => s.Tree == tree))
        {
            await CloseAsync(search).ConfigureAwait(false);
        }

        if (isOurs)
        {
            await tree.Target.EndAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Everything that a client's process has open, [MS-CIFS] 3.3.5.17.</summary>
    public async ValueTask ExitAsync(Smb1Session session, ushort pid)
    {
        foreach (Smb1Open open in Opens.Values.Where(o => o.Tree.Session == session && o.Pid == pid))
        {
            await CloseAsync(open).ConfigureAwait(false);
        }
    }

    public async ValueTask EndAsync(Smb1Session session)
    {
        session.IsClosed = true;
        if (!Sessions.Remove(session.Uid, session))
        {
            return;
        }

        _server.Sessions.Leave();
        session.Conversation?.Dispose();
        foreach (Smb1TreeConnect tree in Trees.Values.Where(t => t.Session == session))
        {
            await DisconnectAsync(tree).ConfigureAwait(false);
        }

        session.User?.End();
    }

    public async ValueTask EndAllAsync()
    {
        foreach (Smb1Session session in Sessions.Values)
        {
            await EndAsync(session).ConfigureAwait(false);
        }
    }
}
