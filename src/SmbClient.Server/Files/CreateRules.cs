using System.IO;
using SmbClient.Wire.Fscc;

namespace SmbClient.Server.Files;

/// <summary>What can be said of a create before anything is looked up, [MS-SMB2] 3.3.5.9 and phase 1 of [MS-FSA] 2.1.5.1.</summary>
internal static class CreateRules
{
    /// <summary>The largest size of a file; as NTFS has it.</summary>
    public const long MaxFileSize = 0xFFFFFFF0000;

    /// <summary>Attributes that are kept.</summary>
    public const FileAttributes KeptAttributes = FileAttributes.ReadOnly | FileAttributes.Hidden | FileAttributes.System | FileAttributes.Archive
        | FileAttributes.Temporary | FileAttributes.Offline;

    private const FileAttributes KnownAttributes = (FileAttributes)0x7FB7;
    private const CreateOptions InvalidOptions = unchecked((CreateOptions)0xFF000000);
    private const CreateOptions UnsupportedOptions = (CreateOptions)0x00102080;

    /// <summary>Bits that are no rights.</summary>
    private const AccessMask NoAccess = (AccessMask)0x0CE0FE00;

    private const ShareAccess KnownSharing = ShareAccess.Read | ShareAccess.Write | ShareAccess.Delete;

    /// <summary>Checks the arguments but for the name and the attributes.</summary>
    public static NtStatus Check(in CreateArguments arguments)
    {
        CreateOptions options = arguments.Options;
        if ((options & InvalidOptions) != 0
            || (options & (CreateOptions.DirectoryFile | CreateOptions.NonDirectoryFile)) == (CreateOptions.DirectoryFile | CreateOptions.NonDirectoryFile)
            || (arguments.ShareAccess & ~KnownSharing) != 0
            || arguments.Disposition > CreateDisposition.OverwriteIf
            || arguments.AllocationSize < 0
            || ((options & CreateOptions.DirectoryFile) != 0 && Overwrites(arguments.Disposition)))
        {
            return NtStatus.InvalidParameter;
        }

        if ((options & UnsupportedOptions) != 0)
        {
            return NtStatus.NotSupported;
        }

        return (arguments.DesiredAccess & NoAccess) != 0 ? NtStatus.AccessDenied : NtStatus.Success;
    }

    /// <summary>Checks the attributes of a new file.</summary>
    public static NtStatus CheckAttributes(FileAttributes attributes)
    {
        if ((attributes & ~KnownAttributes) != 0)
        {
            return NtStatus.InvalidParameter;
        }

        return (attributes & FileAttributes.Encrypted) != 0 ? NtStatus.AccessDenied : NtStatus.Success;
    }

    /// <summary>Checks the rights that are asked for against those that the share has.</summary>
    /// <param name="desired">As they came.</param>
    /// <param name="options">Deletion on close needs a right, too.</param>
    /// <param name="maximal">What the share grants.</param>
    /// <param name="wanted">Without generic ones, but <see cref="AccessMask.MaximumAllowed"/> stays.</param>
    public static NtStatus CheckAccess(AccessMask desired, CreateOptions options, AccessMask maximal, out AccessMask wanted)
    {
        wanted = FileRights.Map(desired);
        if ((wanted & AccessMask.AccessSystemSecurity) != 0)
        {
            return NtStatus.PrivilegeNotHeld;
        }

        AccessMask definite = wanted & ~AccessMask.MaximumAllowed;
        // Windows opens nothing for who only wants to wait for it.
        if ((wanted & ~AccessMask.Synchronize) == 0 || (definite & ~maximal) != 0)
        {
            return NtStatus.AccessDenied;
        }

        AccessMask possible = (wanted & AccessMask.MaximumAllowed) != 0 ? maximal : definite;
        if ((options & CreateOptions.DeleteOnClose) == 0 || (possible & AccessMask.Delete) != 0)
        {
            return NtStatus.Success;
        }

        // Windows and Samba answer so where the right was not asked for.
        return (maximal & AccessMask.Delete) == 0 ? NtStatus.AccessDenied : NtStatus.InvalidParameter;
    }

    /// <summary>Whether what exists loses its content.</summary>
    public static bool Overwrites(CreateDisposition disposition) =>
        disposition is CreateDisposition.Supersede or CreateDisposition.Overwrite or CreateDisposition.OverwriteIf;

    /// <summary>Whether what does not exist is made.</summary>
    public static bool Makes(CreateDisposition disposition) => disposition is not (CreateDisposition.Open or CreateDisposition.Overwrite);

    /// <summary>Whether what was found may be opened so.</summary>
    public static NtStatus CheckFound(in CreateArguments arguments, in StorePath path, SmbStoreEntry entry, AccessMask wanted)
    {
        if (entry.IsDirectory)
        {
            return CheckDirectory(arguments, path);
        }

        if ((arguments.Options & CreateOptions.DirectoryFile) != 0)
        {
            return NtStatus.NotADirectory;
        }

        if (path.IsDirectory)
        {
            return NtStatus.ObjectNameInvalid;
        }

        bool isReadOnly = (entry.Attributes & FileAttributes.ReadOnly) != 0;
        if (Overwrites(arguments.Disposition) && (isReadOnly || Hides(entry.Attributes, arguments.Attributes)))
        {
            return NtStatus.AccessDenied;
        }

        if (isReadOnly && (arguments.Options & CreateOptions.DeleteOnClose) != 0)
        {
            return NtStatus.CannotDelete;
        }

        return isReadOnly && (wanted & FileRights.Writing) != 0 ? NtStatus.AccessDenied : NtStatus.Success;
    }

    /// <summary>The rights of an open of what was found.</summary>
    public static AccessMask Grant(AccessMask wanted, AccessMask maximal, SmbStoreEntry entry, bool canWrite)
    {
        if ((wanted & AccessMask.MaximumAllowed) == 0)
        {
            return wanted;
        }

        bool isReadOnly = !entry.IsDirectory && ((entry.Attributes & FileAttributes.ReadOnly) != 0 || !canWrite);
        return isReadOnly ? maximal & ~FileRights.Writing : maximal;
    }

    private static NtStatus CheckDirectory(in CreateArguments arguments, in StorePath path)
    {
        if (path.IsData || (arguments.Options & CreateOptions.NonDirectoryFile) != 0 || Overwrites(arguments.Disposition))
        {
            return NtStatus.FileIsADirectory;
        }

        return path.Path.Length == 0 && (arguments.Options & CreateOptions.DeleteOnClose) != 0 ? NtStatus.CannotDelete : NtStatus.Success;
    }

    /// <summary>What is hidden or belongs to the system is overwritten only by who says that it is so.</summary>
    private static bool Hides(FileAttributes there, FileAttributes wanted) =>
        (there & ~wanted & (FileAttributes.Hidden | FileAttributes.System)) != 0;
}
