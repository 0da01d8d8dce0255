using SmbClient.Server.Files;

namespace SmbClient.Server.Connections;

/// <summary>A share as the connections see it.</summary>
/// <param name="Name">As it was configured.</param>
/// <param name="Tree">What it serves.</param>
/// <param name="Definition">What was configured; null for IPC$.</param>
internal sealed record ServerShare(string Name, ServerTree Tree, SmbServerShare? Definition)
{
    public bool IsPipes => Definition is null;

    public bool RequireEncryption => Definition?.RequireEncryption ?? false;
}
