using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.Extensions.Logging;
using SmbClient.Diagnostics;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;

namespace SmbClient.Exchange.Smb2;

/// <summary>
/// SMB2's order of messages: MessageIds and credits, compounds, signatures and sealing, which response belongs to which request
/// ([MS-SMB2] 3.2.4.1 and 3.2.5.1; client-state L1–L16).
/// </summary>
internal sealed class Smb2Flow : MessageFlow
{
    private const int OctetsPerCredit = 65536;

    /// <summary>In messages about an asynchronous operation AsyncId takes the place of the TreeId and the octets before it.</summary>
    private const int AsyncIdPosition = 32;

    /// <summary>MessageId of messages that the server starts: oplock and lease breaks.</summary>
    private const ulong ServerInitiatedId = ulong.MaxValue;

    private readonly object _gate = new();
    private readonly Dictionary<ulong, Smb2Request> _outstanding = [];
    private readonly Dictionary<ulong, Smb2Channel> _channels = [];
    private readonly MessageBuffer _compound = MessageBuffer.Keep(1024);
    private readonly MessageBuffer _sealed = MessageBuffer.Keep(1024);
    private readonly MessageBuffer _incoming = MessageBuffer.Keep(1024);
    private readonly string _serverName;
    private readonly SmbDialect _dialect;
    private readonly ILogger _logger;
    private ulong _nextMessageId;
    private int _maxReceiveSize = WireLimits.MaxMessageBeforeAuthentication;

    /// <param name="serverName">For messages to people.</param>
    /// <param name="dialect">What has been negotiated.</param>
    /// <param name="nextMessageId">The first MessageId that the negotiation has not used.</param>
    /// <param name="credits">What the negotiation has granted.</param>
    /// <param name="logger">Where to log.</param>
    public Smb2Flow(string serverName, SmbDialect dialect, ulong nextMessageId, int credits, ILogger logger)
    {
        _serverName = serverName;
        _dialect = dialect;
        _nextMessageId = nextMessageId;
        _logger = logger;
        Credits = new CreditWindow(credits);
    }

    public CreditWindow Credits { get; }

    /// <summary>Called by the receive loop with each oplock or lease break; the octets are the callee's. It may not wait.</summary>
    public Action<ReadOnlyMemory<byte>>? BreakArrived { get; set; }

    public override int MaxReceiveSize => Volatile.Read(ref _maxReceiveSize);

    public override long? Progress => Credits.Progress;

    public override int PreviewSize => ReadLanding.PreviewSize;

    /// <summary>Credits that a transfer of so many octets costs (client-state L10).</summary>
    public static int ChargeOf(int octets) => Math.Max(1, (octets + OctetsPerCredit - 1) / OctetsPerCredit);

    /// <summary>A session is signed in: large messages may come, and those that are sealed for it are opened.</summary>
    public void Enter(Smb2Channel channel, int maxReceiveSize)
    {
        lock (_gate)
        {
            _channels[channel.SessionId] = channel;
        }

        Volatile.Write(ref _maxReceiveSize, Math.Max(maxReceiveSize, MaxReceiveSize));
    }

    /// <summary>A session is over.</summary>
    public void Leave(Smb2Channel channel)
    {
        lock (_gate)
        {
            if (_channels.TryGetValue(channel.SessionId, out Smb2Channel? current) && current == channel)
            {
                _channels.Remove(channel.SessionId);
            }
        }
    }

    public override OutgoingMessage Prepare(PendingRequest pending, long timestamp)
    {
        Smb2Request request = (Smb2Request)pending;
        for (Smb2Request? part = request; part is not null; part = part.Next)
        {
            Number(part);
            if (part != request)
            {
                part.SendAlong(timestamp);
            }
        }

        MessageBuffer message = request.Next is null ? request.Message : Smb2Compound.Join(request, _compound);
        if (request.IsSealed)
        {
            Smb2Channel channel = request.Channel!;
            _sealed.Reset(Protection.Smb2Sealer.HeaderSize + message.Length + request.Payload.Length);
            channel.Sealer!.Seal(channel.SessionId, message.Span, request.Payload.Span, _sealed.Span);
            return new OutgoingMessage(_sealed, default);
        }

        if (request.IsSigned && request.Next is null)
        {
            request.Channel!.Signer!.Sign(message.Span, request.Payload.Span);
        }

        request.Preauth?.Update(message.Span);
        return new OutgoingMessage(message, request.Payload);
    }

    public override Arrival Place(ReadOnlySpan<byte> preview, int length)
    {
        if (ReadLanding.IsOneMessage(preview))
        {
            Smb2Request? request = Find(BinaryPrimitives.ReadUInt64LittleEndian(preview.Slice(Smb2Header.MessageIdPosition)));
            if (request is not null && !request.IsSealed)
            {
                int data = ReadLanding.CountData(preview, request.Landing.Length);
                if (data > 0 && data == length - ReadLanding.PreviewSize && request.TryBeginLanding())
                {
                    request.SmallResponse.Reset(ReadLanding.PreviewSize);
                    return new Arrival(request.SmallResponse, request);
                }

                if (length <= Smb2Request.SmallMessage)
                {
                    request.SmallResponse.Reset(length);
                    return new Arrival(request.SmallResponse);
                }

                return new Arrival(MessageBuffer.Rent(length));
            }
        }

        _incoming.Reset(length);
        return new Arrival(_incoming);
    }

    public override void Receive(MessageBuffer message, ReadOnlyMemory<byte> landed)
    {
        bool isTaken = false;
        try
        {
            Memory<byte> octets = message.Memory;
            Smb2Channel? opener = null;
            Smb2Request? expired = null;
            if (Smb2Incoming.IsSealed(octets.Span))
            {
                opener = Open(octets.Span);
                octets = octets.Slice(Protection.Smb2Sealer.HeaderSize);
            }

            while (true)
            {
                WireReader reader = new(octets);
                Smb2Header header = Smb2Header.Read(ref reader);
                int length = header.NextCommand == 0 ? octets.Length : (int)header.NextCommand;
                isTaken |= ReceivePart(header, octets.Slice(0, length), landed, opener, ref expired, message);
                if (header.NextCommand == 0)
                {
                    return;
                }

                octets = octets.Slice(length);
            }
        }
        finally
        {
            if (!isTaken)
            {
                message.Dispose();
            }
        }
    }

    public override PendingRequest? CreateCancel(PendingRequest request)
    {
        Smb2Request target = (Smb2Request)request;
        return Find(target.MessageId) == target ? Smb2Request.CreateCancel(target) : null;
    }

    public override PendingRequest? CreateProbe()
    {
        if (!Credits.TryTakeOne())
        {
            return null;
        }

        Smb2Request probe = new() { CreditCharge = 1 };
        probe.Fill(new EchoBody(), new Smb2Address(), Smb2HeaderFlags.None);
        return probe;
    }

    public override IReadOnlyList<PendingRequest> Outstanding()
    {
        lock (_gate)
        {
            return _outstanding.Values.ToArray();
        }
    }

    public override void Discard(PendingRequest request)
    {
        for (Smb2Request? part = (Smb2Request)request; part is not null; part = part.Next)
        {
            if (part.Cancels is null)
            {
                Credits.Return(part.CreditCharge);
            }

            if (part != request)
            {
                part.Message.Dispose();
            }
        }
    }

    public override void Close(Func<Exception> reason)
    {
        Smb2Request[] outstanding;
        lock (_gate)
        {
            outstanding = [.. _outstanding.Values];
            _outstanding.Clear();
        }

        foreach (Smb2Request request in outstanding)
        {
            request.Fail(reason());
        }

        Credits.Close(reason);
    }

    public SmbProtocolException Misbehaved(string what) => new(SmbProtocolError.Misbehaved, $"{_serverName} {what}.");

    /// <summary>Gives a request its MessageId and its credits, and enters it into the table.</summary>
    private void Number(Smb2Request request)
    {
        Span<byte> header = request.Message.Span;
        if (request.Cancels is null)
        {
            lock (_gate)
            {
                request.MessageId = _nextMessageId;
                _nextMessageId += (ulong)request.CreditCharge;
                _outstanding.Add(request.MessageId, request);
            }

            if (request.MayWaitForever)
            {
                Credits.Lend(request.CreditCharge);
            }

            BinaryPrimitives.WriteUInt16LittleEndian(header.Slice(Smb2Header.CreditChargePosition), _dialect == SmbDialect.Smb202 ? (ushort)0 : (ushort)request.CreditCharge);
            BinaryPrimitives.WriteUInt16LittleEndian(header.Slice(Smb2Header.CreditPosition), Credits.Request(request.CreditCharge));
        }
        else if (request.AsyncId != 0)
        {
            uint flags = BinaryPrimitives.ReadUInt32LittleEndian(header.Slice(Smb2Header.FlagsPosition));
            BinaryPrimitives.WriteUInt32LittleEndian(header.Slice(Smb2Header.FlagsPosition), flags | (uint)Smb2HeaderFlags.AsyncCommand);
            BinaryPrimitives.WriteUInt64LittleEndian(header.Slice(AsyncIdPosition), request.AsyncId);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(header.Slice(Smb2Header.MessageIdPosition), request.MessageId);
    }

    /// <summary>Decrypts a sealed message in place. Failing is no accident of the wire.</summary>
    private Smb2Channel Open(Span<byte> frame)
    {
        Smb2Channel? channel;
        lock (_gate)
        {
            _channels.TryGetValue(Smb2Incoming.SealedFor(frame), out channel);
        }

        if (channel?.Opener is not { } opener)
        {
            throw Misbehaved("sent a sealed message for a session that does not exist");
        }

        if (!opener.TryOpen(frame))
        {
            throw Misbehaved("sent a sealed message that has been altered, or that was sealed with another key. The connection is not safe");
        }

        return channel;
    }

    /// <summary>Takes one message of a frame in; true when its request got <paramref name="frame"/> itself.</summary>
    private bool ReceivePart(in Smb2Header header, Memory<byte> part, ReadOnlyMemory<byte> landed, Smb2Channel? opener, ref Smb2Request? expired, MessageBuffer frame)
    {
        if (opener is not null && header.SessionId != opener.SessionId && header.MessageId != ServerInitiatedId)
        {
            throw Misbehaved("sealed a message of another session");
        }

        if (header.MessageId == ServerInitiatedId)
        {
            if (header.Command == Smb2Command.OplockBreak)
            {
                BreakArrived?.Invoke(part.ToArray());
            }

            return false;
        }

        if (!header.IsResponse)
        {
            throw Misbehaved($"sent a {header.Command} request to its client");
        }

        Smb2Request? request = Find(header.MessageId);
        if (request is null)
        {
            Log.Received(_logger, _serverName, $"{header.Command} MessageId {header.MessageId}: nobody waits for it");
            return false;
        }

        bool isAfterExpiry = expired is not null && expired.Next == request && header.NtStatus != NtStatus.Success;
        Smb2Incoming.Check(_serverName, request, header, part.Span, landed.Span, opener, isAfterExpiry);
        expired = isAfterExpiry || header.NtStatus == NtStatus.NetworkSessionExpired ? request : null;

        // From here on it is a message of its own.
        part.Span.Slice(Smb2Header.NextCommandPosition, sizeof(uint)).Clear();
        bool isInterim = header is { IsAsync: true, NtStatus: NtStatus.Pending };
        if (isInterim)
        {
            request.AsyncId = header.AsyncId;
            request.IsInterim = true;
        }

        // The interim response brings the credits of the request; its charge stays in flight until the end.
        int charge = isInterim ? 0 : request.CreditCharge;
        if (request.MayWaitForever)
        {
            Credits.EndLending(charge);
        }

        if (!Credits.Grant(header.Credits, charge))
        {
            throw Misbehaved($"has brought the client to {Credits.Total} credits; between 1 and {CreditWindow.Limit} make sense");
        }

        if (isInterim)
        {
            return false;
        }

        // Not before nothing can go wrong any more: whoever is not in the table when the connection ends does not hear of it.
        lock (_gate)
        {
            _outstanding.Remove(header.MessageId);
        }

        return Smb2Incoming.Deliver(request, part, landed, frame, isWholeFrame: opener is null && part.Length == frame.Length && !ReferenceEquals(frame, _incoming));
    }

    private Smb2Request? Find(ulong messageId)
    {
        lock (_gate)
        {
            return _outstanding.TryGetValue(messageId, out Smb2Request? request) ? request : null;
        }
    }
}
