using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Exchange;
using SmbClient.Exchange.Smb2;
using SmbClient.Wire;
using SmbClient.Wire.Dtyp;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb2;

namespace SmbClient.Dialects.Smb2;

/// <summary>NT file semantics in SMB2 commands; what is done by a path is one compound.</summary>
internal sealed class Smb2Tree : ClientTree
{
    private const int OctetsPerCredit = 65536;

    private readonly Smb2Dialect _dialect;
    private readonly ClientTreeConnect _treeConnect;
    private readonly Smb2PathRequests _paths;

    public Smb2Tree(Smb2Dialect dialect, ClientTreeConnect treeConnect)
    {
        _dialect = dialect;
        _treeConnect = treeConnect;
        _paths = new Smb2PathRequests(dialect, this);
    }

    public override int MaxReadSize => _dialect.Negotiated.MaxReadSize;

    public override int MaxWriteSize => _dialect.Negotiated.MaxWriteSize;

    /// <summary>As many as all credits of the connection are worth.</summary>
    public override int MaxParallel(int size) => Math.Max(1, CreditWindow.Target / Smb2Flow.ChargeOf(size));

    /// <summary>Where requests on this tree go.</summary>
    public Smb2Address Address => new() { Channel = _treeConnect.Session.Channel, TreeId = _treeConnect.TreeId, Seal = _treeConnect.EncryptData };

    public ClientSession Session => _treeConnect.Session;

    /// <summary>Octets that one answer to a query may have; small enough to be had for a few credits.</summary>
    public int MaxQuerySize => Math.Min(_dialect.Negotiated.MaxTransactSize, 1 << 20);

    public override async Task<ClientOpen> CreateAsync(CreateParameters parameters, CancellationToken cancellationToken)
    {
        Smb2CreateContexts contexts = new(parameters, _treeConnect.Connection.SelectedDialect, _dialect.CanLease);
        using Smb2Response response = await SendAsync(
            Smb2PathRequests.CreateRequest(parameters, contexts), parameters.Path, cancellationToken, Address with { Orphaned = CloseOrphan }).ConfigureAwait(false);
        return Opened(parameters.Path, response, contexts);
    }

    public override async Task CloseAsync(ClientOpen open, CancellationToken cancellationToken)
    {
        _treeConnect.Remove(open);
        _dialect.Breaks.Forget(open);
        using Smb2Response response = await SendAsync(new CloseRequest { FileId = open.FileId }, open.Path, cancellationToken).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadChunkAsync(ClientOpen open, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        int credits = await _dialect.Exchange.TakeCreditsAsync(destination.Length, cancellationToken).ConfigureAwait(false);
        destination = destination.Slice(0, Math.Min(destination.Length, credits * OctetsPerCredit));
        ReadRequest request = new() { FileId = open.FileId, Offset = (ulong)offset, Length = (uint)destination.Length };
        using Smb2Response response = await SendAnyAsync(request, Address with { Landing = destination, Credits = credits }, cancellationToken).ConfigureAwait(false);
        if (response.Status == NtStatus.EndOfFile)
        {
            return 0;
        }

        if (response.Status is not (NtStatus.Success or NtStatus.BufferOverflow))
        {
            throw Refused(response.Status, Smb2Command.Read, open.Path);
        }

        if (response.LandedCount >= 0)
        {
            return response.LandedCount;
        }

        ReadOnlyMemory<byte> data = response.Read<ReadResponse>(ReadResponse.Read).Data;
        if (data.Length > destination.Length)
        {
            throw Misbehaved($"answered a read of {destination.Length} octets with {data.Length}");
        }

        data.CopyTo(destination);
        return data.Length;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> WriteChunkAsync(ClientOpen open, long offset, ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        int credits = await _dialect.Exchange.TakeCreditsAsync(source.Length, cancellationToken).ConfigureAwait(false);
        source = source.Slice(0, Math.Min(source.Length, credits * OctetsPerCredit));
        WriteRequest request = new() { FileId = open.FileId, Offset = (ulong)offset, Length = (uint)source.Length };
        using Smb2Response response = await SendAnyAsync(request, Address with { Payload = source, Credits = credits }, cancellationToken).ConfigureAwait(false);
        return response.Status == NtStatus.Success
            ? (int)Math.Min(response.Read<WriteResponse>(WriteResponse.Read).Count, int.MaxValue)
            : throw Refused(response.Status, Smb2Command.Write, open.Path);
    }

    public override async Task FlushAsync(ClientOpen open, CancellationToken cancellationToken)
    {
        using Smb2Response response = await SendAsync(new FlushRequest { FileId = open.FileId }, open.Path, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>SMB2 has no time limit of its own for locks: it fails at once, or waits until it is cancelled.</summary>
    public override async Task LockAsync(ClientOpen open, long offset, long length, bool exclusive, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Smb2LockFlags flags = (exclusive ? Smb2LockFlags.ExclusiveLock : Smb2LockFlags.SharedLock) | (timeout == TimeSpan.Zero ? Smb2LockFlags.FailImmediately : 0);
        LockRequest request = new() { FileId = open.FileId, Locks = [new Smb2Lock((ulong)offset, (ulong)length, flags)] };
        using TimeLimit limit = new(_treeConnect.Connection.Time, timeout > TimeSpan.Zero ? timeout : Timeout.InfiniteTimeSpan, cancellationToken);
        Smb2Address address = Address with
        {
            MayWaitForever = timeout != TimeSpan.Zero,
            Orphaned = message => UnlockOrphan(message, open, offset, length),
        };
        try
        {
            using Smb2Response response = await SendAsync(request, open.Path, limit.Token, address).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Refused(NtStatus.LockNotGranted, Smb2Command.Lock, open.Path);
        }
    }

    public override async Task UnlockAsync(ClientOpen open, long offset, long length, CancellationToken cancellationToken)
    {
        using Smb2Response response = await SendAsync(UnlockRequest(open, offset, length), open.Path, cancellationToken).ConfigureAwait(false);
    }

    public override IAsyncEnumerable<SmbDirectoryEntry> QueryDirectoryAsync(string directory, string pattern, CancellationToken cancellationToken) =>
        new Smb2Search(_dialect, this, directory, pattern).EnumerateAsync(cancellationToken);

    public override Task<FileState> QueryPathAsync(string path, CancellationToken cancellationToken) => _paths.QueryAsync(path, cancellationToken);

    public override async Task<FileState> QueryFileAsync(ClientOpen open, CancellationToken cancellationToken)
    {
        using Smb2Response response = await SendAnyAsync(Smb2PathRequests.QueryAll(open.FileId), Address, cancellationToken).ConfigureAwait(false);
        return response.Status is NtStatus.Success or NtStatus.BufferOverflow
            ? ReadAll(response)
            : throw Refused(response.Status, Smb2Command.QueryInfo, open.Path);
    }

    public override Task SetPathInfoAsync(string path, FileBasicInformation information, CancellationToken cancellationToken) =>
        _paths.SetBasicAsync(path, information, cancellationToken);

    public override Task SetFileInfoAsync(ClientOpen open, FileBasicInformation information, CancellationToken cancellationToken) =>
        SetInfoAsync(open, FileInformationClass.Basic, FileTranslation.Encode(information), cancellationToken);

    public override Task SetEndOfFileAsync(ClientOpen open, long length, CancellationToken cancellationToken)
    {
        byte[] data = new byte[FileEndOfFileInformation.Size];
        WireWriter writer = new(data);
        new FileEndOfFileInformation(length).Write(ref writer);
        return SetInfoAsync(open, FileInformationClass.EndOfFile, data, cancellationToken);
    }

    public override Task<SmbVolumeInfo> QueryVolumeAsync(CancellationToken cancellationToken) => _paths.QueryVolumeAsync(cancellationToken);

    public override Task DeleteFileAsync(string path, CancellationToken cancellationToken) =>
        _paths.DeleteAsync(path, CreateOptions.NonDirectoryFile, cancellationToken);

    public override Task RenameAsync(string source, string target, bool replaceExisting, CancellationToken cancellationToken) =>
        _paths.RenameAsync(source, target, replaceExisting, cancellationToken);

    public override Task CreateDirectoryAsync(string path, CancellationToken cancellationToken) => _paths.CreateDirectoryAsync(path, cancellationToken);

    public override Task DeleteDirectoryAsync(string path, CancellationToken cancellationToken) =>
        _paths.DeleteAsync(path, CreateOptions.DirectoryFile, cancellationToken);

    public override Task<FirstRead> OpenAndReadAsync(CreateParameters parameters, Memory<byte> destination, CancellationToken cancellationToken) =>
        _paths.ReadAsync(parameters, destination.Slice(0, Math.Min(destination.Length, OctetsPerCredit)), cancellationToken);

    public override Task<int> OpenAndWriteAsync(CreateParameters parameters, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        content.Length is > 0 and <= OctetsPerCredit ? _paths.WriteAsync(parameters, content, cancellationToken) : Task.FromResult(0);

    public override IAsyncEnumerable<SmbDirectoryChange> WatchAsync(string directory, SmbChangeFilter filter, bool recursive, CancellationToken cancellationToken) =>
        new Smb2Watch(this, directory, filter, recursive).EnumerateAsync(cancellationToken);

    public override async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        foreach (ClientOpen open in _treeConnect.SnapshotOpens())
        {
            if (open.TryClose())
            {
                await CloseAsync(open, cancellationToken).ConfigureAwait(false);
            }
        }

        using Smb2Response response = await SendAnyAsync(new TreeDisconnectBody(), Address, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a body and returns its response, which is a success.</summary>
    public async Task<Smb2Response> SendAsync<T>(T body, string? path, CancellationToken cancellationToken, Smb2Address? address = null)
        where T : struct, ISmb2Body
    {
        Smb2Response response = await SendAnyAsync(body, address ?? Address, cancellationToken).ConfigureAwait(false);
        if (response.Status != NtStatus.Success)
        {
            NtStatus status = response.Status;
            response.Dispose();
            throw Refused(status, body.Command, path);
        }

        return response;
    }

    /// <summary>Sends a body and returns its response, whatever the status.</summary>
    public ValueTask<Smb2Response> SendAnyAsync<T>(T body, Smb2Address address, CancellationToken cancellationToken)
        where T : struct, ISmb2Body =>
        Smb2SessionRequests.SendAsync(_dialect, _treeConnect.Session, body, address, cancellationToken);

    /// <inheritdoc cref="ClientConnection.Misbehaved"/>
    public SmbProtocolException Misbehaved(string what) => _treeConnect.Connection.Misbehaved(what);

    /// <summary>The exception for a request that the server refused; what the server has dropped leaves the tables.</summary>
    public SmbStatusException Refused(NtStatus status, Smb2Command command, string? path)
    {
        ClientDialect.Note(_treeConnect, status);
        string server = _treeConnect.Connection.ServerName;
        return new SmbStatusException(status, command.ToString(), path is null ? null : $@"\\{server}\{_treeConnect.ShareName}\{path}", server);
    }

    /// <summary>Enters an open file into the tables.</summary>
    private ClientOpen Opened(string path, Smb2Response response, Smb2CreateContexts contexts)
    {
        CreateResponse create = response.Read<CreateResponse>(CreateResponse.Read);
        ClientOpen open;
        try
        {
            open = new ClientOpen(_treeConnect, create.FileId, path, Smb2CreateContexts.ReadDetails(create, Describe(create)))
            {
                OplockLevel = create.OplockLevel,
                LeaseKey = contexts.LeaseKey,
                Durable = contexts.ReadDurable(create),
            };
        }
        catch (MalformedMessageException e)
        {
            throw _dialect.Exchange.Refuse(e);
        }

        _treeConnect.Add(open);
        if (create.OplockLevel != Smb2OplockLevel.None)
        {
            _dialect.Breaks.Watch(open);
        }

        return open;
    }

    /// <summary>What a CREATE response says of the file.</summary>
    private static FileState Describe(in CreateResponse response) => new()
    {
        CreationTime = FileTime.ToDateTimeOffset(response.CreationTime),
        LastAccessTime = FileTime.ToDateTimeOffset(response.LastAccessTime),
        LastWriteTime = FileTime.ToDateTimeOffset(response.LastWriteTime),
        ChangeTime = FileTime.ToDateTimeOffset(response.ChangeTime),
        Attributes = response.FileAttributes,
        AllocationSize = (long)response.AllocationSize,
        EndOfFile = (long)response.EndOfFile,
        IsDirectory = response.FileAttributes.HasFlag(FileAttributes.Directory),
        CreateAction = response.CreateAction,
    };

    /// <summary>Decodes the answer to <see cref="Smb2PathRequests.QueryAll"/>.</summary>
    public FileState ReadAll(Smb2Response response)
    {
        FileAllInformation all = Decode(response.Read<QueryInfoResponse>(QueryInfoResponse.Read).Output, FileAllInformation.Read);
        return FileTranslation.Describe(all.Basic, all.Standard);
    }

    /// <summary>Decodes what a response has brought. What does not decode ends the connection.</summary>
    public T Decode<T>(ReadOnlyMemory<byte> octets, Smb2Response.BodyReader<T> read)
    {
        try
        {
            WireReader reader = new(octets);
            return read(ref reader);
        }
        catch (MalformedMessageException e)
        {
            throw _dialect.Exchange.Refuse(e);
        }
    }

    /// <summary>Decodes what a response has brought. What does not decode ends the connection.</summary>
    public T Decode<T>(ReadOnlyMemory<byte> octets, Func<ReadOnlyMemory<byte>, T> read)
    {
        try
        {
            return read(octets);
        }
        catch (MalformedMessageException e)
        {
            throw _dialect.Exchange.Refuse(e);
        }
    }

    /// <summary>Closes a file whose opener has left, or that a compound left open.</summary>
    public async Task CloseQuietlyAsync(FileId fileId)
    {
        try
        {
            using Smb2Response response = await SendAnyAsync(new CloseRequest { FileId = fileId }, Address, CancellationToken.None).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // With the connection, the server closes the file itself.
        }
    }

    private static LockRequest UnlockRequest(ClientOpen open, long offset, long length) => new()
    {
        FileId = open.FileId,
        Locks = [new Smb2Lock((ulong)offset, (ulong)length, Smb2LockFlags.Unlock)],
    };

    private async Task SetInfoAsync(ClientOpen open, FileInformationClass informationClass, byte[] data, CancellationToken cancellationToken)
    {
        SetInfoRequest request = new() { InfoType = Smb2InfoType.File, FileInfoClass = (byte)informationClass, FileId = open.FileId, Data = data };
        using Smb2Response response = await SendAsync(request, open.Path, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A file that was opened for someone who had left meanwhile is closed again.</summary>
    public void CloseOrphan(MessageBuffer message)
    {
        using Smb2Response response = _dialect.Exchange.Wrap(message);
        if (response.Status != NtStatus.Success)
        {
            return;
        }

        try
        {
            _ = CloseQuietlyAsync(response.Read<CreateResponse>(CreateResponse.Read).FileId);
        }
        catch (SmbProtocolException)
        {
            // The connection has ended, and with it the file.
        }
    }

    /// <summary>A lock that was granted to someone who had left meanwhile is given back.</summary>
    private void UnlockOrphan(MessageBuffer message, ClientOpen open, long offset, long length)
    {
        using Smb2Response response = _dialect.Exchange.Wrap(message);
        if (response.Status == NtStatus.Success)
        {
            _ = UnlockQuietlyAsync(open, offset, length);
        }
    }

    private async Task UnlockQuietlyAsync(ClientOpen open, long offset, long length)
    {
        try
        {
            using Smb2Response response = await SendAnyAsync(UnlockRequest(open, offset, length), Address, CancellationToken.None).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // With the connection, the server drops the lock itself.
        }
    }
}
