using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire;
using SmbClient.Wire.Dtyp;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>The older ways to ask for attributes, times and room, [MS-CIFS] 3.3.5.11, 3.3.5.33, 3.3.5.34 and 3.3.5.48.</summary>
internal sealed class Smb1AttributeCommands
{
    private const FileAttributes KnownToDos = FileAttributes.ReadOnly | FileAttributes.Hidden | FileAttributes.System | FileAttributes.Directory | FileAttributes.Archive;
    private const int WordsOfQuery = 10;

    private readonly Smb1Files _files;

    public Smb1AttributeCommands(Smb1Files files)
    {
        _files = files;
    }

    /// <summary>Changes times and attributes; 0 leaves one as it is.</summary>
    public static ValueTask<NtStatus> SetAsync(ServerOpen open, in FileBasicInformation information, CancellationToken cancellationToken)
    {
        byte[] input = new byte[FileBasicInformation.Size];
        WireWriter writer = new(input);
        information.Write(ref writer);
        return open.SetInformationAsync(FileInformationClass.Basic, input, cancellationToken);
    }

    public async ValueTask<Smb1Reply> QueryPathAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        PathAttributesRequest body = request.Read<PathAttributesRequest>(PathAttributesRequest.Read);
        return await _files.UseAsync(
            request, Smb1Files.PathOf(request.Tree!, body.FileName), AccessMask.ReadAttributes, CreateOptions.None, Smb1Reply.Bare,
            async open =>
            {
                if (await open.GetEntryAsync(cancellationToken).ConfigureAwait(false) is not { } entry)
                {
                    return Smb1Reply.Bare(NtStatus.InvalidDeviceRequest);
                }

                uint time = Smb1Time.ToUtime(entry.LastWriteTime);
                uint size = (uint)Math.Min(entry.Length, uint.MaxValue);
                ushort[] words = new ushort[WordsOfQuery];
                words[0] = (ushort)(entry.Attributes & KnownToDos);
                words[1] = (ushort)time;
                words[2] = (ushort)(time >> 16);
                words[3] = (ushort)size;
                words[4] = (ushort)(size >> 16);
                return Smb1Reply.Of(new WordsBody(Smb1Command.QueryInformation, words));
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<Smb1Reply> SetPathAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        PathAttributesRequest body = request.Read<PathAttributesRequest>(PathAttributesRequest.Read);
        FileAttributes attributes = body.Attributes & KnownToDos & ~FileAttributes.Directory;
        FileBasicInformation information = new()
        {
            // Normal leaves them as they are, nothing takes them away.
            FileAttributes = body.Attributes == FileAttributes.Normal ? 0 : attributes == 0 ? FileAttributes.Normal : attributes,
            LastWriteTime = Smb1Time.FromUtime(body.LastWriteTime) is { } time ? FileTime.FromDateTimeOffset(time) : 0,
        };
        return Smb1Reply.Bare(await _files.UseAsync(
            request, Smb1Files.PathOf(request.Tree!, body.FileName), AccessMask.WriteAttributes, CreateOptions.None,
            open => SetAsync(open, information, cancellationToken), cancellationToken).ConfigureAwait(false));
    }

    public async ValueTask<Smb1Reply> QueryFileAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        FileTimesRequest body = request.Read<FileTimesRequest>(FileTimesRequest.Read);
        if (!_files.TryFind(request, body.Fid, out Smb1Open open))
        {
            return Smb1Reply.Bare(NtStatus.InvalidHandle);
        }

        if (await open.Target.GetEntryAsync(cancellationToken).ConfigureAwait(false) is not { } entry)
        {
            return Smb1Reply.Bare(NtStatus.InvalidDeviceRequest);
        }

        uint size = (uint)Math.Min(entry.Length, uint.MaxValue);
        uint allocated = (uint)Math.Min(entry.AllocationSize, uint.MaxValue);
        FileTimes times = Smb1FileTimes.Of(entry);
        return Smb1Reply.Of(new WordsBody(body.Command, new ushort[]
        {
            times.CreationDate, times.CreationTime, times.LastAccessDate, times.LastAccessTime, times.LastWriteDate, times.LastWriteTime,
            (ushort)size, (ushort)(size >> 16), (ushort)allocated, (ushort)(allocated >> 16), (ushort)(entry.Attributes & KnownToDos),
        }));
    }

    public async ValueTask<Smb1Reply> SetFileAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        FileTimesRequest body = request.Read<FileTimesRequest>(FileTimesRequest.Read);
        return Smb1Reply.Bare(_files.TryFind(request, body.Fid, out Smb1Open open)
            ? await SetAsync(open.Target, Smb1FileTimes.ToBasic(body.Times), cancellationToken).ConfigureAwait(false)
            : NtStatus.InvalidHandle);
    }

    /// <summary>QUERY_INFORMATION_DISK, whose 16 bits are stretched by larger units.</summary>
    public static async ValueTask<Smb1Reply> QueryDiskAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        const int BlockSize = 512;
        const int MaxBlocksPerUnit = 64;
        QueryOutcome outcome = await request.Tree!.Target.QueryVolumeAsync(FsInformationClass.FullSize, FsFullSizeInformation.Size, cancellationToken).ConfigureAwait(false);
        if (outcome.Status != NtStatus.Success)
        {
            return Smb1Reply.Bare(outcome.Status);
        }

        WireReader reader = new(outcome.Output);
        FsFullSizeInformation size = FsFullSizeInformation.Read(ref reader);
        long blocksPerUnit = Math.Max(1, (long)size.SectorsPerAllocationUnit * size.BytesPerSector / BlockSize);
        long total = size.TotalAllocationUnits;
        long free = size.CallerAvailableAllocationUnits;
        while (total > ushort.MaxValue && blocksPerUnit < MaxBlocksPerUnit)
        {
            blocksPerUnit *= 2;
            total /= 2;
            free /= 2;
        }

        return Smb1Reply.Of(new WordsBody(
            request.Command, new ushort[] { (ushort)Math.Min(total, ushort.MaxValue), (ushort)blocksPerUnit, BlockSize, (ushort)Math.Min(free, ushort.MaxValue), 0 }));
    }
}
