using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>What the scripted server does with files, one request at a time; related requests go on with the file that was opened last.</summary>
internal sealed class ScriptedCommands
{
    private const int OctetsPerCredit = 65536;

    private readonly ScriptedSmb2Server _server;
    private readonly ScriptedConnection _connection;
    private long _lastFile;
    private long _lastAsyncId = 0x500;
    private FileId _previous;
    private NtStatus _previousStatus;

    public ScriptedCommands(ScriptedSmb2Server server, ScriptedConnection connection)
    {
        _server = server;
        _connection = connection;
    }

    public ConcurrentDictionary<FileId, ScriptedOpen> Opens { get; } = new();

    public byte[] Answer(ScriptedRequest request)
    {
        if (request.Header.Flags.HasFlag(Smb2HeaderFlags.RelatedOperations) && _previousStatus != NtStatus.Success)
        {
            return request.BareStatus(_previousStatus);
        }

        return request.Command switch
        {
            Smb2Command.Create => Create(request),
            Smb2Command.Close => Close(request),
            Smb2Command.Read => Read(request),
            Smb2Command.Write => Write(request),
            Smb2Command.QueryDirectory => List(request),
            Smb2Command.QueryInfo => Query(request),
            Smb2Command.SetInfo => request.Bare(new SetInfoResponse()),
            Smb2Command.Flush => request.Bare(new FlushResponse()),
            Smb2Command.Lock => Lock(request),
            Smb2Command.ChangeNotify => Pend(request),
            Smb2Command.OplockBreak => request.Message.Length == Smb2Header.Size + OplockBreak.StructureSize
                ? request.Bare(request.Read(OplockBreak.Read))
                : request.Bare(request.Read(LeaseBreakAcknowledgment.Read)),
            Smb2Command.Echo => request.Bare(new EchoBody()),
            Smb2Command.TreeDisconnect => request.Bare(new TreeDisconnectBody()),
            _ => request.BareStatus(NtStatus.NotSupported),
        };
    }

    private byte[] Create(ScriptedRequest request)
    {
        CreateRequest create = request.Read(CreateRequest.Read);
        if (!ScriptedFiles.Exists(create.Name))
        {
            _previousStatus = NtStatus.ObjectNameNotFound;
            return request.BareStatus(_previousStatus);
        }

        ulong number = (ulong)Interlocked.Increment(ref _lastFile);
        FileId fileId = new(number, 0x7700 + number);
        Opens[fileId] = new ScriptedOpen(create.Name);
        if (create.CreateDisposition is CreateDisposition.OverwriteIf or CreateDisposition.Overwrite or CreateDisposition.Supersede)
        {
            _server.Files[create.Name] = [];
        }

        (_previous, _previousStatus) = (fileId, NtStatus.Success);
        bool isDirectory = create.CreateOptions.HasFlag(CreateOptions.DirectoryFile);
        return request.Bare(new CreateResponse
        {
            FileId = fileId,
            EndOfFile = isDirectory ? 0 : (ulong)_server.Files[create.Name].Length,
            FileAttributes = isDirectory ? FileAttributes.Directory : FileAttributes.Normal,
        });
    }

    private byte[] Close(ScriptedRequest request) =>
        Opens.TryRemove(Resolve(request.Read(CloseRequest.Read).FileId), out _)
            ? request.Bare(new CloseResponse())
            : request.BareStatus(NtStatus.FileClosed);

    private byte[] Read(ScriptedRequest request)
    {
        ReadRequest read = request.Read(ReadRequest.Read);
        CheckCharge(request, read.Length);
        if (Find(read.FileId) is not { } open)
        {
            return request.BareStatus(NtStatus.FileClosed);
        }

        byte[] data = _server.Files.Read(open.Name, read.Offset, read.Length);
        return data.Length > 0 ? request.Bare(new ReadResponse { Data = data }) : request.BareStatus(NtStatus.EndOfFile);
    }

    private byte[] Write(ScriptedRequest request)
    {
        WriteRequest write = request.Read(WriteRequest.Read);
        CheckCharge(request, write.Length);
        if (Find(write.FileId) is not { } open)
        {
            return request.BareStatus(NtStatus.FileClosed);
        }

        _server.Files.Write(open.Name, write.Offset, write.Data.Span);
        return request.Bare(new WriteResponse { Count = write.Length });
    }

    private byte[] List(ScriptedRequest request)
    {
        QueryDirectoryRequest query = request.Read(QueryDirectoryRequest.Read);
        if (Find(query.FileId) is not { } open)
        {
            return request.BareStatus(NtStatus.FileClosed);
        }

        IReadOnlyList<string> names = _server.Files.Names;
        if (open.Listed == names.Count)
        {
            return request.BareStatus(NtStatus.NoMoreFiles);
        }

        DirectoryEntryLayout layout = new((FileInformationClass)query.FileInformationClass, Encoding.Unicode);
        byte[] output = new byte[query.OutputBufferLength];
        WireWriter writer = new(output);
        int previous = EntryList.None;
        for (int i = 0; i < _server.Files.EntriesPerAnswer && open.Listed < names.Count; i++)
        {
            previous = layout.Write(ref writer, previous, new DirectoryEntry { FileName = names[open.Listed++], ShortName = "", EndOfFile = 1 });
        }

        return request.Bare(new QueryDirectoryResponse { Output = output.AsMemory(0, writer.Position) });
    }

    private byte[] Query(ScriptedRequest request)
    {
        QueryInfoRequest query = request.Read(QueryInfoRequest.Read);
        if (Find(query.FileId) is not { } open)
        {
            return request.BareStatus(NtStatus.FileClosed);
        }

        if (query.InfoType != Smb2InfoType.File || query.FileInfoClass != (byte)FileInformationClass.All)
        {
            // Zeros are a volume without a name or a size.
            return request.Bare(new QueryInfoResponse { Output = new byte[32] });
        }

        FileAllInformation all = new()
        {
            Basic = new FileBasicInformation { FileAttributes = FileAttributes.Normal },
            Standard = new FileStandardInformation { EndOfFile = _server.Files[open.Name].Length },
            FileName = open.Name,
        };
        byte[] output = new byte[all.Size];
        WireWriter writer = new(output);
        all.Write(ref writer);
        return request.Bare(new QueryInfoResponse { Output = output });
    }

    /// <summary>A lock that may wait does.</summary>
    private byte[] Lock(ScriptedRequest request)
    {
        Smb2LockFlags flags = request.Read(LockRequest.Read).Locks[0].Flags;
        return (flags & (Smb2LockFlags.Unlock | Smb2LockFlags.FailImmediately)) != 0 ? request.Bare(new LockResponse()) : Pend(request);
    }

    private byte[] Pend(ScriptedRequest request)
    {
        ulong asyncId = (ulong)Interlocked.Increment(ref _lastAsyncId);
        _connection.Pending[asyncId] = request;
        return _connection.Build(request, new ErrorResponse { Command = request.Command }, NtStatus.Pending, asyncId: asyncId);
    }

    private ScriptedOpen? Find(FileId fileId) => Opens.TryGetValue(Resolve(fileId), out ScriptedOpen? open) ? open : null;

    private FileId Resolve(FileId fileId) => fileId == FileId.Previous ? _previous : fileId;

    private void CheckCharge(ScriptedRequest request, uint length) =>
        Assert.True(
            length <= OctetsPerCredit * (long)Math.Max(1, (int)request.Header.CreditCharge) && length <= _server.MaxSize,
            $"{length} octets for {request.Header.CreditCharge} credits");
}
