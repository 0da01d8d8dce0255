using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire.Fscc;

namespace SmbClient.Server.Files;

/// <summary>
/// What a share serves, in the meaning that both dialect families share: NT file semantics with [MS-FSCC] classes and NTSTATUS. The server's half
/// of the client's ClientTree. One for all who have connected to the share, unless each has its own. Refusals are statuses; an exception is a bug of ours.
/// </summary>
internal abstract class ServerTree
{
    /// <summary>The rights that any open of this share can have at most.</summary>
    public abstract AccessMask MaximalAccess { get; }

    /// <summary>Opens or makes a file, directory or pipe, [MS-SMB2] 3.3.5.9.</summary>
    public abstract ValueTask<CreateOutcome> CreateAsync(CreateArguments arguments, CancellationToken cancellationToken);

    /// <summary>Information on the volume behind the share, [MS-FSCC] 2.5.</summary>
    public abstract ValueTask<QueryOutcome> QueryVolumeAsync(FsInformationClass informationClass, int maxOutput, CancellationToken cancellationToken);

    /// <summary>A tree connect is over, and all its files are closed. What all share stays.</summary>
    public virtual ValueTask EndAsync() => default;
}
