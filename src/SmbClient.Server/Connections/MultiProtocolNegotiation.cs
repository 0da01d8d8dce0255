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

        if (Choose(message) is { } protocol)
        {
            // SMB1 goes on from here, and answers it itself.
            return protocol.ReceiveAsync(message);
        }

        _connection.Release(message);
        return default;
    }

    public ValueTask EndAsync() => _chosen?.EndAsync() ?? default;

    public void Dispose() => _chosen?.Dispose();

    /// <summary>The protocol that has to answer; null where the answer is on its way.</summary>
    private Smb1Connection? Choose(MessageBuffer message)
    {
        try
        {
            WireReader reader = new(message.Memory);
            Smb1Header header = Smb1Header.Read(ref reader);
            if (header.Command != Smb1Command.Negotiate)
            {
                throw new MalformedMessageException($"{header.Command} before the negotiation");
            }

            IReadOnlyList<string> dialects = NegotiateRequest.Read(ref reader, new Smb1Strings(unicode: false, Encoding.Latin1)).Dialects;
            SmbServerOptions options = _connection.Server.Options;
            bool any = dialects.Contains(AnySmb2) && Smb2Negotiation.Served(options).Any(d => d > SmbDialect.Smb202);
            if (any || (dialects.Contains(Smb202) && Smb2Negotiation.Served(options).Contains(SmbDialect.Smb202)))
            {
                Smb2Connection smb2 = new(_connection, firstMessageId: 1);
                _chosen = smb2;
                smb2.AnswerMultiProtocol(any);
                return null;
            }

            if (options.AllowSmb1 && dialects.Contains(NtLm))
            {
                Smb1Connection smb1 = new(_connection);
                _chosen = smb1;
                return smb1;
            }

            Refuse(header);
            return null;
        }
        catch
        {
            _connection.Release(message);
            throw;
        }
    }

    /// <summary>"No dialect of yours", [MS-CIFS] 2.2.4.52.2. What comes after it, but for another list, ends the connection.</summary>
    private void Refuse(in Smb1Header header)
    {
        NegotiateResponse refusal = new() { DialectIndex = NegotiateResponse.NoDialect };
        Smb1Strings strings = new(unicode: false, Encoding.Latin1);
        MessageBuffer answer = MessageBuffer.Rent(Smb1Header.Size + refusal.MaxSize(strings));
        WireWriter writer = new(answer.Span);
        (header with { Flags = header.Flags | Smb1Flags.Reply }).Write(ref writer);
        refusal.Write(ref writer, strings);
        answer.Truncate(writer.Position);
        _connection.Send(answer);
    }
}
