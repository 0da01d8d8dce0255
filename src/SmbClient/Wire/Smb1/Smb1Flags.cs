using System;

namespace SmbClient.Wire.Smb1;

/// <summary>SMB_Header.Flags, [MS-CIFS] 2.2.3.1.</summary>
[Flags]
internal enum Smb1Flags : byte
{
    None = 0,
    LockAndReadOk = 0x01,
    CaseInsensitive = 0x08,
    CanonicalizedPaths = 0x10,
    Oplock = 0x20,
    OplockBatch = 0x40,
    Reply = 0x80,
}

/// <summary>SMB_Header.Flags2, [MS-CIFS] 2.2.3.1 and [MS-SMB] 2.2.3.1.</summary>
[Flags]
internal enum Smb1Flags2 : ushort
{
    None = 0,
    LongNames = 0x0001,
    ExtendedAttributes = 0x0002,
    SecuritySignature = 0x0004,
    Compressed = 0x0008,
    SecuritySignatureRequired = 0x0010,
    IsLongName = 0x0040,
    ReparsePath = 0x0400,
    ExtendedSecurity = 0x0800,
    Dfs = 0x1000,
    ReadIfExecute = 0x2000,
    NtStatus = 0x4000,
    Unicode = 0x8000,
}
