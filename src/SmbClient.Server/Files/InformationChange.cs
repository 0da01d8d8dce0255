using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire;
using SmbClient.Wire.Dtyp;
using SmbClient.Wire.Fscc;

namespace SmbClient.Server.Files;

/// <summary>Changes to an open file: the classes of [MS-FSCC] 2.4 that can be set, [MS-FSA] 2.1.5.15.</summary>
internal static class InformationChange
{
    /// <summary>The create options that FileModeInformation is made of.</summary>
    public const uint ModeBits = WriteThrough | SequentialOnly | NoBuffering | SynchronousAlert | SynchronousNonAlert | DeleteOnClose;

    private const uint WriteThrough = 0x0002;
    private const uint SequentialOnly = 0x0004;
    private const uint NoBuffering = 0x0008;
    private const uint SynchronousAlert = 0x0010;
    private const uint SynchronousNonAlert = 0x0020;
    private const uint DeleteOnClose = 0x1000;
    private const uint SettableModes = WriteThrough | SequentialOnly | SynchronousAlert | SynchronousNonAlert;

    private const long LeaveAlone = -1;
    private const long ResumeUpdates = -2;

    private delegate T Reader<T>(ref WireReader r);

    /// <summary>The rights that a class needs.</summary>
    public static AccessMask Needs(FileInformationClass informationClass) => informationClass switch
    {
        FileInformationClass.Basic => AccessMask.WriteAttributes,
        FileInformationClass.Rename or FileInformationClass.RenameEx or FileInformationClass.Disposition or FileInformationClass.DispositionEx => AccessMask.Delete,
        FileInformationClass.Allocation or FileInformationClass.EndOfFile or FileInformationClass.ValidDataLength => AccessMask.WriteData,
        FileInformationClass.FullEa => AccessMask.WriteEa,
        _ => AccessMask.None,
    };

    /// <summary>Makes the change; the rights are there.</summary>
    public static ValueTask<NtStatus> ApplyAsync(
        FileOpen open, FileTree tree, FileInformationClass informationClass, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        try
        {
            return informationClass switch
            {
                FileInformationClass.Basic => SetBasicAsync(open, Decode(input, FileBasicInformation.Read), cancellationToken),
                FileInformationClass.Rename => RenameAsync(open, tree, Decode(input, FileRenameInformation.Read), cancellationToken),
                FileInformationClass.RenameEx => RenameAsync(open, tree, Decode(input, FileRenameInformation.ReadEx), cancellationToken),
                FileInformationClass.Disposition =>
                    tree.SetDeletePendingAsync(open, Decode(input, FileDispositionInformation.Read).DeletePending, evenReadOnly: false, cancellationToken),
                FileInformationClass.DispositionEx => SetDispositionAsync(open, tree, Decode(input, FileDispositionInformationEx.Read).Flags, cancellationToken),
                FileInformationClass.Allocation => SetAllocationAsync(open, Decode(input, FileAllocationInformation.Read).AllocationSize, cancellationToken),
                FileInformationClass.EndOfFile => SetLengthAsync(open, Decode(input, FileEndOfFileInformation.Read).EndOfFile, cancellationToken),
                FileInformationClass.ValidDataLength => SetValidLengthAsync(open, Decode(input, FileValidDataLengthInformation.Read).ValidDataLength, cancellationToken),
                FileInformationClass.Position => new(SetPosition(open, Decode(input, FilePositionInformation.Read).CurrentByteOffset)),
                FileInformationClass.Mode => new(SetMode(open, Decode(input, FileModeInformation.Read).Mode)),
                FileInformationClass.FullEa => new(NtStatus.EasNotSupported),
                FileInformationClass.Link or FileInformationClass.ShortName => new(NtStatus.NotSupported),
                _ => new(NtStatus.InvalidInfoClass),
            };
        }
        catch (MalformedMessageException)
        {
            return new(NtStatus.InfoLengthMismatch);
        }
    }

    private static T Decode<T>(ReadOnlyMemory<byte> input, Reader<T> read)
    {
        WireReader r = new(input);
        return read(ref r);
    }

    private static async ValueTask<NtStatus> SetBasicAsync(FileOpen open, FileBasicInformation basic, CancellationToken cancellationToken)
    {
        FileAttributes attributes = basic.FileAttributes;
        bool isWrongKind = open.IsDirectory ? (attributes & FileAttributes.Temporary) != 0 : (attributes & FileAttributes.Directory) != 0;
        if (isWrongKind || !IsTime(basic.CreationTime) || !IsTime(basic.LastAccessTime) || !IsTime(basic.LastWriteTime) || !IsTime(basic.ChangeTime))
        {
            return NtStatus.InvalidParameter;
        }

        SmbStoreEntry entry = await open.Node.GetEntryAsync(cancellationToken).ConfigureAwait(false);
        SmbStoreTimes held = open.Times.Current;
        open.Times.Hold(Hold(basic.LastWriteTime, held.LastWriteTime, entry.LastWriteTime), Hold(basic.ChangeTime, held.ChangeTime, entry.ChangeTime));
        SmbStoreTimes times = new()
        {
            CreationTime = FileTime.ToDateTimeOffset(basic.CreationTime),
            LastAccessTime = FileTime.ToDateTimeOffset(basic.LastAccessTime),
            LastWriteTime = FileTime.ToDateTimeOffset(basic.LastWriteTime),
            ChangeTime = open.Times.Current.ChangeTime,
        };
        FileAttributes? chosen = attributes == 0 ? null : Kept(attributes, open.IsDirectory);
        return times == default && chosen is null ? NtStatus.Success : await open.Node.SetTimesAsync(times, chosen, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsTime(long fileTime) => fileTime is >= ResumeUpdates and <= 0 || FileTime.ToDateTimeOffset(fileTime) is not null;

    /// <summary>The time that stays from now on, or null where writing changes it again.</summary>
    private static DateTimeOffset? Hold(long wanted, DateTimeOffset? held, DateTimeOffset now) => wanted switch
    {
        0 => held,
        LeaveAlone => held ?? now,
        ResumeUpdates => null,
        _ => FileTime.ToDateTimeOffset(wanted),
    };

    private static FileAttributes Kept(FileAttributes attributes, bool isDirectory)
    {
        FileAttributes kept = attributes & CreateRules.KeptAttributes;
        if (isDirectory)
        {
            return kept | FileAttributes.Directory;
        }

        return kept == 0 ? FileAttributes.Normal : kept;
    }

    private static ValueTask<NtStatus> RenameAsync(FileOpen open, FileTree tree, FileRenameInformation rename, CancellationToken cancellationToken)
    {
        if (rename.RootDirectory != 0)
        {
            return new(NtStatus.InvalidParameter);
        }

        return rename.OtherFlags != 0 ? new(NtStatus.NotSupported) : tree.RenameAsync(open, rename.FileName, rename.ReplaceIfExists, cancellationToken);
    }

    private static ValueTask<NtStatus> SetDispositionAsync(FileOpen open, FileTree tree, uint flags, CancellationToken cancellationToken)
    {
        if ((flags & FileDispositionInformationEx.PosixSemantics) != 0)
        {
            return new(NtStatus.NotSupported);
        }

        bool deletes = (flags & FileDispositionInformationEx.Delete) != 0;
        if ((flags & FileDispositionInformationEx.OnClose) != 0)
        {
            open.DeleteOnClose = deletes && open.Path.Length > 0;
            return new(NtStatus.Success);
        }

        return tree.SetDeletePendingAsync(open, deletes, (flags & FileDispositionInformationEx.IgnoreReadOnlyAttribute) != 0, cancellationToken);
    }

    private static async ValueTask<NtStatus> SetAllocationAsync(FileOpen open, long size, CancellationToken cancellationToken)
    {
        NtStatus status = CheckLength(open, size);
        if (status != NtStatus.Success)
        {
            return status;
        }

        SmbStoreEntry entry = await open.Node.GetEntryAsync(cancellationToken).ConfigureAwait(false);
        open.File.AllocationHint = size;
        return size < entry.Length ? await SetLengthAsync(open, size, cancellationToken).ConfigureAwait(false) : NtStatus.Success;
    }

    private static async ValueTask<NtStatus> SetLengthAsync(FileOpen open, long length, CancellationToken cancellationToken)
    {
        NtStatus status = CheckLength(open, length);
        status = status == NtStatus.Success ? await open.Node.SetLengthAsync(length, cancellationToken).ConfigureAwait(false) : status;
        return status == NtStatus.Success && open.Times.AreSet ? await open.Times.RestoreAsync(open.Node, cancellationToken).ConfigureAwait(false) : status;
    }

    private static async ValueTask<NtStatus> SetValidLengthAsync(FileOpen open, long length, CancellationToken cancellationToken)
    {
        NtStatus status = CheckLength(open, length);
        return status == NtStatus.Success && length > (await open.Node.GetEntryAsync(cancellationToken).ConfigureAwait(false)).Length
            ? NtStatus.InvalidParameter
            : status;
    }

    private static NtStatus CheckLength(FileOpen open, long length) =>
        open.IsDirectory || length is < 0 or > CreateRules.MaxFileSize ? NtStatus.InvalidParameter : NtStatus.Success;

    private static NtStatus SetPosition(FileOpen open, long position)
    {
        if (position < 0)
        {
            return NtStatus.InvalidParameter;
        }

        open.Position = position;
        return NtStatus.Success;
    }

    private static NtStatus SetMode(FileOpen open, uint mode)
    {
        if ((mode & ~SettableModes) != 0)
        {
            return NtStatus.InvalidParameter;
        }

        open.Mode = mode;
        return NtStatus.Success;
    }
}
