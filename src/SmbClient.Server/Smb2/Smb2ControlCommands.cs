using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb2;

namespace SmbClient.Server.Smb2;

/// <summary>IOCTL, QUERY_DIRECTORY, CHANGE_NOTIFY, QUERY_INFO and SET_INFO, [MS-SMB2] 3.3.5.15 to 3.3.5.21.</summary>
internal sealed class Smb2ControlCommands
{
    private readonly Smb2Connection _connection;

    public Smb2ControlCommands(Smb2Connection connection)
    {
        _connection = connection;
    }

    public async ValueTask<Smb2Reply> ControlAsync(Smb2Request request, CancellationToken cancellationToken)
    {
        IoctlRequest body = request.Read(IoctlRequest.Read);
        if (!body.IsFsctl)
        {
            return Smb2Reply.Error(NtStatus.NotSupported);
        }

        if (!Takes(request, body.MaxOutputResponse, body.Input.Length))
        {
            return Smb2Reply.Error(NtStatus.InvalidParameter);
        }

        FsControlCode code = (FsControlCode)body.CtlCode;
        switch (code)
        {
            case FsControlCode.ValidateNegotiateInfo when _connection.Server.Options.MaxDialect > SmbDialect.Smb202:
                return Validate(body);
            case FsControlCode.DfsGetReferrals or FsControlCode.DfsGetReferralsEx:
                return Smb2Reply.Error(NtStatus.NotFound);
            case FsControlCode.QueryNetworkInterfaceInfo or FsControlCode.PipeWait or FsControlCode.LmrRequestResiliency:
                return Smb2Reply.Error(NtStatus.NotSupported);
        }

        if (!Smb2FileCommands.TryFind(request, body.FileId, out Smb2Open open))
        {
            return Smb2Reply.Error(NtStatus.FileClosed);
        }

        switch (code)
        {
            case FsControlCode.SrvRequestResumeKey:
                return Smb2CopyCommands.NameSource(body, open);
            case FsControlCode.SrvCopyChunk or FsControlCode.SrvCopyChunkWrite:
                return await Smb2CopyCommands.CopyAsync(request, body, open, cancellationToken).ConfigureAwait(false);
        }

        QueryOutcome outcome = await open.Target.ControlAsync(code, body.Input, (int)body.MaxOutputResponse, cancellationToken).ConfigureAwait(false);
        return outcome.Status is NtStatus.Success or NtStatus.BufferOverflow
            ? Smb2Reply.Of(new IoctlResponse { CtlCode = body.CtlCode, FileId = open.Id, Output = outcome.Output }, outcome.Status)
            : Smb2Reply.Error(outcome.Status);
    }

    public async ValueTask<Smb2Reply> QueryDirectoryAsync(Smb2Request request, CancellationToken cancellationToken)
    {
        QueryDirectoryRequest body = request.Read(QueryDirectoryRequest.Read);
        if (!Takes(request, body.OutputBufferLength))
        {
            return Smb2Reply.Error(NtStatus.InvalidParameter);
        }

        if (!Smb2FileCommands.TryFind(request, body.FileId, out Smb2Open open))
        {
            return Smb2Reply.Error(NtStatus.FileClosed);
        }

        bool restart = (body.Flags & (Smb2QueryDirectoryFlags.RestartScans | Smb2QueryDirectoryFlags.Reopen)) != 0;
        bool single = (body.Flags & Smb2QueryDirectoryFlags.ReturnSingleEntry) != 0;
        QueryOutcome outcome = await open.Target.QueryDirectoryAsync(
            (FileInformationClass)body.FileInformationClass, body.Pattern, restart, single, (int)body.OutputBufferLength, cancellationToken).ConfigureAwait(false);
        return outcome.Status is NtStatus.Success or NtStatus.BufferOverflow
            ? Smb2Reply.Of(new QueryDirectoryResponse { Output = outcome.Output }, outcome.Status)
            : Smb2Reply.Error(outcome.Status);
    }

    public async ValueTask<Smb2Reply> WatchAsync(Smb2Request request, CancellationToken cancellationToken)
    {
        ChangeNotifyRequest body = request.Read(ChangeNotifyRequest.Read);
        if (!Takes(request, body.OutputBufferLength))
        {
            return Smb2Reply.Error(NtStatus.InvalidParameter);
        }

        if (!Smb2FileCommands.TryFind(request, body.FileId, out Smb2Open open))
        {
            return Smb2Reply.Error(NtStatus.FileClosed);
        }

        bool recursive = (body.Flags & ChangeNotifyRequest.WatchTree) != 0;
        QueryOutcome outcome = await open.Target.WatchAsync(
            (SmbChangeFilter)body.CompletionFilter, recursive, (int)body.OutputBufferLength, cancellationToken).ConfigureAwait(false);
        return outcome.Status is NtStatus.Success or NtStatus.NotifyEnumDir or NtStatus.NotifyCleanup
            ? Smb2Reply.Of(new ChangeNotifyResponse { Output = outcome.Output }, outcome.Status)
            : Smb2Reply.Error(outcome.Status);
    }

    public async ValueTask<Smb2Reply> QueryInformationAsync(Smb2Request request, CancellationToken cancellationToken)
    {
        QueryInfoRequest body = request.Read(QueryInfoRequest.Read);
        if (!Takes(request, body.OutputBufferLength, body.Input.Length))
        {
            return Smb2Reply.Error(NtStatus.InvalidParameter);
        }

        if (!Smb2FileCommands.TryFind(request, body.FileId, out Smb2Open open))
        {
            return Smb2Reply.Error(NtStatus.FileClosed);
        }

        int room = (int)body.OutputBufferLength;
        QueryOutcome outcome = body.InfoType switch
        {
            Smb2InfoType.File => await open.Target.QueryInformationAsync((FileInformationClass)body.FileInfoClass, room, cancellationToken).ConfigureAwait(false),
            Smb2InfoType.FileSystem => await request.Tree!.Target.QueryVolumeAsync((FsInformationClass)body.FileInfoClass, room, cancellationToken).ConfigureAwait(false),
            Smb2InfoType.Security => open.Target.QuerySecurity(body.AdditionalInformation, room),
            Smb2InfoType.Quota => new QueryOutcome(NtStatus.NotSupported),
            _ => new QueryOutcome(NtStatus.InvalidParameter),
        };
        return outcome.Status switch
        {
            NtStatus.Success or NtStatus.BufferOverflow => Smb2Reply.Of(new QueryInfoResponse { Output = outcome.Output }, outcome.Status),
            NtStatus.BufferTooSmall => Smb2Reply.Error(outcome.Status, outcome.Output),
            _ => Smb2Reply.Error(outcome.Status),
        };
    }

    public async ValueTask<Smb2Reply> SetInformationAsync(Smb2Request request, CancellationToken cancellationToken)
    {
        SetInfoRequest body = request.Read(SetInfoRequest.Read);
        if (!Takes(request, body.Data.Length))
        {
            return Smb2Reply.Error(NtStatus.InvalidParameter);
        }

        if (!Smb2FileCommands.TryFind(request, body.FileId, out Smb2Open open))
        {
            return Smb2Reply.Error(NtStatus.FileClosed);
        }

        NtStatus status = body.InfoType switch
        {
            Smb2InfoType.File => await open.Target.SetInformationAsync((FileInformationClass)body.FileInfoClass, body.Data, cancellationToken).ConfigureAwait(false),
            Smb2InfoType.FileSystem or Smb2InfoType.Security or Smb2InfoType.Quota => NtStatus.NotSupported,
            _ => NtStatus.InvalidParameter,
        };
        return status == NtStatus.Success ? Smb2Reply.Of(default(SetInfoResponse)) : Smb2Reply.Error(status);
    }

    private bool Takes(Smb2Request request, params ReadOnlySpan<long> lengths)
    {
        foreach (long length in lengths)
        {
            if (length > _connection.Negotiated!.Response.MaxTransactSize || !Smb2Dispatcher.IsPaid(_connection, request, length))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>FSCTL_VALIDATE_NEGOTIATE_INFO, [MS-SMB2] 3.3.5.15.12: whoever has changed the negotiation loses the connection.</summary>
    private Smb2Reply Validate(in IoctlRequest body)
    {
        Smb2Negotiated negotiated = _connection.Negotiated!;
        WireReader reader = new(body.Input);
        ValidateNegotiateInfoRequest said = ValidateNegotiateInfoRequest.Read(ref reader);
        bool isAsHeard = negotiated.Request is not { } heard
            || (said.Capabilities == heard.Capabilities && said.ClientGuid == heard.ClientGuid
                && said.SecurityMode == heard.SecurityMode && said.Dialects.SequenceEqual(heard.Dialects));
        if (negotiated.Dialect == SmbDialect.Smb311 || !isAsHeard)
        {
            _connection.Connection.Abort("the negotiation was changed on its way");
            return Smb2Reply.Error(NtStatus.AccessDenied);
        }

        if (body.MaxOutputResponse < ValidateNegotiateInfoResponse.Size)
        {
            return Smb2Reply.Error(NtStatus.BufferTooSmall);
        }

        byte[] output = new byte[ValidateNegotiateInfoResponse.Size];
        WireWriter writer = new(output);
        new ValidateNegotiateInfoResponse
        {
            Capabilities = negotiated.Response.Capabilities,
            ServerGuid = negotiated.Response.ServerGuid,
            SecurityMode = negotiated.Response.SecurityMode,
            Dialect = negotiated.Response.DialectRevision,
        }.Write(ref writer);
        return Smb2Reply.Of(new IoctlResponse { CtlCode = body.CtlCode, FileId = FileId.Previous, Output = output });
    }
}
