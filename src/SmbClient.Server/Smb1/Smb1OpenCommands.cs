using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire.Dtyp;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>NT_CREATE_ANDX, the older ways to open, CLOSE, FLUSH and PROCESS_EXIT, [MS-CIFS] 3.3.5.51, 3.3.5.35, 3.3.5.5 to 3.3.5.9 and 3.3.5.17.</summary>
internal sealed class Smb1OpenCommands
{
    private const ushort EveryFid = 0xFFFF;
    private const ushort Disk = 0;
    private const ushort MessagePipe = 2;
    private const ushort PipeStatus = 0x05FF;
    private const uint OpenTargetDirectory = 0x08;

    private readonly Smb1Connection _connection;
    private readonly Smb1Files _files;

    public Smb1OpenCommands(Smb1Connection connection, Smb1Files files)
    {
        _connection = connection;
        _files = files;
    }

    public async ValueTask<Smb1Reply> NtCreateAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        (NtStatus status, NtCreateResponse response) = await NtCreateAsync(request, request.Read<NtCreateRequest>(NtCreateRequest.Read), cancellationToken).ConfigureAwait(false);
        return status == NtStatus.Success ? Smb1Reply.Of(response) : Smb1Reply.Bare(status);
    }

    /// <summary>Opens and keeps what NT_CREATE_ANDX or NT_TRANSACT_CREATE asks for.</summary>
    public async ValueTask<(NtStatus Status, NtCreateResponse Response)> NtCreateAsync(Smb1Request request, NtCreateRequest body, CancellationToken cancellationToken)
    {
        string path = Smb1Files.PathOf(request.Tree!, body.FileName);
        if (body.RootDirectoryFid != 0)
        {
            if (body.RootDirectoryFid > ushort.MaxValue || !_files.TryFind(request, (ushort)body.RootDirectoryFid, out Smb1Open root))
            {
                return (NtStatus.InvalidHandle, default);
            }

            path = root.Target.Path.Length == 0 || path.Length == 0 ? root.Target.Path + path : root.Target.Path + @"\" + path;
        }

        CreateArguments arguments = new()
        {
            Path = (body.Flags & OpenTargetDirectory) != 0 ? Smb1Files.Split(path).Directory : path,
            // Every answer tells the attributes, and TRANS2 tells them of every FID, whatever it was opened for.
            DesiredAccess = body.DesiredAccess | AccessMask.ReadAttributes,
            ShareAccess = body.ShareAccess,
            Disposition = body.CreateDisposition,
            Options = body.CreateOptions,
            Attributes = body.FileAttributes,
            AllocationSize = (long)Math.Min(body.AllocationSize, long.MaxValue),
        };
        (NtStatus status, Smb1Open? open, CreateOutcome outcome) = await KeepAsync(request, arguments, cancellationToken).ConfigureAwait(false);
        return open is null ? (status, default) : (status, Respond(open, outcome));
    }

    public async ValueTask<Smb1Reply> OpenAndXAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        OpenAndXRequest body = request.Read<OpenAndXRequest>(OpenAndXRequest.Read);
        if (Smb1OpenModes.DispositionOf(body.OpenMode, body.AccessMode) is not { } disposition || Smb1OpenModes.AccessOf(body.AccessMode) is not { } access)
        {
            return Smb1Reply.Bare(Smb1OpenModes.InvalidMode);
        }

        string path = Smb1Files.PathOf(request.Tree!, body.FileName);
        CreateArguments arguments = new()
        {
            Path = path,
            DesiredAccess = access,
            ShareAccess = Smb1OpenModes.SharingOf(body.AccessMode, path),
            Disposition = disposition,
            Options = CreateOptions.NonDirectoryFile,
            Attributes = body.FileAttributes,
            AllocationSize = body.AllocationSize,
        };
        (NtStatus status, Smb1Open? open, CreateOutcome outcome) = await KeepAsync(request, arguments, cancellationToken).ConfigureAwait(false);
        if (open is null)
        {
            return Smb1Reply.Bare(status);
        }

        bool isNew = outcome.Action != CreateAction.Opened && body.AllocationSize > 0;
        long length = outcome.Entry?.Length ?? 0;
        if (isNew && await open.Target.SetInformationAsync(FileInformationClass.EndOfFile, BitConverter.GetBytes((long)body.AllocationSize), cancellationToken).ConfigureAwait(false) == NtStatus.Success)
        {
            // A file that is made so is as long as it was to be.
            length = body.AllocationSize;
        }

        return Smb1Reply.Of(new OpenAndXResponse
        {
            Fid = open.Fid,
            FileAttributes = outcome.Entry?.Attributes ?? FileAttributes.Normal,
            LastWriteTime = outcome.Entry is { } entry ? Smb1Time.ToUtime(entry.LastWriteTime) : 0,
            FileDataSize = (uint)Math.Min(length, uint.MaxValue),
            AccessRights = (ushort)(body.AccessMode & 0x7),
            ResourceType = open.IsPipe ? MessagePipe : Disk,
            NamedPipeStatus = open.IsPipe ? PipeStatus : (ushort)0,
            OpenResults = outcome.Action switch
            {
                CreateAction.Opened => 1,
                CreateAction.Created => 2,
                _ => 3,
            },
        });
    }

    public async ValueTask<Smb1Reply> OpenAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        CoreOpenRequest body = request.Read<CoreOpenRequest>(CoreOpenRequest.Read);
        bool isOpen = body.Command == Smb1Command.Open;
        bool isTemporary = body.Command == Smb1Command.CreateTemporary;
        string path = Smb1Files.PathOf(request.Tree!, body.FileName);
        string name = isTemporary ? TemporaryName() : "";
        ushort accessMode = isOpen ? body.AccessMode : Smb1OpenModes.ReadAndWrite;
        if (Smb1OpenModes.AccessOf(accessMode) is not { } access)
        {
            return Smb1Reply.Bare(Smb1OpenModes.InvalidMode);
        }

        CreateArguments arguments = new()
        {
            Path = isTemporary ? Smb1Names.Join(path.TrimEnd('\\'), name) : path,
            DesiredAccess = access,
            ShareAccess = Smb1OpenModes.SharingOf(accessMode, path),
            Disposition = isOpen ? CreateDisposition.Open : body.Command == Smb1Command.Create ? CreateDisposition.OverwriteIf : CreateDisposition.Create,
            Options = CreateOptions.NonDirectoryFile,
            Attributes = isOpen ? 0 : body.Attributes,
        };
        (NtStatus status, Smb1Open? open, CreateOutcome outcome) = await KeepAsync(request, arguments, cancellationToken).ConfigureAwait(false);
        if (open is null)
        {
            return Smb1Reply.Bare(status);
        }

        if (isTemporary)
        {
            return Smb1Reply.Of(new CreateTemporaryResponse { Fid = open.Fid, FileName = name });
        }

        if (!isOpen)
        {
            return Smb1Reply.Of(new WordsBody(body.Command, new[] { open.Fid }));
        }

        uint time = outcome.Entry is { } entry ? Smb1Time.ToUtime(entry.LastWriteTime) : 0;
        uint size = (uint)Math.Min(outcome.Entry?.Length ?? 0, uint.MaxValue);
        ushort attributes = (ushort)(outcome.Entry?.Attributes ?? FileAttributes.Normal);
        return Smb1Reply.Of(new WordsBody(
            body.Command, new[] { open.Fid, attributes, (ushort)time, (ushort)(time >> 16), (ushort)size, (ushort)(size >> 16), (ushort)(accessMode & 0x7) }));
    }

    public async ValueTask<Smb1Reply> CloseAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        CloseRequest body = request.Read<CloseRequest>(CloseRequest.Read);
        if (!_files.TryFind(request, body.Fid, out Smb1Open open))
        {
            return Smb1Reply.Bare(NtStatus.InvalidHandle);
        }

        if (Smb1Time.FromUtime(body.LastTimeModified) is { } time)
        {
            // Whether the client may set it or not, the file is closed.
            await Smb1AttributeCommands.SetAsync(open.Target, new FileBasicInformation { LastWriteTime = FileTime.FromDateTimeOffset(time) }, cancellationToken).ConfigureAwait(false);
        }

        return Smb1Reply.Bare(await _connection.Objects.CloseAsync(open).ConfigureAwait(false) ? NtStatus.Success : NtStatus.InvalidHandle);
    }

    public async ValueTask<Smb1Reply> FlushAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        FlushRequest body = request.Read<FlushRequest>(FlushRequest.Read);
        if (body.Fid != EveryFid)
        {
            return Smb1Reply.Bare(_files.TryFind(request, body.Fid, out Smb1Open open)
                ? await open.Target.FlushAsync(cancellationToken).ConfigureAwait(false)
                : NtStatus.InvalidHandle);
        }

        foreach (Smb1Open each in _connection.Objects.Opens.Values.Where(o => o.Tree == request.Tree))
        {
            await each.Target.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        return Smb1Reply.Bare(NtStatus.Success);
    }

    public async ValueTask<Smb1Reply> ExitAsync(Smb1Request request)
    {
        await _connection.Objects.ExitAsync(request.Session!, request.Pid).ConfigureAwait(false);
        return Smb1Reply.Bare(NtStatus.Success);
    }

    private async ValueTask<(NtStatus Status, Smb1Open? Open, CreateOutcome Outcome)> KeepAsync(Smb1Request request, CreateArguments arguments, CancellationToken cancellationToken)
    {
        CreateOutcome outcome = await _files.CreateAsync(request, arguments, cancellationToken).ConfigureAwait(false);
        if (outcome.Open is null)
        {
            return (outcome.Status, null, outcome);
        }

        Smb1Open? open = await _connection.Objects.KeepAsync(request.Tree!, request.Pid, outcome.Open).ConfigureAwait(false);
        request.ChainFid = open?.Fid;
        return (open is null ? NtStatus.TooManyOpenedFiles : NtStatus.Success, open, outcome);
    }

    /// <summary>Eight random hexadecimal digits; where there is such a file already, which is next to never, the create fails.</summary>
    private static string TemporaryName() => Convert.ToHexString(RandomNumberGenerator.GetBytes(sizeof(uint)));

    private static NtCreateResponse Respond(Smb1Open open, in CreateOutcome outcome) => new()
    {
        Fid = open.Fid,
        CreateAction = outcome.Action,
        CreationTime = Ticks(outcome.Entry?.CreationTime),
        LastAccessTime = Ticks(outcome.Entry?.LastAccessTime),
        LastWriteTime = Ticks(outcome.Entry?.LastWriteTime),
        ChangeTime = Ticks(outcome.Entry?.ChangeTime),
        FileAttributes = outcome.Entry is { Attributes: not 0 } entry ? entry.Attributes : FileAttributes.Normal,
        AllocationSize = (ulong)(outcome.Entry?.AllocationSize ?? 0),
        EndOfFile = (ulong)(outcome.Entry?.Length ?? 0),
        ResourceType = open.IsPipe ? MessagePipe : Disk,
        NamedPipeStatus = open.IsPipe ? PipeStatus : (ushort)0,
        IsDirectory = open.Target.IsDirectory,
    };

    private static long Ticks(DateTimeOffset? time) => time is { } known ? FileTime.FromDateTimeOffset(known) : 0;
}
