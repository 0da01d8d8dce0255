using System;
using System.Buffers.Binary;
using SmbClient.Protection;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;

namespace SmbClient.Exchange.Smb2;

/// <summary>
/// An entry of Connection.OutstandingRequests, [MS-SMB2] 3.2.1.2. Has memory of its own for small messages and serves one request after another, so that
/// reads and writes allocate nothing.
/// </summary>
internal sealed class Smb2Request : PendingRequest
{
    /// <summary>Octets of a READ or WRITE request without data, and of their responses, with room to spare.</summary>
    public const int SmallMessage = 192;

    private static readonly byte[] PreviousFile = [255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255];

    private readonly MessageBuffer _ownMessage;

    public Smb2Request()
        : this(MessageBuffer.Keep(SmallMessage))
    {
    }

    private Smb2Request(MessageBuffer ownMessage)
        : base(ownMessage)
    {
        _ownMessage = ownMessage;
    }

    public Smb2Command Command { get; private set; }

    /// <summary>Credits taken for it, at least 1.</summary>
    public int CreditCharge { get; set; }

    /// <summary>Given by the flow.</summary>
    public ulong MessageId { get; set; }

    /// <summary>The server's name for a request that it works on; 0 before it has said so.</summary>
    public ulong AsyncId { get; set; }

    public Smb2Channel? Channel { get; private set; }

    public uint TreeId { get; private set; }

    /// <summary>It is signed, and its response has to be.</summary>
    public bool IsSigned { get; private set; }

    /// <summary>It is sealed, and its response has to be.</summary>
    public bool IsSealed { get; private set; }

    /// <summary>The response came sealed.</summary>
    public bool IsAnswerSealed { get; set; }

    public PreauthIntegrity? Preauth { get; private set; }

    /// <summary>The next request of a compound; null for the last.</summary>
    public Smb2Request? Next { get; set; }

    /// <summary>The request of a cancellation.</summary>
    public Smb2Request? Cancels { get; private set; }

    /// <summary>Where a small response goes.</summary>
    public MessageBuffer SmallResponse { get; } = MessageBuffer.Keep(SmallMessage);

    /// <summary>Octets of the response's data that are in <see cref="PendingRequest.Landing"/>; -1 when the response has them itself.</summary>
    public int LandedCount { get; set; } = -1;

    /// <summary>Cancellations are never answered.</summary>
    public override bool ExpectsResponse => Cancels is null;

    public static Smb2Request CreateCancel(Smb2Request target)
    {
        Smb2Request cancel = new() { Cancels = target };
        cancel.Fill(
            new CancelBody(),
            new Smb2Address { Channel = target.Channel, TreeId = target.TreeId, Sign = target.IsSigned, Seal = target.IsSealed },
            Smb2HeaderFlags.None);
        cancel.MessageId = target.MessageId;
        cancel.AsyncId = target.AsyncId;
        return cancel;
    }

    /// <summary>Writes the message, complete but for ids, credits and signature.</summary>
    /// <param name="body">What follows the header.</param>
    /// <param name="address">Where the request goes.</param>
    /// <param name="flags">Of the header.</param>
    /// <param name="copyPayload">Makes the caller's octets a part of the message instead of sending them from where they are.</param>
    public void Fill<T>(in T body, in Smb2Address address, Smb2HeaderFlags flags, bool copyPayload = false)
        where T : struct, ISmb2Body
    {
        int size = Smb2Header.Size + body.Size + (copyPayload ? address.Payload.Length : 0);
        if (size <= SmallMessage)
        {
            Message = _ownMessage;
            _ownMessage.Reset(size);
        }
        else
        {
            Message = MessageBuffer.Rent(size);
        }

        Command = body.Command;
        Channel = address.Channel;
        TreeId = address.TreeId;
        IsSealed = address.Seal || address.Channel is { EncryptData: true };
        IsSigned = !IsSealed && (address.Sign || address.Channel is { SigningRequired: true });
        Payload = copyPayload ? default : address.Payload;
        Landing = address.Landing;
        MayWaitForever = address.MayWaitForever;
        Orphaned = address.Orphaned;
        Preauth = address.Preauth;
        WireWriter writer = new(Message.Span);
        new Smb2Header
        {
            Command = body.Command,
            Flags = flags,
            TreeId = address.TreeId,
            SessionId = address.Channel?.SessionId ?? 0,
        }.Write(ref writer);
        body.Write(ref writer);
        if (copyPayload)
        {
            writer.Bytes(address.Payload.Span);
        }

        Message.Truncate(writer.Position);
    }

    /// <summary>Makes a request of a compound one by itself, on the file that the compound has opened.</summary>
    public void StandAlone(FileId fileId)
    {
        Span<byte> message = Message.Span;
        message[Smb2Header.FlagsPosition] &= unchecked((byte)~Smb2HeaderFlags.RelatedOperations);

        // Where a request says "the previous file" there are 16 octets of ones, as nowhere before.
        WireWriter writer = new(message, Smb2Header.Size + message.Slice(Smb2Header.Size).IndexOf(PreviousFile));
        fileId.Write(ref writer);
    }

    /// <summary>The answer to a request that was not sent, since the one before it was refused.</summary>
    public Smb2Response RefuseLike(Smb2Response refusal, Smb2Exchange exchange)
    {
        SmallResponse.Reset(Smb2Header.Size);
        refusal.Message.Span.Slice(0, Smb2Header.Size).CopyTo(SmallResponse.Span);
        BinaryPrimitives.WriteUInt16LittleEndian(SmallResponse.Span.Slice(Smb2Header.CommandPosition), (ushort)Command);
        return new Smb2Response(SmallResponse, this, exchange);
    }

    /// <summary>No response will come, to none of a compound.</summary>
    public override void Fail(Exception reason)
    {
        base.Fail(reason);
        Next?.Fail(reason);
    }

    /// <summary>Makes the request ready to be used again.</summary>
    public new void Reuse()
    {
        base.Reuse();
        Message = _ownMessage;
        Channel = null;
        Preauth = null;
        Next = null;
        AsyncId = 0;
        LandedCount = -1;
    }

    public override string ToString() => $"{Command} MessageId {MessageId}";
}
