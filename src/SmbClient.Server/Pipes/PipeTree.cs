using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;

namespace SmbClient.Server.Pipes;

/// <summary>The share IPC$: named pipes, of which there is one, <c>srvsvc</c>.</summary>
internal sealed class PipeTree : ServerTree
{
    private const string Prefix = @"pipe\";
    private const string SrvSvc = "srvsvc";
    private const int MaxNameOctets = 1024;

    private readonly SrvSvcInterface _srvSvc;

    /// <summary>The pipes of a server: it lists its shares, but for those whose name ends with <c>$</c>, and IPC$.</summary>
    public PipeTree(SmbServerOptions options)
        : this(ListOf(options.Shares), new SrvSvcServerInfo(Environment.MachineName, ""))
    {
    }

    /// <param name="shares">The shares that are listed, asked for at each call; IPC$ itself among them, where clients should see it.</param>
    /// <param name="server">What is said of the server.</param>
    public PipeTree(Func<IReadOnlyList<PipeShare>> shares, SrvSvcServerInfo server)
    {
        _srvSvc = new SrvSvcInterface(shares, server);
    }

    public override AccessMask MaximalAccess =>
        AccessMask.ReadData | AccessMask.WriteData | AccessMask.AppendData | AccessMask.ReadEa | AccessMask.WriteEa
        | AccessMask.ReadAttributes | AccessMask.WriteAttributes | AccessMask.ReadControl | AccessMask.Synchronize;

    /// <summary>Opens a pipe; whatever else a client wants to do to it is not taken amiss.</summary>
    public override ValueTask<CreateOutcome> CreateAsync(CreateArguments arguments, CancellationToken cancellationToken) => new(Create(arguments));

    public override ValueTask<QueryOutcome> QueryVolumeAsync(FsInformationClass informationClass, int maxOutput, CancellationToken cancellationToken) =>
        new(new QueryOutcome(NtStatus.InvalidDeviceRequest));

    /// <summary>FSCTL_PIPE_WAIT, [MS-FSCC] 2.3.49: a pipe that is there can be had at once. Clients send it without an open.</summary>
    public static NtStatus Wait(ReadOnlyMemory<byte> input)
    {
        try
        {
            var r = new WireReader(input);
            r.Skip(8);                                  // Timeout
            uint length = r.UInt32();
            r.Skip(2);                                  // TimeoutSpecified, Padding
            return length > MaxNameOctets ? NtStatus.InvalidParameter
                : IsSrvSvc(r.Utf16((int)length)) ? NtStatus.Success
                : NtStatus.ObjectNameNotFound;
        }
        catch (MalformedMessageException)
        {
            return NtStatus.InvalidParameter;
        }
    }

    private static Func<IReadOnlyList<PipeShare>> ListOf(IReadOnlyList<SmbServerShare> shares)
    {
        PipeShare[] listed =
        [
            .. shares.Where(s => !s.Name.EndsWith('$')).Select(s => new PipeShare(s.Name, PipeShare.Disk, s.Comment)),
            new PipeShare("IPC$", PipeShare.Ipc | PipeShare.Special, "IPC Service"),
        ];
        return () => listed;
    }

    private static bool IsSrvSvc(string path)
    {
        ReadOnlySpan<char> name = path.AsSpan().TrimStart('\\');
        name = name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? name[Prefix.Length..] : name;
        return name.Equals(SrvSvc, StringComparison.OrdinalIgnoreCase);
    }

    private CreateOutcome Create(in CreateArguments arguments)
    {
        if (!IsSrvSvc(arguments.Path))
        {
            return new CreateOutcome(NtStatus.ObjectNameNotFound);
        }

        if ((arguments.Options & CreateOptions.DirectoryFile) != 0)
        {
            return new CreateOutcome(NtStatus.NotADirectory);
        }

        if (arguments.Disposition is not (CreateDisposition.Open or CreateDisposition.OpenIf or CreateDisposition.Overwrite or CreateDisposition.OverwriteIf))
        {
            return new CreateOutcome(NtStatus.AccessDenied);
        }

        AccessMask granted = arguments.DesiredAccess & MaximalAccess;
        if ((arguments.DesiredAccess & ~MaximalAccess) != 0)
        {
            // MAXIMUM_ALLOWED and generic rights; what else is wanted is not given, and not needed.
            granted = MaximalAccess;
        }

        return new CreateOutcome(NtStatus.Success, new PipeOpen(SrvSvc, _srvSvc, granted), CreateAction.Opened);
    }
}
