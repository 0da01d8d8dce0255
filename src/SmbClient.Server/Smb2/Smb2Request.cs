using System;
using System.Threading;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;

namespace SmbClient.Server.Smb2;

/// <summary>One request of a frame, with what its header means here.</summary>
internal sealed class Smb2Request
{
    public Smb2Request(Smb2Header header, ReadOnlyMemory<byte> message, Smb2Session? sealedBy)
    {
        Header = header;
        Message = message;
        SealedBy = sealedBy;
    }

    public delegate T Decoder<T>(ref WireReader reader);

    public Smb2Header Header { get; }

    public Smb2Command Command => Header.Command;

    /// <summary>From its header to its end; points into the frame.</summary>
    public ReadOnlyMemory<byte> Message { get; }

    /// <summary>The session whose key its frame was sealed with; null for one in the clear.</summary>
    public Smb2Session? SealedBy { get; }

    public bool IsRelated => (Header.Flags & Smb2HeaderFlags.RelatedOperations) != 0;

    /// <summary>It bears the signature of its session, as that was when the request came; what was sealed needs none.</summary>
    public bool IsVerified { get; set; }

    /// <summary>It is proven to come from the user of its session.</summary>
    public bool IsProven => IsVerified || SealedBy is not null;

    /// <summary>Why it is refused before anything else is looked at; success where it is not.</summary>
    public NtStatus Refusal { get; set; } = NtStatus.Success;

    /// <summary>The session that the header names, or that of the request before it in the compound.</summary>
    public Smb2Session? Session { get; set; }

    public Smb2TreeConnect? Tree { get; set; }

    /// <summary>The file of the request before in the compound; null where that has none.</summary>
    public FileId? PreviousFile { get; set; }

    /// <summary>Not 0 once the client was told that the answer comes later.</summary>
    public ulong AsyncId { get; set; }

    /// <summary>For requests that may wait: a CANCEL, or the end of the connection.</summary>
    public CancellationTokenSource? Cancellation { get; set; }

    /// <summary>Requests that may wait for other clients, for longer than any time limit.</summary>
    public bool MayWait => Command is Smb2Command.Lock or Smb2Command.ChangeNotify;

    public T Read<T>(Decoder<T> decode)
    {
        WireReader reader = new(Message);
        reader.Skip(Smb2Header.Size);
        return decode(ref reader);
    }
}
