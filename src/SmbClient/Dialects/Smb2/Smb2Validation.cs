using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Exchange.Smb2;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;

namespace SmbClient.Dialects.Smb2;

/// <summary>
/// FSCTL_VALIDATE_NEGOTIATE_INFO, [MS-SMB2] 3.2.5.5 and 3.2.5.14.12 (client-state §6.6): asks the server, signed, what it has negotiated. Before 3.1.1 it is
/// the only way to find out that somebody on the way has lowered the dialect. Once a connection.
/// </summary>
internal sealed class Smb2Validation
{
    private readonly Smb2Dialect _dialect;
    private readonly ClientConnection _connection;
    private bool _isDone;

    public Smb2Validation(Smb2Dialect dialect, ClientConnection connection)
    {
        _dialect = dialect;
        _connection = connection;
    }

    /// <summary>Validates, unless that is done, cannot be done (nobody's and a guest's sessions have no key), or is not called for.</summary>
    public async Task RunAsync(ClientTreeConnect treeConnect, CancellationToken cancellationToken)
    {
        if (_isDone || !_dialect.Negotiated.NeedsValidation || treeConnect.Session.Channel is not { Signer: not null } channel)
        {
            return;
        }

        NegotiateRequest sent = _dialect.Negotiated.Request!.Value;
        IoctlRequest request = new()
        {
            CtlCode = (uint)FsControlCode.ValidateNegotiateInfo,
            FileId = FileId.Previous,
            IsFsctl = true,
            MaxOutputResponse = ValidateNegotiateInfoResponse.Size,
            Input = Encode(sent),
        };
        Smb2Address address = new() { Channel = channel, TreeId = treeConnect.TreeId, Seal = treeConnect.EncryptData, Sign = true };
        using Smb2Response response = await _dialect.Exchange.SendAsync(request, address, cancellationToken).ConfigureAwait(false);
        if (!response.IsProtected || response.Status == NtStatus.AccessDenied)
        {
            throw Tampered($"it answered the validation {(response.IsProtected ? "with " + NtStatusText.Name(response.Status) : "unprotected")}");
        }

        // A server that does not know the control code says so, signed: nobody has forged that.
        if (response.Status == NtStatus.Success && Difference(response) is { } difference)
        {
            throw Tampered($"{difference} it says it has negotiated is not what arrived");
        }

        _isDone = true;
    }

    private static byte[] Encode(in NegotiateRequest sent)
    {
        ValidateNegotiateInfoRequest validation = new()
        {
            Capabilities = sent.Capabilities,
            ClientGuid = sent.ClientGuid,
            SecurityMode = sent.SecurityMode,
            Dialects = sent.Dialects,
        };
        byte[] input = new byte[validation.Size];
        WireWriter writer = new(input);
        validation.Write(ref writer);
        return input;
    }

    private string? Difference(in Smb2Response response)
    {
        Smb2Negotiated negotiated = _dialect.Negotiated;
        ReadOnlyMemory<byte> output = response.Read<IoctlResponse>(IoctlResponse.Read).Output;
        ValidateNegotiateInfoResponse answer;
        try
        {
            WireReader reader = new(output);
            answer = ValidateNegotiateInfoResponse.Read(ref reader);
        }
        catch (MalformedMessageException e)
        {
            throw _dialect.Exchange.Refuse(e);
        }

        return answer.Dialect != (ushort)negotiated.Traits.Dialect ? "the dialect that"
            : answer.Capabilities != negotiated.ServerCapabilities ? "the capabilities that"
            : answer.SecurityMode != negotiated.ServerSecurityMode ? "the security mode that"
            : answer.ServerGuid != negotiated.ServerGuid ? "the GUID that"
            : null;
    }

    private SmbProtocolException Tampered(string how) =>
        _connection.Misbehaved($"may not have sent the negotiation that arrived here: {how}. Somebody on the way may have lowered the dialect; the connection is not safe");
}
