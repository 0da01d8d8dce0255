using SmbClient.Wire.Fscc;

namespace SmbClient.Server.Files;

/// <summary>Rights in sets, and how the generic ones are turned into specific ones, [MS-SMB2] 2.2.13.1.</summary>
internal static class FileRights
{
    /// <summary>Everything that can be done to a file.</summary>
    public const AccessMask All = (AccessMask)0x001F01FF;

    /// <summary>What a share that nobody changes grants.</summary>
    public const AccessMask ReadOnly = (AccessMask)0x001200A9;

    /// <summary>Reading content.</summary>
    public const AccessMask Reading = AccessMask.ReadData | AccessMask.Execute;

    /// <summary>Writing content.</summary>
    public const AccessMask Writing = AccessMask.WriteData | AccessMask.AppendData;

    /// <summary>What share modes are about; an open with none of these conflicts with nobody.</summary>
    public const AccessMask Shared = Reading | Writing | AccessMask.Delete;

    private const AccessMask GenericAll = (AccessMask)0x10000000;
    private const AccessMask GenericExecute = (AccessMask)0x20000000;
    private const AccessMask GenericWrite = (AccessMask)0x40000000;
    private const AccessMask GenericRead = (AccessMask)0x80000000;
    private const AccessMask Generic = GenericAll | GenericExecute | GenericWrite | GenericRead;

    /// <summary>Replaces the generic rights; <see cref="AccessMask.MaximumAllowed"/> stays.</summary>
    public static AccessMask Map(AccessMask access)
    {
        AccessMask mapped = access & ~Generic;
        mapped |= (access & GenericAll) != 0 ? All : 0;
        mapped |= (access & GenericExecute) != 0 ? (AccessMask)0x001200A0 : 0;
        mapped |= (access & GenericWrite) != 0 ? (AccessMask)0x00120116 : 0;
        mapped |= (access & GenericRead) != 0 ? (AccessMask)0x00120089 : 0;
        return mapped;
    }
}
