namespace SmbClient.Wire.Smb2;

/// <summary>Control codes of IOCTL, [MS-SMB2] 2.2.31, [MS-FSCC] 2.3 and [MS-FSA] 2.1.5.9.</summary>
internal enum FsControlCode : uint
{
    DfsGetReferrals = 0x00060194,
    DfsGetReferralsEx = 0x000601B0,
    GetCompression = 0x0009003C,
    SetCompression = 0x0009C040,
    SetReparsePoint = 0x000900A4,
    GetReparsePoint = 0x000900A8,
    DeleteReparsePoint = 0x000900AC,
    CreateOrGetObjectId = 0x000900C0,
    SetSparse = 0x000900C4,
    QueryAllocatedRanges = 0x000940CF,
    SetZeroData = 0x000980C8,
    FileLevelTrim = 0x00098208,
    DuplicateExtentsToFile = 0x00098344,
    PipeWait = 0x00110018,
    PipePeek = 0x0011400C,
    PipeTransceive = 0x0011C017,
    SrvRequestResumeKey = 0x00140078,
    LmrRequestResiliency = 0x001401D4,
    QueryNetworkInterfaceInfo = 0x001401FC,
    ValidateNegotiateInfo = 0x00140204,
    SrvEnumerateSnapshots = 0x00144064,
    SrvCopyChunk = 0x001440F2,
    SrvReadHash = 0x001441BB,
    SrvCopyChunkWrite = 0x001480F2,
}
