using System;
using System.Text;
using System.Threading;
using SmbClient.Wire;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>One request, which may be a chain of several commands, and what its header means here.</summary>
internal sealed class Smb1Request
{
    public Smb1Request(Smb1Header header, ReadOnlyMemory<byte> message)
    {
        Header = header;
        Message = message;
        Uid = header.Uid;
        Tid = header.Tid;
        Strings = new Smb1Strings((header.Flags2 & Smb1Flags2.Unicode) != 0, Encoding.Latin1);
        Block = new Smb1Block(header.Command, Smb1Header.Size, IsEmpty: false);
    }

    public delegate T Decoder<T>(ref WireReader reader, in Smb1Strings strings);

    public delegate T CommandDecoder<T>(Smb1Command command, ref WireReader reader, in Smb1Strings strings);

    public Smb1Header Header { get; }

    /// <summary>From its header to its end; points into the frame.</summary>
    public ReadOnlyMemory<byte> Message { get; }

    /// <summary>How this client writes text.</summary>
    public Smb1Strings Strings { get; }

    /// <summary>The command of the chain that is worked on.</summary>
    public Smb1Block Block { get; set; }

    public Smb1Command Command => Block.Command;

    /// <summary>That of the header, until a session setup of the same chain changes it.</summary>
    public ushort Uid { get; set; }

    /// <summary>That of the header, until a tree connect of the same chain changes it.</summary>
    public ushort Tid { get; set; }

    /// <summary>The process to which locks belong.</summary>
    public ushort Pid => Header.PidLow;

    public Smb1Session? Session { get; set; }

    public Smb1TreeConnect? Tree { get; set; }

    /// <summary>What a command before this one in the chain has opened: all that follow mean it.</summary>
    public ushort? ChainFid { get; set; }

    /// <summary>The number with which the answer is signed; null for an answer that is not.</summary>
    public uint? ResponseSequence { get; set; }

    /// <summary>The transaction whose last part this request has brought.</summary>
    public Smb1Transaction? Transaction { get; set; }

    /// <summary>For requests that may wait: NT_CANCEL, or the end of the connection.</summary>
    public CancellationTokenSource? Cancellation { get; set; }

    /// <summary>The lock that it waits for.</summary>
    public Smb1PendingLock? PendingLock { get; set; }

    /// <summary>Requests that may wait for other clients, for longer than any time limit.</summary>
    public bool MayWait => Header.Command is Smb1Command.LockingAndX or Smb1Command.NtTransact;

    public T Read<T>(Decoder<T> decode)
    {
        WireReader reader = new(Message);
        reader.Skip(Block.Position);
        return decode(ref reader, Strings);
    }

    public T Read<T>(CommandDecoder<T> decode)
    {
        WireReader reader = new(Message);
        reader.Skip(Block.Position);
        return decode(Command, ref reader, Strings);
    }

    /// <summary>WordCount, by which old and new forms of a command differ.</summary>
    public byte WordCount
    {
        get
        {
            WireReader reader = new(Message);
            reader.Skip(Block.Position);
            return reader.UInt8();
        }
    }
}
