using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>READ_ANDX, WRITE_ANDX and their elders, [MS-CIFS] 3.3.5.36, 3.3.5.37, 3.3.5.12 and 3.3.5.13.</summary>
internal sealed class Smb1TransferCommands
{
    /// <summary>Octets that one large read brings at most, as Windows has it ([MS-SMB] note 33).</summary>
    private const int MaxRead = 0x10000;

    /// <summary>What the old READ can bring.</summary>
    private const int MaxCoreRead = Smb1Negotiation.MaxBufferSize - 64;

    private const ushort AvailableOfDisk = 0xFFFF;
    private const ushort WriteThrough = 0x0001;
    private const ushort RawMessageStart = 0x000C;
    private const int MessageLengthSize = 2;

    private readonly Smb1Files _files;

    public Smb1TransferCommands(Smb1Files files)
    {
        _files = files;
    }

    public async ValueTask<Smb1Reply> ReadAndXAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        ReadRequest body = request.Read<ReadRequest>(ReadRequest.Read);
        if (!_files.TryFind(request, body.Fid, out Smb1Open open))
        {
            return Smb1Reply.Bare(NtStatus.InvalidHandle);
        }

        // For pipes the high half of the count is a time limit, and 0xFFFF is none ([MS-SMB] note 27).
        uint wanted = open.IsPipe || body.MaxCount >> 16 == ushort.MaxValue ? body.MaxCount & ushort.MaxValue : body.MaxCount;
        MessageBuffer data = MessageBuffer.Rent((int)Math.Min(wanted, MaxRead));
        try
        {
            NtStatus status = await ReadAsync(request, open, (long)body.Offset, data, cancellationToken).ConfigureAwait(false);
            if (status is not (NtStatus.Success or NtStatus.BufferOverflow))
            {
                return Smb1Reply.Bare(status);
            }

            Smb1Reply reply = Smb1Reply.Of(new ReadResponse { Data = data.Memory, Available = open.IsPipe ? (ushort)0 : AvailableOfDisk }, status, data);
            data = null!;
            return reply;
        }
        finally
        {
            data?.Dispose();
        }
    }

    public async ValueTask<Smb1Reply> ReadAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        CoreRangeRequest body = request.Read<CoreRangeRequest>(CoreRangeRequest.Read);
        if (!_files.TryFind(request, body.Fid, out Smb1Open open))
        {
            return Smb1Reply.Bare(NtStatus.InvalidHandle);
        }

        MessageBuffer data = MessageBuffer.Rent((int)Math.Min(body.Count, MaxCoreRead));
        try
        {
            NtStatus status = await ReadAsync(request, open, body.Offset, data, cancellationToken).ConfigureAwait(false);
            if (status != NtStatus.Success)
            {
                return Smb1Reply.Bare(status);
            }

            Smb1Reply reply = Smb1Reply.Of(new CoreReadResponse(data.Memory), status, data);
            data = null!;
            return reply;
        }
        finally
        {
            data?.Dispose();
        }
    }

    public async ValueTask<Smb1Reply> WriteAndXAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        WriteRequest body = request.Read<WriteRequest>(WriteRequest.Read);
        if (!_files.TryFind(request, body.Fid, out Smb1Open open))
        {
            return Smb1Reply.Bare(NtStatus.InvalidHandle);
        }

        ReadOnlyMemory<byte> data = request.Message.Slice(body.DataOffset, (int)body.DataLength);
        if (open.IsPipe && (body.WriteMode & RawMessageStart) == RawMessageStart && data.Length >= MessageLengthSize)
        {
            data = data[MessageLengthSize..];
        }

        NtStatus status = body.Offset > long.MaxValue
            ? NtStatus.InvalidParameter
            : await open.Target.WriteAsync((long)body.Offset, data, (body.WriteMode & WriteThrough) != 0, request.Pid, cancellationToken).ConfigureAwait(false);
        return status == NtStatus.Success
            ? Smb1Reply.Of(new WriteResponse { Count = body.DataLength, Available = open.IsPipe ? (ushort)0 : AvailableOfDisk })
            : Smb1Reply.Bare(status);
    }

    /// <summary>The old WRITE, which cuts or extends the file where it writes nothing ([MS-CIFS] 3.3.5.13).</summary>
    public async ValueTask<Smb1Reply> WriteAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        CoreRangeRequest body = request.Read<CoreRangeRequest>(CoreRangeRequest.Read);
        if (!_files.TryFind(request, body.Fid, out Smb1Open open))
        {
            return Smb1Reply.Bare(NtStatus.InvalidHandle);
        }

        ReadOnlyMemory<byte> data = body.Data[..(int)Math.Min(body.Count, body.Data.Length)];
        NtStatus status = body.Count == 0
            ? await open.Target.SetInformationAsync(FileInformationClass.EndOfFile, BitConverter.GetBytes((long)body.Offset), cancellationToken).ConfigureAwait(false)
            : await open.Target.WriteAsync(body.Offset, data, writeThrough: false, request.Pid, cancellationToken).ConfigureAwait(false);
        return status == NtStatus.Success ? Smb1Reply.Of(new WordsBody(body.Command, new[] { (ushort)data.Length })) : Smb1Reply.Bare(status);
    }

    /// <summary>Reads into a buffer, and cuts it to what there was; the end of the file is no error.</summary>
    private static async ValueTask<NtStatus> ReadAsync(Smb1Request request, Smb1Open open, long offset, MessageBuffer data, CancellationToken cancellationToken)
    {
        if (offset < 0)
        {
            return NtStatus.InvalidParameter;
        }

        // Who may only execute reads with a flag that says so ([MS-CIFS] 2.2.3.1).
        bool executes = (request.Header.Flags2 & Smb1Flags2.ReadIfExecute) != 0;
        if (!executes && (open.Target.GrantedAccess & AccessMask.ReadData) == 0)
        {
            return NtStatus.AccessDenied;
        }

        (NtStatus status, int count) = await open.Target.ReadAsync(offset, data.Memory, request.Pid, cancellationToken).ConfigureAwait(false);
        data.Truncate(status is NtStatus.Success or NtStatus.BufferOverflow ? count : 0);
        return status == NtStatus.EndOfFile && !open.IsPipe ? NtStatus.Success : status;
    }
}
