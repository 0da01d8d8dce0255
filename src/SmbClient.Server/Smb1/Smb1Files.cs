using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire.Fscc;

namespace SmbClient.Server.Smb1;

/// <summary>Files by FID and by path, for every command that needs one. What a path names is opened for the time of one command.</summary>
internal sealed class Smb1Files
{
    private const string PipePrefix = @"PIPE\";
    private const ShareAccess ShareAll = ShareAccess.Read | ShareAccess.Write | ShareAccess.Delete;

    private readonly Smb1Connection _connection;

    public Smb1Files(Smb1Connection connection)
    {
        _connection = connection;
    }

    /// <summary>A path of the wire as the tree wants it: without leading or doubled backslashes, and on IPC$ without <c>\PIPE\</c>.</summary>
    public static string PathOf(Smb1TreeConnect tree, string path)
    {
        string below = path.TrimStart('\\');
        while (below.Contains(@"\\", StringComparison.Ordinal))
        {
            below = below.Replace(@"\\", @"\", StringComparison.Ordinal);
        }

        return tree.Share.IsPipes && below.StartsWith(PipePrefix, StringComparison.OrdinalIgnoreCase) ? below[PipePrefix.Length..] : below;
    }

    /// <summary>The directory of a path, and its last name.</summary>
    public static (string Directory, string Name) Split(string path)
    {
        int at = path.LastIndexOf('\\');
        return at < 0 ? ("", path) : (path[..at], path[(at + 1)..]);
    }

    /// <summary>The open that a FID names in the request's tree; what the chain has opened goes first.</summary>
    public bool TryFind(Smb1Request request, ushort fid, out Smb1Open open)
    {
        bool found = _connection.Objects.Opens.TryGet(request.ChainFid ?? fid, out Smb1Open? known) && known.Tree == request.Tree;
        open = known!;
        return found;
    }

    /// <summary>Opens something that counts from now on; <see cref="Smb1Objects"/> keeps it or gives it up.</summary>
    public async ValueTask<CreateOutcome> CreateAsync(Smb1Request request, CreateArguments arguments, CancellationToken cancellationToken)
    {
        if (!_connection.Server.Opens.TryEnter())
        {
            return new CreateOutcome(NtStatus.TooManyOpenedFiles);
        }

        CreateOutcome outcome = default;
        try
        {
            return outcome = await request.Tree!.Target.CreateAsync(arguments, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (outcome.Open is null)
            {
                _connection.Server.Opens.Leave();
            }
        }
    }

    /// <summary>Closes what <see cref="CreateAsync"/> has opened and nobody keeps.</summary>
    public ValueTask GiveUpAsync(ServerOpen open) => _connection.Objects.GiveUpAsync(open);

    /// <summary>Opens what a path names, does something with it, and closes it.</summary>
    /// <param name="request">Has the tree.</param>
    /// <param name="path">As <see cref="PathOf"/> has made it; a backslash at its end is not looked at.</param>
    /// <param name="access">The rights that it takes.</param>
    /// <param name="options">Whether it may be a file or a directory.</param>
    /// <param name="refuse">What comes of it where it does not open.</param>
    /// <param name="use">What is done with it.</param>
    /// <param name="cancellationToken">The client has left.</param>
    /// <param name="share">What others may have it open for.</param>
    public async ValueTask<T> UseAsync<T>(
        Smb1Request request, string path, AccessMask access, CreateOptions options, Func<NtStatus, T> refuse, Func<ServerOpen, ValueTask<T>> use, CancellationToken cancellationToken,
        ShareAccess share = ShareAll)
    {
        CreateArguments arguments = new()
        {
            Path = path.TrimEnd('\\'),
            DesiredAccess = access,
            ShareAccess = share,
            Disposition = CreateDisposition.Open,
            Options = options,
        };
        CreateOutcome outcome = await CreateAsync(request, arguments, cancellationToken).ConfigureAwait(false);
        if (outcome.Open is null)
        {
            return refuse(outcome.Status);
        }

        try
        {
            return await use(outcome.Open).ConfigureAwait(false);
        }
        finally
        {
            await _connection.Objects.GiveUpAsync(outcome.Open).ConfigureAwait(false);
        }
    }

    /// <summary>The same where a status is all that comes of it.</summary>
    public ValueTask<NtStatus> UseAsync(
        Smb1Request request, string path, AccessMask access, CreateOptions options, Func<ServerOpen, ValueTask<NtStatus>> use, CancellationToken cancellationToken,
        ShareAccess share = ShareAll) =>
        UseAsync(request, path, access, options, static status => status, use, cancellationToken, share);
}
