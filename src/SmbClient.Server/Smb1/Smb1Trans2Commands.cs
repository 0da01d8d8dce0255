using System;
using System.Buffers.Binary;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>TRANSACTION2, [MS-CIFS] 3.3.5.58: what is asked of the volume; files and searches have classes of their own.</summary>
internal sealed class Smb1Trans2Commands
{
    private const int MaxVolumeOutput = 1024;

    /// <summary>EaErrorOffset, the parameters of many answers.</summary>
    private static readonly byte[] NoEaError = [0, 0];

    private readonly Smb1InformationCommands _information;
    private readonly Smb1SearchCommands _searches;
    private readonly Smb1PathCommands _paths;

    public Smb1Trans2Commands(Smb1Connection connection, Smb1Files files)
    {
        _information = new Smb1InformationCommands(files);
        _searches = new Smb1SearchCommands(connection, files);
        _paths = new Smb1PathCommands(files);
    }

    public ValueTask<Smb1Reply> CloseSearchAsync(Smb1Request request) => _searches.CloseAsync(request);

    public async ValueTask<Smb1TransactionResult> TransactAsync(Smb1Request request, Smb1Transaction transaction, CancellationToken cancellationToken)
    {
        ReadOnlySpan<byte> setup = transaction.First.Setup.Span;
        if (setup.Length < sizeof(ushort))
        {
            return new Smb1TransactionResult(NtStatus.InvalidSmb);
        }

        return (Trans2Subcommand)BinaryPrimitives.ReadUInt16LittleEndian(setup) switch
        {
            Trans2Subcommand.FindFirst2 => await _searches.FindFirstAsync(request, transaction, cancellationToken).ConfigureAwait(false),
            Trans2Subcommand.FindNext2 => await _searches.FindNextAsync(request, transaction, cancellationToken).ConfigureAwait(false),
            Trans2Subcommand.QueryFsInformation => await QueryVolumeAsync(request, transaction, cancellationToken).ConfigureAwait(false),
            Trans2Subcommand.QueryPathInformation => await _information.QueryPathAsync(request, transaction, cancellationToken).ConfigureAwait(false),
            Trans2Subcommand.SetPathInformation => await _information.SetPathAsync(request, transaction, cancellationToken).ConfigureAwait(false),
            Trans2Subcommand.QueryFileInformation => await _information.QueryFileAsync(request, transaction, cancellationToken).ConfigureAwait(false),
            Trans2Subcommand.SetFileInformation => await _information.SetFileAsync(request, transaction, cancellationToken).ConfigureAwait(false),
            Trans2Subcommand.CreateDirectory => await CreateDirectoryAsync(request, transaction, cancellationToken).ConfigureAwait(false),

            // No share is in a DFS.
            Trans2Subcommand.GetDfsReferral => new Smb1TransactionResult(NtStatus.NotFound),
            Trans2Subcommand.SetFsInformation => new Smb1TransactionResult(NtStatus.NotSupported),
            _ => new Smb1TransactionResult(NtStatus.NotImplemented),
        };
    }

    private async ValueTask<Smb1TransactionResult> CreateDirectoryAsync(Smb1Request request, Smb1Transaction transaction, CancellationToken cancellationToken)
    {
        NtStatus status = await _paths.CreateDirectoryAsync(request, ReadDirectoryName(request, transaction), cancellationToken).ConfigureAwait(false);
        return new Smb1TransactionResult(status, NoEaError);
    }

    private static string ReadDirectoryName(Smb1Request request, Smb1Transaction transaction)
    {
        WireReader reader = new(transaction.Parameters);
        reader.Skip(4);
        return request.Strings.Read(ref reader);
    }

    /// <summary>TRANS2_QUERY_FS_INFORMATION, [MS-CIFS] 2.2.6.4 and the levels of 2.2.8.2.</summary>
    private static async ValueTask<Smb1TransactionResult> QueryVolumeAsync(Smb1Request request, Smb1Transaction transaction, CancellationToken cancellationToken)
    {
        ushort level = ReadLevel(transaction);
        FsInformationClass? informationClass = level switch
        {
            Smb1InformationLevels.QueryFsAllocation => FsInformationClass.Size,
            Smb1InformationLevels.QueryFsVolume or Smb1InformationLevels.QueryFsVolumeInfo => FsInformationClass.Volume,
            Smb1InformationLevels.QueryFsSizeInfo => FsInformationClass.Size,
            Smb1InformationLevels.QueryFsDeviceInfo => FsInformationClass.Device,
            Smb1InformationLevels.QueryFsAttributeInfo => FsInformationClass.Attribute,
            > Smb1InformationLevels.PassThrough and <= Smb1InformationLevels.PassThrough + byte.MaxValue => (FsInformationClass)(level - Smb1InformationLevels.PassThrough),
            _ => null,
        };
        if (informationClass is not { } known)
        {
            return new Smb1TransactionResult(NtStatus.InvalidLevel);
        }

        QueryOutcome outcome = await request.Tree!.Target.QueryVolumeAsync(known, MaxVolumeOutput, cancellationToken).ConfigureAwait(false);
        return outcome.Status is NtStatus.Success or NtStatus.BufferOverflow
            ? new Smb1TransactionResult(outcome.Status, default, Encode(level, outcome.Output, request.Strings))
            : new Smb1TransactionResult(outcome.Status == NtStatus.InvalidInfoClass ? NtStatus.InvalidLevel : outcome.Status);
    }

    private static ushort ReadLevel(Smb1Transaction transaction)
    {
        WireReader reader = new(transaction.Parameters);
        return QueryFsInfoParameters.Read(ref reader).Level;
    }

    /// <summary>The forms of SMB1 where they differ from those of [MS-FSCC].</summary>
    private static ReadOnlyMemory<byte> Encode(ushort level, ReadOnlyMemory<byte> output, Smb1Strings strings)
    {
        WireReader reader = new(output);
        byte[] buffer = new byte[MaxVolumeOutput];
        WireWriter writer = new(buffer);
        switch (level)
        {
            case Smb1InformationLevels.QueryFsAllocation:
                FsFullSizeInformation size = FsFullSizeInformation.ReadSize(ref reader);
                writer.UInt32(0);
                writer.UInt32(size.SectorsPerAllocationUnit);
                writer.UInt32((uint)Math.Min(size.TotalAllocationUnits, uint.MaxValue));
                writer.UInt32((uint)Math.Min(size.CallerAvailableAllocationUnits, uint.MaxValue));
                writer.UInt16((ushort)size.BytesPerSector);
                break;
            case Smb1InformationLevels.QueryFsVolume:
                FsVolumeInformation label = FsVolumeInformation.Read(ref reader, Encoding.Unicode);
                writer.UInt32(label.VolumeSerialNumber);

                // Not aligned, unlike other text.
                writer.UInt8((byte)strings.Encoding.GetByteCount(label.VolumeLabel));
                writer.Text(strings.Encoding, label.VolumeLabel);
                writer.Skip(strings.IsUnicode ? 2 : 1);
                break;
            case Smb1InformationLevels.QueryFsVolumeInfo when !strings.IsUnicode:
                FsVolumeInformation volume = FsVolumeInformation.Read(ref reader, Encoding.Unicode);
                writer.Int64(volume.VolumeCreationTime);
                writer.UInt32(volume.VolumeSerialNumber);
                writer.Int32(volume.VolumeLabel.Length);
                writer.UInt16(0);
                writer.Text(strings.Oem, volume.VolumeLabel);
                break;
            case Smb1InformationLevels.QueryFsAttributeInfo when !strings.IsUnicode:
                FsAttributeInformation attribute = FsAttributeInformation.Read(ref reader, Encoding.Unicode);
                writer.UInt32(attribute.FileSystemAttributes);
                writer.Int32(attribute.MaximumComponentNameLength);
                writer.Int32(attribute.FileSystemName.Length);
                writer.Text(strings.Oem, attribute.FileSystemName);
                break;
            default:
                return output;
        }

        return buffer.AsMemory(0, writer.Position);
    }
}
