using System;

namespace SmbClient.Wire.Fscc;

/// <summary>What happens when the file exists, or does not, [MS-SMB2] 2.2.13 and [MS-CIFS] 2.2.4.64.1.</summary>
internal enum CreateDisposition : uint
{
    Supersede = 0,
    Open = 1,
    Create = 2,
    OpenIf = 3,
    Overwrite = 4,
    OverwriteIf = 5,
}

/// <summary>What happened, [MS-CIFS] 2.2.4.64.2.</summary>
internal enum CreateAction : uint
{
    Superseded = 0,
    Opened = 1,
    Created = 2,
    Overwritten = 3,
}

/// <summary>How the file is opened, [MS-CIFS] 2.2.4.64.1.</summary>
[Flags]
internal enum CreateOptions : uint
{
    None = 0,
    DirectoryFile = 0x00000001,
    WriteThrough = 0x00000002,
    SequentialOnly = 0x00000004,
    NonDirectoryFile = 0x00000040,
    RandomAccess = 0x00000800,
    DeleteOnClose = 0x00001000,
    OpenForBackupIntent = 0x00004000,
    OpenReparsePoint = 0x00200000,
}

/// <summary>What others may do meanwhile, [MS-CIFS] 2.2.4.64.1.</summary>
[Flags]
internal enum ShareAccess : uint
{
    None = 0,
    Read = 0x00000001,
    Write = 0x00000002,
    Delete = 0x00000004,
}

/// <summary>Access rights to files and directories, [MS-SMB2] 2.2.13.1.</summary>
[Flags]
internal enum AccessMask : uint
{
    None = 0,
    ReadData = 0x00000001,
    WriteData = 0x00000002,
    AppendData = 0x00000004,
    ReadEa = 0x00000008,
    WriteEa = 0x00000010,
    Execute = 0x00000020,
    DeleteChild = 0x00000040,
    ReadAttributes = 0x00000080,
    WriteAttributes = 0x00000100,
    Delete = 0x00010000,
    ReadControl = 0x00020000,
    WriteDac = 0x00040000,
    WriteOwner = 0x00080000,
    Synchronize = 0x00100000,
    AccessSystemSecurity = 0x01000000,
    MaximumAllowed = 0x02000000,
}
