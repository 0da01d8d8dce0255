using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using SmbClient.Server.Smb1;
using SmbClient.Server.Smb2;
using SmbClient.Wire;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Connections;

/// <summary>
/// A connection whose first message is a NEGOTIATE of SMB1: an invitation to SMB2 where its list says so ([MS-SMB2] 3.3.5.3), else SMB1 where that is
/// allowed, else the end.
/// </summary>
internal sealed class MultiProtocolNegotiation : IServerProtocol
{
    private const string Smb202 = "SMB 2.002";
    private const string AnySmb2 = "SMB 2.???";
    private const string NtLm = "NT LM 0.12";

    private readonly ServerConnection _connection;
    private IServerProtocol? _chosen;

    public MultiProtocolNegotiation(ServerConnection connection)
    {
        _connection = connection;
    }

    public int MaxMessageSize => _chosen?.MaxMessageSize ?? WireLimits.MaxMessageBeforeAuthentication;

    public ValueTask ReceiveAsync(MessageBuffer message)
    {
        if (_chosen is not null)
        {
            return _chosen.ReceiveAsync(message);
        }

        IReadOnlyList<string> dialects;
        try
        {
            dialects = ReadDialects(message.Memory);
        }
        catch
        {
            _connection.Release(message);
            throw;
        }

        SmbServerOptions options = _connection.Server.Options;
        bool wantsSmb2 = dialects.Contains(AnySmb2) || dialects.Contains(Smb202);
        if (wantsSmb2 && Smb2Negotiation.IsServed(options))
        {
            Smb2Connection smb2 = new(_connection, firstMessageId: 1);
            _chosen = smb2;
            smb2.AnswerMultiProtocol(any: dialects.Contains(AnySmb2) && options.MaxDialect > SmbDialect.Smb202);
            _connection.Release(message);
            return default;
        }

        if (options.AllowSmb1 && dialects.Contains(NtLm))
        {
            _chosen = new Smb1Connection(_connection);
            return _chosen.ReceiveAsync(message);
        }

        _connection.Release(message);
        throw new MalformedMessageException(wantsSmb2 || options.AllowSmb1
            ? "The client speaks no dialect that this server does"
            : $"The client speaks SMB1, which {nameof(SmbServerOptions.AllowSmb1)} does not allow");
    }

    public ValueTask EndAsync() => _chosen?.EndAsync() ?? default;

    private static IReadOnlyList<string> ReadDialects(ReadOnlyMemory<byte> message)
    {
        WireReader reader = new(message);
        Smb1Header header = Smb1Header.Read(ref reader);
        return header.Command == Smb1Command.Negotiate
            ? NegotiateRequest.Read(ref reader, new Smb1Strings(unicode: false, Encoding.Latin1)).Dialects
            : throw new MalformedMessageException($"{header.Command} before the negotiation");
    }
}
