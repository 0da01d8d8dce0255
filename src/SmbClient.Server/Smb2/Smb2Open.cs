using SmbClient.Server.Files;
using SmbClient.Wire;

namespace SmbClient.Server.Smb2;

/// <summary>Something that a session has open, [MS-SMB2] 3.3.1.10.</summary>
internal sealed record Smb2Open(FileId Id, Smb2TreeConnect Tree, ServerOpen Target);
