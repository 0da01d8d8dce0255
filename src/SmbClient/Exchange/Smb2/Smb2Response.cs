using System;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;

namespace SmbClient.Exchange.Smb2;

/// <summary>A whole response. What its decoders hand out points into it and ends with <see cref="Dispose"/>.</summary>
internal readonly struct Smb2Response : IDisposable
{
    private readonly MessageBuffer _message;
    private readonly Smb2Exchange _exchange;
    private readonly Smb2Request _request;

    public Smb2Response(MessageBuffer message, Smb2Request request, Smb2Exchange exchange)
    {
        _message = message;
        _request = request;
        _exchange = exchange;
        WireReader reader = new(message.Memory);
        Header = Smb2Header.Read(ref reader);
    }

    public delegate T BodyReader<T>(ref WireReader reader);

    public Smb2Header Header { get; }

    public NtStatus Status => Header.NtStatus;

    /// <summary>Nobody has changed it on the way: it came sealed, or signed by a session that has keys.</summary>
    public bool IsProtected => _request.IsAnswerSealed || (Header.IsSigned && _request.Channel is { Verifier: not null });

    public ReadOnlyMemory<byte> Message => _message.Memory;

    /// <summary>Octets that the response has put into the caller's memory; -1 when it has them itself.</summary>
    public int LandedCount => _request.LandedCount;

    /// <summary>Decodes the body. What does not decode ends the connection.</summary>
    public T Read<T>(BodyReader<T> body)
    {
        try
        {
            WireReader reader = new(_message.Memory);
            reader.Skip(Smb2Header.Size);
            return body(ref reader);
        }
        catch (MalformedMessageException e)
        {
            throw _exchange.Refuse(e);
        }
    }

    /// <summary>Verifies the signature of a response that came before its session had a key.</summary>
    public bool Verify(Smb2Channel channel) => Header.IsSigned && channel.Verifier is { } verifier && verifier.Verify(_message.Span, default);

    /// <summary>The message alone, which passes to the caller.</summary>
    public MessageBuffer Detach() => _message;

    public void Dispose()
    {
        _message.Dispose();
        _exchange.Return(_request);
    }
}
