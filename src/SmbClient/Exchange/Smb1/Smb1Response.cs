using System;
using SmbClient.Wire;
using SmbClient.Wire.Smb1;

namespace SmbClient.Exchange.Smb1;

/// <summary>A whole response. What its decoders hand out points into it and ends with <see cref="Dispose"/>.</summary>
internal readonly struct Smb1Response : IDisposable
{
    private readonly MessageBuffer _message;
    private readonly Smb1Strings _strings;

    public Smb1Response(MessageBuffer message, Smb1Strings strings)
    {
        _message = message;
        _strings = strings;
        WireReader reader = new(message.Memory);
        Header = Smb1Header.Read(ref reader);
    }

    public delegate T BodyReader<T>(ref WireReader reader, in Smb1Strings strings);

    public Smb1Header Header { get; }

    public NtStatus Status => Header.NtStatus;

    public ReadOnlyMemory<byte> Message => _message.Memory;

    /// <summary>Decodes the first block.</summary>
    public T Read<T>(BodyReader<T> body)
    {
        WireReader reader = new(_message.Memory);
        reader.Skip(Smb1Header.Size);
        return body(ref reader, _strings);
    }

    /// <summary>Decodes the block of an AndX chain that starts at a position.</summary>
    public T ReadAt<T>(int position, BodyReader<T> body)
    {
        WireReader reader = new(_message.Memory);
        reader.Skip(position);
        return body(ref reader, _strings);
    }

    public void Dispose() => _message.Dispose();
}
