using System;

namespace SmbClient.Wire.Smb1;

/// <summary>Capabilities of either side, [MS-CIFS] 2.2.4.52.2 and [MS-SMB] 2.2.4.5.2.1.</summary>
[Flags]
internal enum Smb1Capabilities : uint
{
    None = 0,
    RawMode = 0x00000001,
    MpxMode = 0x00000002,
    Unicode = 0x00000004,
    LargeFiles = 0x00000008,
    NtSmbs = 0x00000010,
    RpcRemoteApis = 0x00000020,
    Status32 = 0x00000040,
    LevelIIOplocks = 0x00000080,
    LockAndRead = 0x00000100,
    NtFind = 0x00000200,
    Dfs = 0x00001000,
    InfoLevelPassThru = 0x00002000,
    LargeReadX = 0x00004000,
    LargeWriteX = 0x00008000,
    Lwio = 0x00010000,
    Unix = 0x00800000,
    DynamicReauth = 0x20000000,
    ExtendedSecurity = 0x80000000,
}

/// <summary>SecurityMode of the NEGOTIATE response, [MS-CIFS] 2.2.4.52.2.</summary>
[Flags]
internal enum Smb1SecurityMode : byte
{
    None = 0,
    UserLevel = 0x01,
    EncryptPasswords = 0x02,
    SignaturesEnabled = 0x04,
    SignaturesRequired = 0x08,
}
