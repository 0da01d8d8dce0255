using SmbClient.Server.Files;

namespace SmbClient.Server.Smb1;

/// <summary>What a FID stands for, [MS-CIFS] 3.3.1.7.</summary>
/// <param name="Fid">Its number on the connection.</param>
/// <param name="Tree">Where it was opened, and by whom.</param>
/// <param name="Pid">The client's process that opened it.</param>
/// <param name="Target">The file, directory or pipe.</param>
internal sealed record Smb1Open(ushort Fid, Smb1TreeConnect Tree, ushort Pid, ServerOpen Target)
{
    public bool IsPipe => Tree.Share.IsPipes;
}
