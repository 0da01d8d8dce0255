using System;
using SmbClient.Server.Files;

namespace SmbClient.Server.Connections;

/// <summary>A share as the connections see it.</summary>
/// <param name="Name">As it was configured.</param>
/// <param name="Open">What it serves to a user: one thing for all, or one for each tree connect. Null refuses the user.</param>
/// <param name="Definition">What was configured; null for IPC$.</param>
internal sealed record ServerShare(string Name, Func<SmbServerSession, ServerTree?> Open, SmbServerShare? Definition)
{
    public bool IsPipes => Definition is null;

    public bool RequireEncryption => Definition?.RequireEncryption ?? false;

    /// <summary>What a tree connect of this user leads to, which ends it; null where the user may not connect.</summary>
    public ServerTree? TryOpen(SmbServerSession session) => Definition?.Authorize?.Invoke(session.Identity) == false ? null : Open(session);
}
