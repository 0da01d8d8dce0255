using System;
using System.Buffers.Binary;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb2;

namespace SmbClient.Server.Smb1;

/// <summary>TRANSACTION: named pipes and the Remote Administration Protocol, [MS-CIFS] 2.2.5 and [MS-RAP].</summary>
internal sealed class Smb1PipeCommands
{
    private const string PipePrefix = @"\PIPE\";
    private const string RemoteAdministration = @"\PIPE\LANMAN";
    private const ushort MessageModeState = 0x05FF;
    private const ushort PipeBuffer = 4096;

    private readonly Smb1Files _files;
    private readonly Smb1RemoteAdministration _administration;

    public Smb1PipeCommands(Smb1Connection connection, Smb1Files files)
    {
        _files = files;
        _administration = new Smb1RemoteAdministration(connection.Server);
    }

    private enum Subcommand : ushort
    {
        SetState = 0x0001,
        QueryState = 0x0021,
        QueryInformation = 0x0022,
        Peek = 0x0023,
        Transact = 0x0026,
        Wait = 0x0053,
        Call = 0x0054,
    }

    public async ValueTask<Smb1TransactionResult> TransactAsync(Smb1Request request, Smb1Transaction transaction, CancellationToken cancellationToken)
    {
        if (!request.Tree!.Share.IsPipes)
        {
            return new Smb1TransactionResult(NtStatus.NotSupported);
        }

        string name = transaction.First.Name ?? "";
        if (name.Equals(RemoteAdministration, StringComparison.OrdinalIgnoreCase))
        {
            return _administration.Answer(transaction);
        }

        ReadOnlyMemory<byte> setup = transaction.First.Setup;
        if (setup.Length < 2 * sizeof(ushort))
        {
            return new Smb1TransactionResult(NtStatus.NotSupported);
        }

        Subcommand subcommand = (Subcommand)BinaryPrimitives.ReadUInt16LittleEndian(setup.Span);
        ushort fid = BinaryPrimitives.ReadUInt16LittleEndian(setup.Span[sizeof(ushort)..]);
        if (subcommand is Subcommand.Wait or Subcommand.Call)
        {
            string pipe = name.StartsWith(PipePrefix, StringComparison.OrdinalIgnoreCase) ? name[PipePrefix.Length..] : name.TrimStart('\\');
            const AccessMask Access = AccessMask.ReadData | AccessMask.WriteData;
            return await _files.UseAsync(
                request, pipe, Access, CreateOptions.None, static status => new Smb1TransactionResult(status),
                open => subcommand == Subcommand.Wait ? new(new Smb1TransactionResult(NtStatus.Success)) : TransceiveAsync(open, transaction, cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }

        if (!_files.TryFind(request, fid, out Smb1Open found))
        {
            return new Smb1TransactionResult(NtStatus.InvalidHandle);
        }

        return subcommand switch
        {
            Subcommand.Transact => await TransceiveAsync(found.Target, transaction, cancellationToken).ConfigureAwait(false),
            Subcommand.Peek => await PeekAsync(found.Target, transaction, cancellationToken).ConfigureAwait(false),

            // Pipes are in message mode, and stay so.
            Subcommand.SetState => new Smb1TransactionResult(NtStatus.Success),
            Subcommand.QueryState => new Smb1TransactionResult(NtStatus.Success, BitConverter.GetBytes(MessageModeState)),
            Subcommand.QueryInformation => new Smb1TransactionResult(NtStatus.Success, default, DescribePipe(request, found)),
            _ => new Smb1TransactionResult(NtStatus.NotSupported),
        };
    }

    private static async ValueTask<Smb1TransactionResult> TransceiveAsync(ServerOpen pipe, Smb1Transaction transaction, CancellationToken cancellationToken)
    {
        QueryOutcome outcome = await pipe.ControlAsync(FsControlCode.PipeTransceive, transaction.Data, transaction.MaxData, cancellationToken).ConfigureAwait(false);
        return new Smb1TransactionResult(outcome.Status, default, outcome.Output);
    }

    /// <summary>FSCTL_PIPE_PEEK says it in another order, [MS-FSCC] 2.3: state, octets, messages, length of the first one, data.</summary>
    private static async ValueTask<Smb1TransactionResult> PeekAsync(ServerOpen pipe, Smb1Transaction transaction, CancellationToken cancellationToken)
    {
        const int HeaderSize = 16;
        const ushort Connected = 3;
        QueryOutcome outcome = await pipe.ControlAsync(FsControlCode.PipePeek, default, HeaderSize + transaction.MaxData, cancellationToken).ConfigureAwait(false);
        return outcome.Status is NtStatus.Success or NtStatus.BufferOverflow && outcome.Output.Length >= HeaderSize
            ? new Smb1TransactionResult(outcome.Status, EncodePeek(outcome.Output, Connected), outcome.Output[HeaderSize..])
            : new Smb1TransactionResult(outcome.Status);
    }

    private static byte[] EncodePeek(ReadOnlyMemory<byte> output, ushort state)
    {
        WireReader reader = new(output);
        reader.Skip(sizeof(uint));
        uint available = reader.UInt32();
        reader.Skip(sizeof(uint));
        uint messageLength = reader.UInt32();
        byte[] parameters = new byte[3 * sizeof(ushort)];
        WireWriter writer = new(parameters);
        writer.UInt16((ushort)Math.Min(available, ushort.MaxValue));
        writer.UInt16((ushort)Math.Min(messageLength, ushort.MaxValue));
        writer.UInt16(state);
        return parameters;
    }

    private static byte[] DescribePipe(Smb1Request request, Smb1Open open)
    {
        string name = @"\PIPE\" + open.Target.Path;
        byte[] buffer = new byte[7 + request.Strings.MaxOctets(name)];
        WireWriter writer = new(buffer);
        writer.UInt16(PipeBuffer);
        writer.UInt16(PipeBuffer);
        writer.UInt8(byte.MaxValue);
        writer.UInt8(1);
        writer.UInt8((byte)Math.Min(request.Strings.Encoding.GetByteCount(name), byte.MaxValue));
        request.Strings.Write(ref writer, name);
        return buffer[..writer.Position];
    }
}
