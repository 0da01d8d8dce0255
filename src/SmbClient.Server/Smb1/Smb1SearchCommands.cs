using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>TRANS2_FIND_FIRST2, FIND_NEXT2 and FIND_CLOSE2, [MS-CIFS] 3.3.5.59, 3.3.5.60 and 3.3.5.39.</summary>
internal sealed class Smb1SearchCommands
{
    private const ushort CloseAfterRequest = 0x0001;
    private const ushort CloseAtEnd = 0x0002;
    private const ushort ContinueFromLast = 0x0008;

    private readonly Smb1Connection _connection;
    private readonly Smb1Files _files;

    public Smb1SearchCommands(Smb1Connection connection, Smb1Files files)
    {
        _connection = connection;
        _files = files;
    }

    public async ValueTask<Smb1TransactionResult> FindFirstAsync(Smb1Request request, Smb1Transaction transaction, CancellationToken cancellationToken)
    {
        FindFirst2Parameters asked = ReadFirst(request, transaction);
        if (Smb1EntryLayout.Create(asked.Level, asked.Flags, request.Strings) is not { } layout)
        {
            return new Smb1TransactionResult(NtStatus.InvalidLevel);
        }

        (string path, string pattern) = Smb1Files.Split(Smb1Files.PathOf(request.Tree!, asked.FileName));
        CreateArguments arguments = new()
        {
            Path = path,
            DesiredAccess = AccessMask.ReadData,
            ShareAccess = ShareAccess.Read | ShareAccess.Write | ShareAccess.Delete,
            Disposition = CreateDisposition.Open,
            Options = CreateOptions.DirectoryFile,
        };
        CreateOutcome outcome = await _files.CreateAsync(request, arguments, cancellationToken).ConfigureAwait(false);
        if (outcome.Open is not { } directory)
        {
            return new Smb1TransactionResult(outcome.Status is NtStatus.ObjectNameNotFound or NtStatus.NotADirectory ? NtStatus.ObjectPathNotFound : outcome.Status);
        }

        Smb1Search? search = await _connection.Objects.KeepAsync(
            sid => new Smb1Search(sid, request.Tree!, directory, Smb1Names.PatternOf(pattern), asked.SearchAttributes), request.Tree!, directory).ConfigureAwait(false);
        if (search is null)
        {
            return new Smb1TransactionResult(NtStatus.InsuffServerResources);
        }

        Found found = await FillAsync(search, layout, asked.SearchCount, transaction.MaxData, cancellationToken).ConfigureAwait(false);
        NtStatus status = found.Status == NtStatus.Success && found.Count == 0 ? NtStatus.NoSuchFile : found.Status;
        if (status != NtStatus.Success || MustClose(asked.Flags, found))
        {
            await _connection.Objects.CloseAsync(search).ConfigureAwait(false);
        }

        if (status != NtStatus.Success)
        {
            return new Smb1TransactionResult(status);
        }

        byte[] parameters = new byte[FindFirst2ResponseParameters.Size];
        WireWriter writer = new(parameters);
        new FindFirst2ResponseParameters { Sid = search.Sid, SearchCount = (ushort)found.Count, EndOfSearch = found.IsEnd, LastNameOffset = found.LastOffset }.Write(ref writer);
        return new Smb1TransactionResult(NtStatus.Success, parameters, found.Data);
    }

    public async ValueTask<Smb1TransactionResult> FindNextAsync(Smb1Request request, Smb1Transaction transaction, CancellationToken cancellationToken)
    {
        FindNext2Parameters asked = ReadNext(request, transaction);
        if (!_connection.Objects.Searches.TryGet(asked.Sid, out Smb1Search? search) || search.Tree != request.Tree)
        {
            return new Smb1TransactionResult(NtStatus.InvalidHandle);
        }

        if (Smb1EntryLayout.Create(asked.Level, asked.Flags, request.Strings) is not { } layout)
        {
            return new Smb1TransactionResult(NtStatus.InvalidLevel);
        }

        Found found;
        await search.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            bool isElsewhere = (asked.Flags & ContinueFromLast) == 0 && asked.FileName.Length > 0
                && !string.Equals(asked.FileName, search.LastName, StringComparison.OrdinalIgnoreCase);
            NtStatus rewound = isElsewhere ? await search.RewindAsync(asked.FileName, cancellationToken).ConfigureAwait(false) : NtStatus.Success;
            found = rewound == NtStatus.Success
                ? await FillAsync(search, layout, asked.SearchCount, transaction.MaxData, cancellationToken).ConfigureAwait(false)
                : new Found(rewound);
        }
        finally
        {
            search.Gate.Release();
        }

        if (found.Status == NtStatus.Success && MustClose(asked.Flags, found))
        {
            await _connection.Objects.CloseAsync(search).ConfigureAwait(false);
        }

        if (found.Status != NtStatus.Success || found.Count == 0)
        {
            return new Smb1TransactionResult(found.Status == NtStatus.Success ? NtStatus.NoMoreFiles : found.Status, EncodeNext(found));
        }

        return new Smb1TransactionResult(NtStatus.Success, EncodeNext(found), found.Data);
    }

    public async ValueTask<Smb1Reply> CloseAsync(Smb1Request request)
    {
        FindClose2Request body = request.Read<FindClose2Request>(FindClose2Request.Read);
        if (!_connection.Objects.Searches.TryGet(body.Sid, out Smb1Search? search) || search.Tree != request.Tree)
        {
            return Smb1Reply.Bare(NtStatus.InvalidHandle);
        }

        await _connection.Objects.CloseAsync(search).ConfigureAwait(false);
        return Smb1Reply.Bare(NtStatus.Success);
    }

    private static bool MustClose(ushort flags, Found found) => (flags & CloseAfterRequest) != 0 || ((flags & CloseAtEnd) != 0 && found.IsEnd);

    private static byte[] EncodeNext(Found found)
    {
        byte[] parameters = new byte[FindNext2ResponseParameters.Size];
        WireWriter writer = new(parameters);
        new FindNext2ResponseParameters { SearchCount = (ushort)found.Count, EndOfSearch = found.IsEnd, LastNameOffset = found.LastOffset }.Write(ref writer);
        return parameters;
    }

    private static FindFirst2Parameters ReadFirst(Smb1Request request, Smb1Transaction transaction)
    {
        WireReader reader = new(transaction.Parameters);
        return FindFirst2Parameters.Read(ref reader, request.Strings);
    }

    private static FindNext2Parameters ReadNext(Smb1Request request, Smb1Transaction transaction)
    {
        WireReader reader = new(transaction.Parameters);
        return FindNext2Parameters.Read(ref reader, request.Strings);
    }

    /// <summary>As many entries as are wanted and fit.</summary>
    private static async ValueTask<Found> FillAsync(Smb1Search search, Smb1EntryLayout layout, int wanted, int room, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[room];
        int position = 0;
        int previous = EntryList.None;
        int count = 0;
        while (true)
        {
            (NtStatus status, DirectoryEntry? entry) = await search.PeekAsync(cancellationToken).ConfigureAwait(false);
            if (status != NtStatus.Success)
            {
                return new Found(status);
            }

            if (entry is not { } next || count >= wanted || position + layout.Size(next) > room)
            {
                bool isTooSmall = entry is not null && count == 0 && wanted > 0;
                return isTooSmall
                    ? new Found(NtStatus.BufferTooSmall)
                    : new Found(NtStatus.Success, buffer.AsMemory(0, position), count, IsEnd: entry is null, (ushort)Math.Max(previous, 0));
            }

            (previous, position) = layout.Write(buffer, position, previous, next);
            search.Take();
            count++;
        }
    }

    private readonly record struct Found(NtStatus Status, ReadOnlyMemory<byte> Data = default, int Count = 0, bool IsEnd = false, ushort LastOffset = 0);
}
