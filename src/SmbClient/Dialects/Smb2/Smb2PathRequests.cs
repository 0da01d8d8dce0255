using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Exchange.Smb2;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb2;

namespace SmbClient.Dialects.Smb2;

/// <summary>What is done to a file by its path: CREATE, the request, CLOSE, in one round trip.</summary>
internal sealed class Smb2PathRequests
{
    private const uint Impersonation = 2;

    /// <summary>Octets for what is known of a file; a name that does not fit is not looked at.</summary>
    private const uint QuerySize = 4096;

    private const AccessMask Look = AccessMask.ReadAttributes | AccessMask.Synchronize;
    private const ShareAccess Everything = ShareAccess.Read | ShareAccess.Write | ShareAccess.Delete;

    private readonly Smb2Dialect _dialect;
    private readonly Smb2Tree _tree;

    public Smb2PathRequests(Smb2Dialect dialect, Smb2Tree tree)
    {
        _dialect = dialect;
        _tree = tree;
    }

    public static CreateRequest CreateRequest(in CreateParameters parameters, Smb2CreateContexts? contexts = null) => new()
    {
        RequestedOplockLevel = contexts?.OplockLevel ?? Smb2OplockLevel.None,
        Contexts = contexts?.Contexts ?? [],
        ImpersonationLevel = Impersonation,
        DesiredAccess = parameters.DesiredAccess,
        FileAttributes = parameters.Attributes,
        ShareAccess = parameters.ShareAccess,
        CreateDisposition = parameters.Disposition,
        CreateOptions = parameters.Options,
        Name = parameters.Path,
    };

    public static QueryInfoRequest QueryAll(FileId fileId) =>
        Query(Smb2InfoType.File, (byte)FileInformationClass.All, fileId);

    public Task<FileState> QueryAsync(string path, CancellationToken cancellationToken) =>
        RunAsync(Open(path, Look), c => c.Add(QueryAll(FileId.Previous)), r => _tree.ReadAll(r[1]), cancellationToken);

    public Task SetBasicAsync(string path, FileBasicInformation information, CancellationToken cancellationToken) =>
        RunAsync(
            Open(path, AccessMask.WriteAttributes | AccessMask.Synchronize),
            c => c.Add(Set(FileInformationClass.Basic, FileTranslation.Encode(information))),
            _ => true,
            cancellationToken);

    public Task DeleteAsync(string path, CreateOptions kind, CancellationToken cancellationToken)
    {
        byte[] data = new byte[FileDispositionInformation.Size];
        WireWriter writer = new(data);
        new FileDispositionInformation(DeletePending: true).Write(ref writer);

        // A link is deleted itself, not what it leads to.
        CreateParameters parameters = Open(path, AccessMask.Delete | Look) with { Options = kind | CreateOptions.OpenReparsePoint };
        return RunAsync(parameters, c => c.Add(Set(FileInformationClass.Disposition, data)), _ => true, cancellationToken);
    }

    public Task RenameAsync(string source, string target, bool replaceExisting, CancellationToken cancellationToken)
    {
        FileRenameInformation rename = new() { FileName = target, ReplaceIfExists = replaceExisting };
        byte[] data = new byte[rename.Size];
        WireWriter writer = new(data);
        rename.Write(ref writer);
        CreateParameters parameters = Open(source, AccessMask.Delete | Look) with { Options = CreateOptions.OpenReparsePoint };
        return RunAsync(parameters, c => c.Add(Set(FileInformationClass.Rename, data)), _ => true, cancellationToken);
    }

    public Task CreateDirectoryAsync(string path, CancellationToken cancellationToken)
    {
        CreateParameters parameters = Open(path, Look) with { Disposition = CreateDisposition.Create, Options = CreateOptions.DirectoryFile };
        return RunAsync(parameters, c => c, _ => true, cancellationToken);
    }

    public Task<SmbVolumeInfo> QueryVolumeAsync(CancellationToken cancellationToken) =>
        RunAsync(
            Open("", Look),
            c => c.Add(QueryFs(FsInformationClass.Volume)).Add(QueryFs(FsInformationClass.Attribute)).Add(QueryFs(FsInformationClass.FullSize)),
            r => FileTranslation.Describe(
                _tree.Decode(Output(r[1]), static (ref WireReader o) => FsVolumeInformation.Read(ref o, Encoding.Unicode)),
                _tree.Decode(Output(r[2]), static (ref WireReader o) => FsAttributeInformation.Read(ref o, Encoding.Unicode)),
                _tree.Decode(Output(r[3]), FsFullSizeInformation.Read)),
            cancellationToken);

    /// <summary>Reads the beginning of a file; an empty file has none.</summary>
    public Task<FirstRead> ReadAsync(CreateParameters parameters, Memory<byte> destination, CancellationToken cancellationToken) =>
        RunAsync(
            parameters,
            c => c.Add(new ReadRequest { FileId = FileId.Previous, Length = (uint)destination.Length }, _tree.Address with { Landing = destination }),
            responses =>
            {
                long endOfFile = (long)responses[0].Read<CreateResponse>(CreateResponse.Read).EndOfFile;
                Smb2Response read = responses[1];
                if (read.Status == NtStatus.EndOfFile)
                {
                    return new FirstRead(0, endOfFile, null);
                }

                if (read.LandedCount >= 0)
                {
                    return new FirstRead(read.LandedCount, endOfFile, null);
                }

                ReadOnlyMemory<byte> data = read.Read<ReadResponse>(ReadResponse.Read).Data;
                if (data.Length > destination.Length)
                {
                    throw _tree.Misbehaved($"answered a read of {destination.Length} octets with {data.Length}");
                }

                data.CopyTo(destination);
                return new FirstRead(data.Length, endOfFile, null);
            },
            cancellationToken);

    /// <summary>Writes the beginning of a file; returns how many octets the server took.</summary>
    public Task<int> WriteAsync(CreateParameters parameters, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        RunAsync(
            parameters,
            c => c.Add(new WriteRequest { FileId = FileId.Previous, Length = (uint)content.Length }, _tree.Address with { Payload = content }),
            responses => (int)Math.Min(responses[1].Read<WriteResponse>(WriteResponse.Read).Count, content.Length),
            cancellationToken);

    private static CreateParameters Open(string path, AccessMask access) => new()
    {
        Path = path,
        DesiredAccess = access,
        ShareAccess = Everything,
        Disposition = CreateDisposition.Open,
    };

    private static QueryInfoRequest Query(Smb2InfoType type, byte informationClass, FileId fileId) =>
        new() { InfoType = type, FileInfoClass = informationClass, FileId = fileId, OutputBufferLength = QuerySize };

    private static QueryInfoRequest QueryFs(FsInformationClass informationClass) => Query(Smb2InfoType.FileSystem, (byte)informationClass, FileId.Previous);

    private static SetInfoRequest Set(FileInformationClass informationClass, byte[] data) =>
        new() { InfoType = Smb2InfoType.File, FileInfoClass = (byte)informationClass, FileId = FileId.Previous, Data = data };

    private static ReadOnlyMemory<byte> Output(Smb2Response response) => response.Read<QueryInfoResponse>(QueryInfoResponse.Read).Output;

    /// <summary>Opens, does what is added in between, and closes; once more if the session has expired. Throws the first refusal.</summary>
    private async Task<T> RunAsync<T>(CreateParameters parameters, Func<Smb2Compound, Smb2Compound> between, Func<Smb2Response[], T> read, CancellationToken cancellationToken)
    {
        bool again = false;
        while (true)
        {
            int signIns = _tree.Session.SignIns;
            Smb2Compound compound = between(_dialect.Exchange.BeginCompound(_tree.Address, _tree.CloseOrphan).Add(CreateRequest(parameters))).Add(new CloseRequest { FileId = FileId.Previous });
            Smb2Response[] responses = await compound.SendAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (responses[0].Status == NtStatus.NetworkSessionExpired && !again)
                {
                    again = true;
                    await _dialect.ReauthenticateAsync(_tree.Session, signIns, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                ThrowIfRefused(responses, parameters.Path);
                return read(responses);
            }
            finally
            {
                foreach (Smb2Response response in responses)
                {
                    response.Dispose();
                }
            }
        }
    }

    private void ThrowIfRefused(Smb2Response[] responses, string path)
    {
        Smb2Response close = responses[responses.Length - 1];
        if (responses[0].Status == NtStatus.Success && close.Status != NtStatus.Success)
        {
            // Some servers let a failure in the middle take the CLOSE with it.
            _ = _tree.CloseQuietlyAsync(responses[0].Read<CreateResponse>(CreateResponse.Read).FileId);
        }

        foreach (Smb2Response response in responses)
        {
            if (response.Status is not (NtStatus.Success or NtStatus.BufferOverflow or NtStatus.EndOfFile))
            {
                throw _tree.Refused(response.Status, response.Header.Command, path);
            }
        }
    }
}
