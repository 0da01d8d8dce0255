using System;
using System.Buffers.Binary;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb1;
using SmbClient.Wire.Smb2;

namespace SmbClient.Server.Smb1;

/// <summary>NT_TRANSACT, [MS-CIFS] 3.3.5.59 and 2.2.7: opens with more to say, controls, changes in a directory, security descriptors.</summary>
internal sealed class Smb1NtTransactCommands
{
    private const int CreateResponseSize = 69;

    private readonly Smb1Files _files;
    private readonly Smb1OpenCommands _opens;

    public Smb1NtTransactCommands(Smb1Files files, Smb1OpenCommands opens)
    {
        _files = files;
        _opens = opens;
    }

    private enum Function : ushort
    {
        Create = 1,
        Ioctl = 2,
        SetSecurity = 3,
        NotifyChange = 4,
        Rename = 5,
        QuerySecurity = 6,
    }

    public async ValueTask<Smb1TransactionResult> TransactAsync(Smb1Request request, Smb1Transaction transaction, CancellationToken cancellationToken) =>
        (Function)transaction.First.Function switch
        {
            Function.Create => await CreateAsync(request, transaction, cancellationToken).ConfigureAwait(false),
            Function.Ioctl => await ControlAsync(request, transaction, cancellationToken).ConfigureAwait(false),
            Function.NotifyChange => await WatchAsync(request, transaction, cancellationToken).ConfigureAwait(false),
            Function.QuerySecurity => QuerySecurity(request, transaction),
            Function.SetSecurity or Function.Rename => new Smb1TransactionResult(NtStatus.NotSupported),
            _ => new Smb1TransactionResult(NtStatus.NotImplemented),
        };

    private async ValueTask<Smb1TransactionResult> CreateAsync(Smb1Request request, Smb1Transaction transaction, CancellationToken cancellationToken)
    {
        // The security descriptor and the attributes in the data have no place in a store.
        (NtStatus status, NtCreateResponse response) = await _opens.NtCreateAsync(request, ReadCreate(request, transaction), cancellationToken).ConfigureAwait(false);
        return status == NtStatus.Success ? new Smb1TransactionResult(status, EncodeCreated(response)) : new Smb1TransactionResult(status);
    }

    /// <summary>NT_TRANSACT_CREATE, [MS-CIFS] 2.2.7.1.1.</summary>
    private static NtCreateRequest ReadCreate(Smb1Request request, Smb1Transaction transaction)
    {
        WireReader reader = new(transaction.Parameters);
        NtCreateRequest body = new()
        {
            Flags = reader.UInt32(),
            RootDirectoryFid = reader.UInt32(),
            DesiredAccess = (AccessMask)reader.UInt32(),
            AllocationSize = reader.UInt64(),
            FileAttributes = (FileAttributes)reader.UInt32(),
            ShareAccess = (ShareAccess)reader.UInt32(),
            CreateDisposition = (CreateDisposition)reader.UInt32(),
            CreateOptions = (CreateOptions)reader.UInt32(),
            FileName = "",
        };
        reader.Skip(12);
        uint impersonation = reader.UInt32();
        return body with { ImpersonationLevel = impersonation, SecurityFlags = reader.UInt8(), FileName = request.Strings.Read(ref reader) };
    }

    private static byte[] EncodeCreated(in NtCreateResponse response)
    {
        byte[] parameters = new byte[CreateResponseSize];
        WireWriter writer = new(parameters);
        writer.UInt8(response.OplockLevel);
        writer.UInt8(0);
        writer.UInt16(response.Fid);
        writer.UInt32((uint)response.CreateAction);
        writer.UInt32(0);
        writer.Int64(response.CreationTime);
        writer.Int64(response.LastAccessTime);
        writer.Int64(response.LastWriteTime);
        writer.Int64(response.ChangeTime);
        writer.UInt32((uint)response.FileAttributes);
        writer.UInt64(response.AllocationSize);
        writer.UInt64(response.EndOfFile);
        writer.UInt16(response.ResourceType);
        writer.UInt16(response.NamedPipeStatus);
        writer.UInt8(response.IsDirectory ? (byte)1 : (byte)0);
        return parameters;
    }

    private async ValueTask<Smb1TransactionResult> ControlAsync(Smb1Request request, Smb1Transaction transaction, CancellationToken cancellationToken)
    {
        (uint code, ushort fid, bool isFsctl) = ReadControl(transaction);
        if (!isFsctl)
        {
            return new Smb1TransactionResult(NtStatus.NotSupported);
        }

        if (!_files.TryFind(request, fid, out Smb1Open open))
        {
            return new Smb1TransactionResult(NtStatus.InvalidHandle);
        }

        QueryOutcome outcome = await open.Target.ControlAsync((FsControlCode)code, transaction.Data, transaction.MaxData, cancellationToken).ConfigureAwait(false);
        byte[] setup = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(setup, (ushort)outcome.Output.Length);
        return new Smb1TransactionResult(outcome.Status, default, outcome.Output, setup);
    }

    private static (uint Code, ushort Fid, bool IsFsctl) ReadControl(Smb1Transaction transaction)
    {
        WireReader reader = new(transaction.First.Setup);
        return (reader.UInt32(), reader.UInt16(), reader.UInt8() != 0);
    }

    private async ValueTask<Smb1TransactionResult> WatchAsync(Smb1Request request, Smb1Transaction transaction, CancellationToken cancellationToken)
    {
        (uint filter, ushort fid, bool isRecursive) = ReadControl(transaction);
        if (!_files.TryFind(request, fid, out Smb1Open open))
        {
            return new Smb1TransactionResult(NtStatus.InvalidHandle);
        }

        QueryOutcome outcome = await open.Target.WatchAsync((SmbChangeFilter)filter, isRecursive, transaction.MaxParameters, cancellationToken).ConfigureAwait(false);

        // Deviation: SMB1 has no status for what comes without changes; Windows and Samba answer with success and none, as smbtorture's raw.notify has it.
        bool isWithout = outcome.Status is NtStatus.NotifyCleanup or NtStatus.NotifyEnumDir;
        return new Smb1TransactionResult(isWithout ? NtStatus.Success : outcome.Status, outcome.Output);
    }

    private Smb1TransactionResult QuerySecurity(Smb1Request request, Smb1Transaction transaction)
    {
        WireReader reader = new(transaction.Parameters);
        ushort fid = reader.UInt16();
        reader.Skip(sizeof(ushort));
        uint parts = reader.UInt32();
        if (!_files.TryFind(request, fid, out Smb1Open open))
        {
            return new Smb1TransactionResult(NtStatus.InvalidHandle);
        }

        QueryOutcome outcome = open.Target.QuerySecurity(parts, transaction.MaxData);
        return outcome.Status switch
        {
            NtStatus.Success => new Smb1TransactionResult(outcome.Status, BitConverter.GetBytes(outcome.Output.Length), outcome.Output),

            // What is needed is all that is said.
            NtStatus.BufferTooSmall => new Smb1TransactionResult(outcome.Status, outcome.Output),
            _ => new Smb1TransactionResult(outcome.Status),
        };
    }
}
