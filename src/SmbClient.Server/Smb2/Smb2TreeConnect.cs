using SmbClient.Server.Connections;
using SmbClient.Server.Files;

namespace SmbClient.Server.Smb2;

/// <summary>A session's connection to a share, [MS-SMB2] 3.3.1.9.</summary>
internal sealed record Smb2TreeConnect(uint Id, ServerShare Share, ServerTree Target);
