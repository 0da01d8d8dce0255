using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Exchange.Smb1;
using SmbClient.Wire;
using SmbClient.Wire.Dtyp;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb1;

namespace SmbClient.Dialects.Smb1;

/// <summary>NT file semantics in SMB1 commands; hides FIDs, AndX and 16-bit limits.</summary>
internal sealed class Smb1Tree : ClientTree
{
    /// <summary>Octets of a large read or write: the largest multiple of a page that a 16-bit count holds with room for the headers.</summary>
    private const int LargeTransferSize = 61440;

    /// <summary>
    /// The same for Samba, which its UNIX capability gives away: it takes what a NetBIOS frame can carry. Windows never does more than 64 KiB
    /// at once ([MS-SMB] note 33).
    /// </summary>
    private const int SambaTransferSize = 126976;

    /// <summary>Octets that a READ_ANDX response or a WRITE_ANDX request has around its data.</summary>
    private const int TransferOverhead = 64;

    /// <summary>Hidden and system files are files too; directories have a command of their own.</summary>
    private const ushort AnyFile = 0x0006;

    /// <summary>What a rename may be applied to.</summary>
    private const ushort AnyFileOrDirectory = 0x0016;

    private const uint Impersonation = 2;
    private const uint WaitForever = 0xFFFFFFFF;

    private readonly Smb1Dialect _dialect;
    private readonly ClientTreeConnect _treeConnect;
    private readonly Smb1Trans2 _trans2;

    public Smb1Tree(Smb1Dialect dialect, ClientTreeConnect treeConnect)
    {
        _dialect = dialect;
        _treeConnect = treeConnect;
        _trans2 = new Smb1Trans2(dialect, treeConnect, (ushort)treeConnect.TreeId);
    }

    public override int MaxReadSize => TransferSize(Smb1Capabilities.LargeReadX, Math.Min(_dialect.ServerMaxBufferSize, (int)Smb1Dialect.MaxBufferSize));

    public override int MaxWriteSize => TransferSize(Smb1Capabilities.LargeWriteX, _dialect.ServerMaxBufferSize);

    public override int MaxParallel(int size) => Math.Max(1, Math.Min(32, _dialect.Flow.MaxMpxCount / 2));

    private string ServerName => _treeConnect.Connection.ServerName;

    public override async Task<ClientOpen> CreateAsync(CreateParameters parameters, CancellationToken cancellationToken)
    {
        if (parameters.Snapshot is not null)
        {
            throw new NotSupportedException($"Snapshots are opened over SMB 2.0.2 or later; the connection to {ServerName} speaks SMB1.");
        }

        using Smb1Response response = await SendAsync(
            CreateRequest(parameters), parameters.Path, cancellationToken, new Smb1Address { Orphaned = CloseOrphan }).ConfigureAwait(false);
        return Opened(parameters.Path, response.Read<NtCreateResponse>(NtCreateResponse.Read));
    }

    public override async Task CloseAsync(ClientOpen open, CancellationToken cancellationToken)
    {
        _treeConnect.Remove(open);
        await open.Activity.WhenIdleAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        using Smb1Response response = await SendAsync(new CloseRequest { Fid = Fid(open) }, open.Path, cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask<int> ReadChunkAsync(ClientOpen open, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        ReadRequest request = new() { Fid = Fid(open), Offset = (ulong)offset, MaxCount = (uint)destination.Length };
        using Smb1Response response = await SendAnyAsync(request, cancellationToken, new Smb1Address { Activity = open.Activity }).ConfigureAwait(false);
        if (response.Status == NtStatus.EndOfFile)
        {
            return 0;
        }

        ThrowUnless(response.Status is NtStatus.Success or NtStatus.BufferOverflow, response.Status, Smb1Command.ReadAndX, open.Path);
        ReadOnlyMemory<byte> data = response.Read<ReadResponse>(ReadResponse.Read).Data;
        if (data.Length > destination.Length)
        {
            throw Misbehaved($"answered a read of {destination.Length} octets with {data.Length}");
        }

        data.CopyTo(destination);
        return data.Length;
    }

    public override async ValueTask<int> WriteChunkAsync(ClientOpen open, long offset, ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        WriteRequest request = new() { Fid = Fid(open), Offset = (ulong)offset, DataLength = (uint)source.Length };
        using Smb1Response response = await SendAsync(request, open.Path, cancellationToken, new Smb1Address { Payload = source, Activity = open.Activity }).ConfigureAwait(false);
        return (int)response.Read<WriteResponse>(WriteResponse.Read).Count;
    }

    public override async Task FlushAsync(ClientOpen open, CancellationToken cancellationToken)
    {
        using Smb1Response response = await SendAsync(new FlushRequest { Fid = Fid(open) }, open.Path, cancellationToken).ConfigureAwait(false);
    }

    public override async Task LockAsync(ClientOpen open, long offset, long length, bool exclusive, TimeSpan timeout, CancellationToken cancellationToken)
    {
        uint milliseconds = timeout == Timeout.InfiniteTimeSpan ? WaitForever : (uint)Math.Min(Math.Max(timeout.TotalMilliseconds, 0), WaitForever - 1);
        LockingRequest request = new()
        {
            Fid = Fid(open),
            TypeOfLock = LockType.LargeFiles | (exclusive ? LockType.Exclusive : LockType.Shared),
            Timeout = milliseconds,
            Locks = [new LockRange { Pid = LockPid, Offset = (ulong)offset, Length = (ulong)length }],
        };
        using Smb1Response response = await SendAsync(
            request, open.Path, cancellationToken, new Smb1Address { MayWaitForever = milliseconds != 0, Orphaned = UnlockOrphan }).ConfigureAwait(false);

        void UnlockOrphan(MessageBuffer message)
        {
            using Smb1Response late = _dialect.Exchange.Wrap(message);
            _ = late.Status == NtStatus.Success ? SendQuietlyAsync(UnlockRequest(open, offset, length)) : Task.CompletedTask;
        }
    }

    public override async Task UnlockAsync(ClientOpen open, long offset, long length, CancellationToken cancellationToken)
    {
        using Smb1Response response = await SendAsync(UnlockRequest(open, offset, length), open.Path, cancellationToken).ConfigureAwait(false);
    }

    public override IAsyncEnumerable<SmbDirectoryEntry> QueryDirectoryAsync(string directory, string pattern, CancellationToken cancellationToken) =>
        new Smb1Search(this, _trans2, directory, pattern).EnumerateAsync(cancellationToken);

    public override Task<FileState> QueryPathAsync(string path, CancellationToken cancellationToken) => _trans2.QueryPathAsync(path, cancellationToken);

    public override Task<FileState> QueryFileAsync(ClientOpen open, CancellationToken cancellationToken) => _trans2.QueryFileAsync(Fid(open), open.Path, cancellationToken);

    public override Task SetPathInfoAsync(string path, FileBasicInformation information, CancellationToken cancellationToken) =>
        _trans2.SetPathInfoAsync(path, Smb1InformationLevels.SetFileBasicInfo, FileTranslation.Encode(information), cancellationToken);

    public override Task SetFileInfoAsync(ClientOpen open, FileBasicInformation information, CancellationToken cancellationToken) =>
        _trans2.SetFileInfoAsync(Fid(open), open.Path, Smb1InformationLevels.SetFileBasicInfo, FileTranslation.Encode(information), cancellationToken);

    public override Task SetEndOfFileAsync(ClientOpen open, long length, CancellationToken cancellationToken)
    {
        byte[] data = new byte[sizeof(long)];
        new WireWriter(data).Int64(length);
        return _trans2.SetFileInfoAsync(Fid(open), open.Path, Smb1InformationLevels.SetFileEndOfFileInfo, data, cancellationToken);
    }

    public override Task<SmbVolumeInfo> QueryVolumeAsync(CancellationToken cancellationToken) => _trans2.QueryVolumeAsync(cancellationToken);

    public override async Task DeleteFileAsync(string path, CancellationToken cancellationToken)
    {
        RefuseWildcards(path);
        using Smb1Response response = await SendAsync(
            new DeleteRequest { SearchAttributes = AnyFile, FileName = WirePath(path) }, path, cancellationToken).ConfigureAwait(false);
    }

    public override async Task RenameAsync(string source, string target, bool replaceExisting, CancellationToken cancellationToken)
    {
        RefuseWildcards(source);
        RefuseWildcards(target);
        if (replaceExisting && !string.Equals(source, target, StringComparison.OrdinalIgnoreCase))
        {
            await MakeRoomAsync(target, cancellationToken).ConfigureAwait(false);
        }

        RenameRequest request = new() { SearchAttributes = AnyFileOrDirectory, OldFileName = WirePath(source), NewFileName = WirePath(target) };
        using Smb1Response response = await SendAsync(request, source, cancellationToken).ConfigureAwait(false);
    }

    public override async Task CreateDirectoryAsync(string path, CancellationToken cancellationToken)
    {
        using Smb1Response response = await SendAsync(
            new DirectoryRequest(Smb1Command.CreateDirectory, WirePath(path)), path, cancellationToken).ConfigureAwait(false);
    }

    public override async Task DeleteDirectoryAsync(string path, CancellationToken cancellationToken)
    {
        RefuseWildcards(path);
        using Smb1Response response = await SendAsync(
            new DirectoryRequest(Smb1Command.DeleteDirectory, WirePath(path)), path, cancellationToken).ConfigureAwait(false);
    }

    public override async Task<FirstRead> OpenAndReadAsync(CreateParameters parameters, Memory<byte> destination, CancellationToken cancellationToken)
    {
        NtCreateRequest create = CreateRequest(parameters);

        // Offsets within a chain have 16 bits: what is chained stays below 64 KiB.
        int count = Math.Min(destination.Length, Math.Min(MaxReadSize, LargeTransferSize));
        ReadRequest read = new() { Fid = 0xFFFF, MaxCount = (uint)count };
        Smb1Address address = new() { Uid = (ushort)_treeConnect.Session.SessionId, Tid = (ushort)_treeConnect.TreeId, Orphaned = CloseOrphan };
        Smb1Exchange exchange = _dialect.Exchange;
        MessageBuffer message = Smb1Exchange.BuildChain(create, read, exchange.Flags2, address.Uid, address.Tid, exchange.Strings);
        using Smb1Response response = await exchange.SendAsync(Smb1Command.NtCreateAndX, message, address, cancellationToken).ConfigureAwait(false);
        if (response.Status == NtStatus.NetworkSessionExpired)
        {
            return Started(await CreateAsync(parameters, cancellationToken).ConfigureAwait(false), 0);
        }

        Smb1Block first = response.First();
        if (first.IsEmpty)
        {
            ThrowUnless(false, response.Status, Smb1Command.NtCreateAndX, parameters.Path);
        }

        ClientOpen open = Opened(parameters.Path, response.Read<NtCreateResponse>(NtCreateResponse.Read));

        // The file is open whatever became of the read, and the caller reads on from what he got.
        if (response.Status != NtStatus.Success || response.Next(first) is not { Command: Smb1Command.ReadAndX } second)
        {
            return Started(open, 0);
        }

        ReadOnlyMemory<byte> data = response.ReadAt<ReadResponse>(second.Position, ReadResponse.Read).Data;
        if (data.Length > destination.Length)
        {
            throw Misbehaved($"answered a read of {read.MaxCount} octets with {data.Length}");
        }

        data.CopyTo(destination);
        return Started(open, data.Length);
    }

    public override IAsyncEnumerable<SmbDirectoryChange> WatchAsync(string directory, SmbChangeFilter filter, bool recursive, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"Directories are watched over SMB 2.0.2 or later; the connection to {ServerName} speaks SMB1.");

    public override async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        foreach (ClientOpen open in _treeConnect.SnapshotOpens())
        {
            if (open.TryClose())
            {
                await CloseAsync(open, cancellationToken).ConfigureAwait(false);
            }
        }

        using Smb1Response response = await SendAnyAsync(new TreeDisconnectBody(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A path in the form of SMB1: with a leading backslash.</summary>
    public static string WirePath(string path) => @"\" + path;

    /// <inheritdoc cref="ClientConnection.Misbehaved"/>
    public SmbProtocolException Misbehaved(string what) => _treeConnect.Connection.Misbehaved(what);

    /// <summary>Ends a listing before its end; what becomes of it is no matter to its reader.</summary>
    public async Task CloseSearchAsync(ushort sid)
    {
        try
        {
            using Smb1Response response = await SendAnyAsync(new FindClose2Request { Sid = sid }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (System.IO.IOException)
        {
            // With the connection, the server ends the search itself.
        }
    }

    private ushort LockPid => (ushort)_dialect.Flow.Pid;

    private static FirstRead Started(ClientOpen open, int count) => new(count, open.State.EndOfFile, open);

    private static ushort Fid(ClientOpen open) => (ushort)open.FileId.Volatile;

    /// <summary>The old commands take wild cards and would hit more than one file.</summary>
    private static void RefuseWildcards(string path)
    {
        if (path.IndexOfAny(['*', '?', '<', '>', '"']) >= 0)
        {
            throw new ArgumentException($"'{path}' contains a wild card: name one file.", nameof(path));
        }
    }

    private static NtCreateRequest CreateRequest(CreateParameters parameters) => new()
    {
        DesiredAccess = parameters.DesiredAccess,
        FileAttributes = parameters.Attributes,
        ShareAccess = parameters.ShareAccess,
        CreateDisposition = parameters.Disposition,
        CreateOptions = parameters.Options,
        ImpersonationLevel = Impersonation,
        FileName = WirePath(parameters.Path),
    };

    private ClientOpen Opened(string path, in NtCreateResponse response)
    {
        ClientOpen open = new(_treeConnect, new FileId(0, response.Fid), path, new FileState
        {
            CreationTime = FileTime.ToDateTimeOffset(response.CreationTime),
            LastAccessTime = FileTime.ToDateTimeOffset(response.LastAccessTime),
            LastWriteTime = FileTime.ToDateTimeOffset(response.LastWriteTime),
            ChangeTime = FileTime.ToDateTimeOffset(response.ChangeTime),
            Attributes = response.FileAttributes,
            AllocationSize = (long)response.AllocationSize,
            EndOfFile = (long)response.EndOfFile,
            IsDirectory = response.IsDirectory,
            CreateAction = response.CreateAction,
        });
        _treeConnect.Add(open);
        return open;
    }

    /// <summary>A file that was opened for someone who had left meanwhile is closed again.</summary>
    private void CloseOrphan(MessageBuffer message)
    {
        using Smb1Response response = _dialect.Exchange.Wrap(message);
        if (response.First().IsEmpty)
        {
            return;
        }

        try
        {
            _ = SendQuietlyAsync(new CloseRequest { Fid = response.Read<NtCreateResponse>(NtCreateResponse.Read).Fid });
        }
        catch (SmbProtocolException)
        {
            // The connection has ended, and with it the file.
        }
    }

    private async Task SendQuietlyAsync<T>(T body)
        where T : struct, ISmb1Body
    {
        try
        {
            using Smb1Response response = await SendAnyAsync(body, CancellationToken.None).ConfigureAwait(false);
        }
        catch (System.IO.IOException)
        {
            // With the connection, the server gives it up itself.
        }
    }

    private LockingRequest UnlockRequest(ClientOpen open, long offset, long length) => new()
    {
        Fid = Fid(open),
        TypeOfLock = LockType.LargeFiles,
        Unlocks = [new LockRange { Pid = LockPid, Offset = (ulong)offset, Length = (ulong)length }],
    };

    /// <summary>SMB1 renames never replace; the one in the way goes first. Another client may come in between.</summary>
    private async Task MakeRoomAsync(string target, CancellationToken cancellationToken)
    {
        try
        {
            await DeleteFileAsync(target, cancellationToken).ConfigureAwait(false);
        }
        catch (SmbStatusException e) when (e.Status is NtStatus.ObjectNameNotFound or NtStatus.NoSuchFile)
        {
            // Nothing was in the way.
        }
    }

    /// <summary>
    /// While signing is active a transfer must fit the server's buffer, whatever its capabilities ([MS-SMB] 2.2.4.5.2.1; client-state M4).
    /// </summary>
    private int TransferSize(Smb1Capabilities large, int buffer)
    {
        if (!_treeConnect.Connection.IsSigningActive && _dialect.ServerCapabilities.HasFlag(large))
        {
            return _dialect.ServerCapabilities.HasFlag(Smb1Capabilities.Unix) ? SambaTransferSize : LargeTransferSize;
        }

        int size = Math.Min(buffer - TransferOverhead, LargeTransferSize);
        return size > 4096 ? size & ~0xFFF : size;
    }

    private async Task<Smb1Response> SendAsync<T>(T body, string? path, CancellationToken cancellationToken, Smb1Address? address = null)
        where T : struct, ISmb1Body
    {
        Smb1Response response = await SendAnyAsync(body, cancellationToken, address).ConfigureAwait(false);
        if (response.Status != NtStatus.Success)
        {
            NtStatus status = response.Status;
            response.Dispose();
            ThrowUnless(false, status, body.Command, path);
        }

        return response;
    }

    private Task<Smb1Response> SendAnyAsync<T>(T body, CancellationToken cancellationToken, Smb1Address? address = null)
        where T : struct, ISmb1Body =>
        _dialect.SendInSessionAsync(
            _treeConnect.Session, body, (address ?? new Smb1Address()) with { Tid = (ushort)_treeConnect.TreeId }, cancellationToken);

    private void ThrowUnless(bool success, NtStatus status, Smb1Command command, string? path)
    {
        if (!success)
        {
            ClientDialect.Note(_treeConnect, status);
            throw new SmbStatusException(status, command.ToString(), path is null ? null : $@"\\{ServerName}\{_treeConnect.ShareName}\{path}", ServerName);
        }
    }
}
