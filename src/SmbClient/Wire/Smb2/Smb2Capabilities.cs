using System;

namespace SmbClient.Wire.Smb2;

/// <summary>SecurityMode of either side, [MS-SMB2] 2.2.3.</summary>
[Flags]
internal enum Smb2SecurityMode : ushort
{
    None = 0,
    SigningEnabled = 0x0001,
    SigningRequired = 0x0002,
}

/// <summary>Capabilities of either side, [MS-SMB2] 2.2.3.</summary>
[Flags]
internal enum Smb2Capabilities : uint
{
    None = 0,
    Dfs = 0x00000001,
    Leasing = 0x00000002,
    LargeMtu = 0x00000004,
    MultiChannel = 0x00000008,
    PersistentHandles = 0x00000010,
    DirectoryLeasing = 0x00000020,
    Encryption = 0x00000040,
    Notifications = 0x00000080,
}
