using System;
using System.Linq;
using SmbClient.Wire.Fscc;

namespace SmbClient.Server.Smb1;

/// <summary>How the older commands say what they open a file for, in the terms of NT_CREATE_ANDX, [MS-CIFS] 3.3.5.35.</summary>
internal static class Smb1OpenModes
{
    /// <summary>AccessMode of a file that its client has created.</summary>
    public const ushort ReadAndWrite = 2;

    private const int AccessBits = 0x7;
    private const int Execute = 3;
    private const int SharingBits = 0x7;
    private const int SharingShift = 4;
    private const ushort CreateIfMissing = 0x10;
    private const AccessMask Reads = (AccessMask)0x00120089;
    private const AccessMask Writes = (AccessMask)0x00120116;
    private const AccessMask Executes = (AccessMask)0x001200A0;

    private static readonly string[] Programs = [".com", ".dll", ".exe", ".sym"];

    /// <summary>The rights, or null for a mode that there is not.</summary>
    public static AccessMask? AccessOf(ushort accessMode) => (accessMode & AccessBits) switch
    {
        0 => Reads,
        1 => Writes,
        2 => Reads | Writes,
        Execute => Reads | Executes,

        // An FCB open, which gets what it can.
        7 => Reads | Writes,
        _ => null,
    };

    /// <summary>ERRDOS, ERRbadaccess: a mode that there is not.</summary>
    public const NtStatus InvalidMode = (NtStatus)0x000C0001;

    /// <summary>What others may do with the file of a path.</summary>
    public static ShareAccess SharingOf(ushort accessMode, string path) => ((accessMode >> SharingShift) & SharingBits) switch
    {
        1 => ShareAccess.None,
        2 => ShareAccess.Read,
        3 => ShareAccess.Write,
        4 => ShareAccess.Read | ShareAccess.Write,

        // Compatibility mode: programs are everybody's, and who only reads lets others read.
        0 => IsProgram(path) ? ShareAccess.Read | ShareAccess.Write : (accessMode & AccessBits) is 0 or Execute ? ShareAccess.Read : ShareAccess.None,
        _ => ShareAccess.None,
    };

    /// <summary>What happens to a file that exists or does not, or null where nothing may.</summary>
    public static CreateDisposition? DispositionOf(ushort openMode, ushort accessMode) => (openMode & 0x3, openMode & CreateIfMissing) switch
    {
        // To open for execution where nothing may happen makes the file: so do Windows and Samba.
        (0, 0) => (accessMode & AccessBits) == Execute ? CreateDisposition.Create : null,
        (0, CreateIfMissing) => CreateDisposition.Create,
        (1, 0) => CreateDisposition.Open,
        (1, CreateIfMissing) => CreateDisposition.OpenIf,
        (2, 0) => CreateDisposition.Overwrite,
        (2, CreateIfMissing) => CreateDisposition.OverwriteIf,
        _ => null,
    };

    private static bool IsProgram(string path) => Programs.Any(e => path.EndsWith(e, StringComparison.OrdinalIgnoreCase));
}
