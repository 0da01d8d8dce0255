using System;
using SmbClient.Wire;
using SmbClient.Wire.Smb1;

namespace SmbClient.Exchange.Smb1;

/// <summary>A whole response. What its decoders hand out points into it and ends with <see cref="Dispose"/>.</summary>
internal readonly struct Smb1Response : IDisposable
{
    private readonly MessageBuffer _message;
    private readonly Smb1Strings _strings;
    private readonly ConnectionPump _pump;

    public Smb1Response(MessageBuffer message, Smb1Strings strings, ConnectionPump pump)
    {
        _message = message;
        _strings = strings;
        _pump = pump;
        WireReader reader = new(message.Memory);
        Header = Smb1Header.Read(ref reader);
    }

    public delegate T BodyReader<T>(ref WireReader reader, in Smb1Strings strings);

    public Smb1Header Header { get; }

    public NtStatus Status => Header.NtStatus;

    public ReadOnlyMemory<byte> Message => _message.Memory;

    /// <summary>Decodes the first block. What does not decode ends the connection.</summary>
    public T Read<T>(BodyReader<T> body) => ReadAt(Smb1Header.Size, body);

    /// <summary>Decodes the block of an AndX chain that starts at a position. What does not decode ends the connection.</summary>
    public T ReadAt<T>(int position, BodyReader<T> body)
    {
        try
        {
            WireReader reader = new(_message.Memory);
            reader.Skip(position);
            return body(ref reader, _strings);
        }
        catch (MalformedMessageException e)
        {
            throw _pump.Refuse(e);
        }
    }

    /// <summary>The block after another in an AndX chain, or null. What does not decode ends the connection.</summary>
    public Smb1Block? Next(Smb1Block block)
    {
        try
        {
            return Smb1AndX.Next(_message.Memory, block);
        }
        catch (MalformedMessageException e)
        {
            throw _pump.Refuse(e);
        }
    }

    /// <summary>The first block of an AndX chain.</summary>
    public Smb1Block First() => Smb1AndX.First(_message.Memory);

    public void Dispose() => _message.Dispose();
}
