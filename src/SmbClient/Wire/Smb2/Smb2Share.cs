using System;

namespace SmbClient.Wire.Smb2;

/// <summary>What a share is, [MS-SMB2] 2.2.10.</summary>
internal enum Smb2ShareType : byte
{
    Disk = 0x01,
    Pipe = 0x02,
    Print = 0x03,
}

/// <summary>Properties of a share, [MS-SMB2] 2.2.10.</summary>
[Flags]
internal enum Smb2ShareFlags : uint
{
    ManualCaching = 0,
    Dfs = 0x00000001,
    DfsRoot = 0x00000002,
    AutoCaching = 0x00000010,
    VdoCaching = 0x00000020,
    NoCaching = VdoCaching | AutoCaching,
    RestrictExclusiveOpens = 0x00000100,
    ForceSharedDelete = 0x00000200,
    AllowNamespaceCaching = 0x00000400,
    AccessBasedDirectoryEnum = 0x00000800,
    ForceLevelIIOplock = 0x00001000,
    EnableHashV1 = 0x00002000,
    EnableHashV2 = 0x00004000,
    EncryptData = 0x00008000,
    IdentityRemoting = 0x00040000,
    CompressData = 0x00100000,
    IsolatedTransport = 0x00200000,
}

/// <summary>Capabilities of a share, [MS-SMB2] 2.2.10.</summary>
[Flags]
internal enum Smb2ShareCapabilities : uint
{
    None = 0,
    Dfs = 0x00000008,
    ContinuousAvailability = 0x00000010,
    Scaleout = 0x00000020,
    Cluster = 0x00000040,
    Asymmetric = 0x00000080,
    RedirectToOwner = 0x00000100,
}
