using System;
using System.IO;

namespace SmbClient.Server.Stores;

/// <summary>What a failure of the local file system is called on the wire.</summary>
internal static class IoStatus
{
    private const int Win32Facility = unchecked((int)0x80070000);

    /// <summary>False for what is not a failure of the file system, and must not be answered as one.</summary>
    public static bool TryGet(Exception exception, out NtStatus status)
    {
        NtStatus? found = exception switch
        {
            FileNotFoundException => NtStatus.ObjectNameNotFound,
            DirectoryNotFoundException => NtStatus.ObjectPathNotFound,
            DriveNotFoundException => NtStatus.NoSuchDevice,
            PathTooLongException => NtStatus.ObjectNameInvalid,
            IOException io => Of(io.HResult),
            UnauthorizedAccessException => NtStatus.AccessDenied,
            ObjectDisposedException => NtStatus.FileClosed,
            NotSupportedException => NtStatus.InvalidDeviceRequest,
            _ => null,
        };

        status = found ?? default;
        return found is not null;
    }

    /// <summary>The status of an IOException's HResult: a Win32 error on Windows, errno elsewhere.</summary>
    private static NtStatus Of(int code) => (code & unchecked((int)0xFFFF0000)) == Win32Facility ? OfWin32(code & 0xFFFF) : OfErrno(code);

    private static NtStatus OfWin32(int error) => error switch
    {
        2 => NtStatus.ObjectNameNotFound,           // ERROR_FILE_NOT_FOUND
        3 => NtStatus.ObjectPathNotFound,           // ERROR_PATH_NOT_FOUND
        4 => NtStatus.TooManyOpenedFiles,           // ERROR_TOO_MANY_OPEN_FILES
        5 => NtStatus.AccessDenied,                 // ERROR_ACCESS_DENIED
        17 => NtStatus.NotSameDevice,               // ERROR_NOT_SAME_DEVICE
        19 => NtStatus.MediaWriteProtected,         // ERROR_WRITE_PROTECT
        32 => NtStatus.SharingViolation,            // ERROR_SHARING_VIOLATION
        33 => NtStatus.FileLockConflict,            // ERROR_LOCK_VIOLATION
        39 or 112 => NtStatus.DiskFull,             // ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL
        80 or 183 => NtStatus.ObjectNameCollision,  // ERROR_FILE_EXISTS, ERROR_ALREADY_EXISTS
        123 or 206 => NtStatus.ObjectNameInvalid,   // ERROR_INVALID_NAME, ERROR_FILENAME_EXCED_RANGE
        145 => NtStatus.DirectoryNotEmpty,          // ERROR_DIR_NOT_EMPTY
        303 => NtStatus.DeletePending,              // ERROR_DELETE_PENDING
        _ => NtStatus.Unsuccessful,
    };

    private static NtStatus OfErrno(int error) => error switch
    {
        1 or 13 => NtStatus.AccessDenied,           // EPERM, EACCES
        2 => NtStatus.ObjectNameNotFound,           // ENOENT
        6 or 19 => NtStatus.AccessDenied,           // ENXIO, ENODEV: a socket or a device
        16 or 26 => NtStatus.SharingViolation,      // EBUSY, ETXTBSY
        17 => NtStatus.ObjectNameCollision,         // EEXIST
        18 => NtStatus.NotSameDevice,               // EXDEV
        20 => NtStatus.ObjectPathNotFound,          // ENOTDIR
        21 => NtStatus.FileIsADirectory,            // EISDIR
        22 => NtStatus.InvalidParameter,            // EINVAL
        23 or 24 => NtStatus.TooManyOpenedFiles,    // ENFILE, EMFILE
        27 or 28 => NtStatus.DiskFull,              // EFBIG, ENOSPC
        30 => NtStatus.MediaWriteProtected,         // EROFS
        36 when OperatingSystem.IsLinux() => NtStatus.ObjectNameInvalid,    // ENAMETOOLONG
        39 when OperatingSystem.IsLinux() => NtStatus.DirectoryNotEmpty,    // ENOTEMPTY
        40 when OperatingSystem.IsLinux() => NtStatus.ObjectNameNotFound,   // ELOOP
        63 when !OperatingSystem.IsLinux() => NtStatus.ObjectNameInvalid,   // ENAMETOOLONG of the BSDs
        66 when !OperatingSystem.IsLinux() => NtStatus.DirectoryNotEmpty,   // ENOTEMPTY of the BSDs
        69 when !OperatingSystem.IsLinux() => NtStatus.DiskFull,            // EDQUOT of the BSDs
        122 when OperatingSystem.IsLinux() => NtStatus.DiskFull,            // EDQUOT
        _ => NtStatus.Unsuccessful,
    };
}
