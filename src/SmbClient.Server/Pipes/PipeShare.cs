namespace SmbClient.Server.Pipes;

/// <summary>A share as listings of shares name it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">[MS-SRVS] 2.2.2.4: 0 for a disk, 3 for IPC, with <see cref="Special"/> for administrative ones.</param>
/// <param name="Comment">What is said of it.</param>
internal readonly record struct PipeShare(string Name, uint Type, string Comment)
{
    /// <summary>STYPE_DISKTREE.</summary>
    public const uint Disk = 0;

    /// <summary>STYPE_IPC.</summary>
    public const uint Ipc = 3;

    /// <summary>STYPE_SPECIAL: for programs, not shown by most clients.</summary>
    public const uint Special = 0x80000000;
}
