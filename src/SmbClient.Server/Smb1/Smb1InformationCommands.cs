using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>TRANS2_QUERY_ and SET_PATH_ and FILE_INFORMATION, [MS-CIFS] 2.2.6.6 to 2.2.6.9, with the levels of 2.2.8.3 and 2.2.8.4 and those of [MS-FSCC].</summary>
internal sealed class Smb1InformationCommands
{
    private const int MaxOutput = ushort.MaxValue;
    private const FileAttributes KnownToDos = FileAttributes.ReadOnly | FileAttributes.Hidden | FileAttributes.System | FileAttributes.Directory | FileAttributes.Archive;

    /// <summary>EaErrorOffset, the parameters of every answer.</summary>
    private static readonly byte[] NoEaError = [0, 0];

    private readonly Smb1Files _files;

    public Smb1InformationCommands(Smb1Files files)
    {
        _files = files;
    }

    public async ValueTask<Smb1TransactionResult> QueryPathAsync(Smb1Request request, Smb1Transaction transaction, CancellationToken cancellationToken)
    {
        QueryPathInfoParameters asked = ReadPath(request, transaction);
        return await _files.UseAsync(
            request, Smb1Files.PathOf(request.Tree!, asked.FileName), AccessMask.ReadAttributes, CreateOptions.None, static status => new Smb1TransactionResult(status),
            open => QueryAsync(open, asked.Level, request.Strings, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<Smb1TransactionResult> QueryFileAsync(Smb1Request request, Smb1Transaction transaction, CancellationToken cancellationToken)
    {
        QueryFileInfoParameters asked = ReadFile(transaction);
        return _files.TryFind(request, asked.Fid, out Smb1Open open)
            ? await QueryAsync(open.Target, asked.Level, request.Strings, cancellationToken).ConfigureAwait(false)
            : new Smb1TransactionResult(NtStatus.InvalidHandle);
    }

    public async ValueTask<Smb1TransactionResult> SetPathAsync(Smb1Request request, Smb1Transaction transaction, CancellationToken cancellationToken)
    {
        QueryPathInfoParameters asked = ReadPath(request, transaction);
        if (Smb1InformationChange.Decode(asked.Level, transaction.Data) is not { } change)
        {
            return new Smb1TransactionResult(NtStatus.InvalidLevel);
        }

        NtStatus status = await _files.UseAsync(
            request, Smb1Files.PathOf(request.Tree!, asked.FileName), change.Access, CreateOptions.None,
            open => SetAsync(request, open, change, cancellationToken), cancellationToken).ConfigureAwait(false);
        return new Smb1TransactionResult(status, NoEaError);
    }

    public async ValueTask<Smb1TransactionResult> SetFileAsync(Smb1Request request, Smb1Transaction transaction, CancellationToken cancellationToken)
    {
        QueryFileInfoParameters asked = ReadFile(transaction);
        if (!_files.TryFind(request, asked.Fid, out Smb1Open open))
        {
            return new Smb1TransactionResult(NtStatus.InvalidHandle);
        }

        return Smb1InformationChange.Decode(asked.Level, transaction.Data) is { } change
            ? new Smb1TransactionResult(await SetAsync(request, open.Target, change, cancellationToken).ConfigureAwait(false), NoEaError)
            : new Smb1TransactionResult(NtStatus.InvalidLevel);
    }

    private static QueryPathInfoParameters ReadPath(Smb1Request request, Smb1Transaction transaction)
    {
        WireReader reader = new(transaction.Parameters);
        return QueryPathInfoParameters.Read(ref reader, request.Strings);
    }

    private static QueryFileInfoParameters ReadFile(Smb1Transaction transaction)
    {
        WireReader reader = new(transaction.Parameters);
        return QueryFileInfoParameters.Read(ref reader);
    }

    private async ValueTask<NtStatus> SetAsync(Smb1Request request, ServerOpen open, Smb1InformationChange change, CancellationToken cancellationToken)
    {
        if (change.NewName is not { } name)
        {
            NtStatus status = await open.SetInformationAsync(change.InformationClass, change.Input, cancellationToken).ConfigureAwait(false);
            return status == NtStatus.InvalidInfoClass ? NtStatus.InvalidLevel : status;
        }

        // A bare name stays in its directory, or is counted from the one that the root names ([MS-SMB] 3.3.5.10.1).
        string directory = Smb1Files.Split(open.Path).Directory;
        if (change.RootFid != 0)
        {
            if (change.RootFid > ushort.MaxValue || !_files.TryFind(request, (ushort)change.RootFid, out Smb1Open root))
            {
                return NtStatus.InvalidHandle;
            }

            directory = root.Target.Path;
        }

        string target = name.Contains('\\', StringComparison.Ordinal) && change.RootFid == 0 ? name.TrimStart('\\') : Smb1Names.Join(directory, name.TrimStart('\\'));
        return await open.RenameAsync(target, change.ReplaceIfExists, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<Smb1TransactionResult> QueryAsync(ServerOpen open, ushort level, Smb1Strings strings, CancellationToken cancellationToken)
    {
        switch (level)
        {
            case Smb1InformationLevels.InfoStandard or Smb1InformationLevels.InfoEaSize:
                SmbStoreEntry? entry = await open.GetEntryAsync(cancellationToken).ConfigureAwait(false);
                return entry is null
                    ? new Smb1TransactionResult(NtStatus.InvalidDeviceRequest)
                    : new Smb1TransactionResult(NtStatus.Success, NoEaError, EncodeStandard(entry, withEaSize: level == Smb1InformationLevels.InfoEaSize));
            case Smb1InformationLevels.InfoEasFromList or Smb1InformationLevels.InfoAllEas:
                // A list without entries: its own length.
                return new Smb1TransactionResult(NtStatus.Success, NoEaError, new byte[] { sizeof(uint), 0, 0, 0 });
            case Smb1InformationLevels.InfoIsNameValid:
                return new Smb1TransactionResult(NtStatus.Success, NoEaError);
        }

        FileInformationClass? informationClass = level switch
        {
            Smb1InformationLevels.QueryFileBasicInfo => FileInformationClass.Basic,
            Smb1InformationLevels.QueryFileStandardInfo => FileInformationClass.Standard,
            Smb1InformationLevels.QueryFileEaInfo => FileInformationClass.Ea,
            Smb1InformationLevels.QueryFileNameInfo => FileInformationClass.Name,
            Smb1InformationLevels.QueryFileAllInfo => FileInformationClass.All,
            Smb1InformationLevels.QueryFileAltNameInfo => FileInformationClass.AlternateName,
            Smb1InformationLevels.QueryFileStreamInfo => FileInformationClass.Stream,
            Smb1InformationLevels.QueryFileCompressionInfo => FileInformationClass.Compression,
            > Smb1InformationLevels.PassThrough and <= Smb1InformationLevels.PassThrough + byte.MaxValue => (FileInformationClass)(level - Smb1InformationLevels.PassThrough),
            _ => null,
        };
        if (informationClass is not { } known)
        {
            return new Smb1TransactionResult(NtStatus.InvalidLevel);
        }

        QueryOutcome outcome = await open.QueryInformationAsync(known, MaxOutput, cancellationToken).ConfigureAwait(false);
        return outcome.Status is NtStatus.Success or NtStatus.BufferOverflow
            ? new Smb1TransactionResult(outcome.Status, NoEaError, Encode(level, outcome.Output, strings))
            : new Smb1TransactionResult(outcome.Status == NtStatus.InvalidInfoClass ? NtStatus.InvalidLevel : outcome.Status);
    }

    private static byte[] EncodeStandard(SmbStoreEntry entry, bool withEaSize)
    {
        byte[] buffer = new byte[FileTimes.Size + 10 + (withEaSize ? sizeof(uint) : 0)];
        WireWriter writer = new(buffer);
        Smb1FileTimes.Of(entry).Write(ref writer);
        writer.UInt32((uint)Math.Min(entry.Length, uint.MaxValue));
        writer.UInt32((uint)Math.Min(entry.AllocationSize, uint.MaxValue));
        writer.UInt16((ushort)(entry.Attributes & KnownToDos));
        return buffer;
    }

    /// <summary>The forms of SMB1 where they differ from those of [MS-FSCC].</summary>
    private static ReadOnlyMemory<byte> Encode(ushort level, ReadOnlyMemory<byte> output, Smb1Strings strings)
    {
        WireReader reader = new(output);
        switch (level)
        {
            case Smb1InformationLevels.QueryFileAllInfo:
                FileAllInformation all = FileAllInformation.Read(ref reader);
                QueryFileAllInfo own = new() { Basic = all.Basic, Standard = all.Standard, FileName = all.FileName };
                byte[] buffer = new byte[own.Size(strings.Encoding)];
                WireWriter writer = new(buffer);
                own.Write(ref writer, strings.Encoding);
                return buffer;
            case Smb1InformationLevels.QueryFileNameInfo or Smb1InformationLevels.QueryFileAltNameInfo when !strings.IsUnicode:
                byte[] name = strings.Oem.GetBytes(FileNameInformation.Read(ref reader).FileName);
                byte[] named = new byte[FileNameInformation.FixedSize + name.Length];
                WireWriter nameWriter = new(named);
                nameWriter.Int32(name.Length);
                nameWriter.Bytes(name);
                return named;
            default:
                return output;
        }
    }
}
