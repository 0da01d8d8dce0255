using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace SmbClient.Server.Smb2;

/// <summary>GlobalSessionTable, [MS-SMB2] 3.3.1.5: the sessions of every connection by their number, which no two of them ever have.</summary>
internal sealed class Smb2SessionTable
{
    private readonly ConcurrentDictionary<ulong, Smb2Session> _sessions = new();
    private long _lastId;

    public ulong NextId() => (ulong)Interlocked.Increment(ref _lastId);

    public void Add(Smb2Session session) => _sessions[session.Id] = session;

    public void Remove(Smb2Session session) => _sessions.TryRemove(session.Id, out _);

    public bool TryGet(ulong id, [NotNullWhen(true)] out Smb2Session? session) => _sessions.TryGetValue(id, out session);
}
