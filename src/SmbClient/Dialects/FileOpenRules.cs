using System;
using System.IO;
using SmbClient.Wire.Dtyp;
using SmbClient.Wire.Fscc;

namespace SmbClient.Dialects;

/// <summary>How .NET's words for opening a file translate into NT's.</summary>
internal static class FileOpenRules
{
    public static CreateParameters Translate(string path, FileMode mode, FileAccess access, FileShare share) =>
        Translate(path, new SmbOpenOptions { Mode = mode, Access = access, Share = share });

    public static CreateParameters Translate(string path, SmbOpenOptions options)
    {
        if (options.Mode is FileMode.Append && (options.Access & FileAccess.Read) != 0)
        {
            throw new ArgumentException($"{nameof(FileMode.Append)} goes with {nameof(FileAccess.Write)} only.", nameof(options));
        }

        if (options.Mode is FileMode.Create or FileMode.CreateNew or FileMode.Truncate && (options.Access & FileAccess.Write) == 0)
        {
            throw new ArgumentException($"{options.Mode} changes the file: {nameof(FileAccess.Write)} must be part of the access.", nameof(options));
        }

        if (options.DurableTimeout < TimeSpan.Zero)
        {
            throw new ArgumentException($"{nameof(SmbOpenOptions.DurableTimeout)} is a time, or zero to leave it to the server.", nameof(options));
        }

        return new CreateParameters
        {
            Path = path,
            DesiredAccess = Translate(options.Access) | (options.DeleteOnClose ? AccessMask.Delete : AccessMask.None),
            ShareAccess = Translate(options.Share),
            Disposition = Translate(options.Mode),
            Options = CreateOptions.NonDirectoryFile
                | (options.DeleteOnClose ? CreateOptions.DeleteOnClose : CreateOptions.None)
                | (options.WriteThrough ? CreateOptions.WriteThrough : CreateOptions.None),
            Attributes = options.Attributes,
            Snapshot = options.Snapshot is { } snapshot ? FileTime.FromDateTimeOffset(snapshot) : null,
            QueryDetails = options.QueryDetails,
            DurableTimeout = options.DurableTimeout,
        };
    }

    public static FileBasicInformation Translate(SmbFileChanges changes) => new()
    {
        CreationTime = ToFileTime(changes.CreationTime),
        LastAccessTime = ToFileTime(changes.LastAccessTime),
        LastWriteTime = ToFileTime(changes.LastWriteTime),
        ChangeTime = 0,
        FileAttributes = changes.Attributes ?? 0,
    };

    private static AccessMask Translate(FileAccess access)
    {
        AccessMask mask = AccessMask.ReadAttributes | AccessMask.ReadControl | AccessMask.Synchronize;
        if ((access & FileAccess.Read) != 0)
        {
            mask |= AccessMask.ReadData | AccessMask.ReadEa;
        }

        if ((access & FileAccess.Write) != 0)
        {
            mask |= AccessMask.WriteData | AccessMask.AppendData | AccessMask.WriteAttributes | AccessMask.WriteEa;
        }

        return mask;
    }

    private static ShareAccess Translate(FileShare share)
    {
        ShareAccess mask = ShareAccess.None;
        mask |= (share & FileShare.Read) != 0 ? ShareAccess.Read : ShareAccess.None;
        mask |= (share & FileShare.Write) != 0 ? ShareAccess.Write : ShareAccess.None;
        mask |= (share & FileShare.Delete) != 0 ? ShareAccess.Delete : ShareAccess.None;
        return mask;
    }

    private static CreateDisposition Translate(FileMode mode) => mode switch
    {
        FileMode.CreateNew => CreateDisposition.Create,
        FileMode.Create => CreateDisposition.OverwriteIf,
        FileMode.Open => CreateDisposition.Open,
        FileMode.OpenOrCreate or FileMode.Append => CreateDisposition.OpenIf,
        FileMode.Truncate => CreateDisposition.Overwrite,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Not a file mode."),
    };

    private static long ToFileTime(DateTimeOffset? time) => time is { } value ? FileTime.FromDateTimeOffset(value) : 0;
}
