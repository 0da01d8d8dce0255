using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using SmbClient.Diagnostics;
using SmbClient.Protection;
using SmbClient.Wire;
using SmbClient.Wire.Smb1;

namespace SmbClient.Exchange.Smb1;

/// <summary>
/// SMB1's order of messages: PID and MID, MaxMpxCount, and the sequence numbers of signing ([MS-CIFS] 3.2.4.1, [MS-SMB] 3.2.4.1;
/// client-state M1–M11, S1–S6).
/// </summary>
internal sealed class Smb1Flow : MessageFlow
{
    /// <summary>Where the header has the low half of the PID.</summary>
    public const int PidLowPosition = 26;

    /// <summary>MID of messages that the server starts: oplock breaks.</summary>
    private const ushort ServerInitiatedMid = 0xFFFF;

    private const int Flags2Position = 10;
    private const int PidHighPosition = 12;
    private const int MidPosition = 30;

    private readonly object _gate = new();
    private readonly Dictionary<ushort, Smb1Request> _pidMidList = [];
    private readonly SemaphoreSlim _slots = new(1);
    private readonly string _serverName;
    private readonly ILogger _logger;
    private readonly uint _pid;
    private Smb1Signer? _signer;
    private Smb1Signer? _verifier;
    private uint _nextSendSequence = 2;
    private ushort _lastMid;
    private int _maxReceiveSize = WireLimits.MaxMessageBeforeAuthentication;
    private bool _closed;

    public Smb1Flow(string serverName, uint pid, ILogger logger)
    {
        _serverName = serverName;
        _pid = pid;
        _logger = logger;
    }

    /// <summary>Client.Connection.MaxMpxCount.</summary>
    public int MaxMpxCount { get; private set; } = 1;

    /// <summary>The PID of every request, which byte-range locks belong to.</summary>
    public uint Pid => _pid;

    public override int MaxReceiveSize => _maxReceiveSize;

    /// <summary>Sets what the NEGOTIATE response allowed. Once, before anything else is sent.</summary>
    public void SetLimits(int maxMpxCount, int maxReceiveSize)
    {
        MaxMpxCount = maxMpxCount;
        Volatile.Write(ref _maxReceiveSize, maxReceiveSize);
        if (maxMpxCount > 1)
        {
            _slots.Release(maxMpxCount - 1);
        }
    }

    /// <summary>Waits for one of the MaxMpxCount places.</summary>
    public Task TakeSlotAsync(CancellationToken cancellationToken) => _slots.WaitAsync(cancellationToken);

    /// <summary>Gives a place back that no request took over.</summary>
    public void ReturnSlots(int count) => _slots.Release(count);

    /// <summary>
    /// From now on every message is signed and every response verified. Nothing may be in flight. The activating SESSION_SETUP was
    /// sequence number 0 and its response 1 (client-state S4, M6).
    /// </summary>
    public void ActivateSigning(ReadOnlySpan<byte> key, ReadOnlySpan<byte> challengeResponse)
    {
        _verifier = new Smb1Signer(key, challengeResponse);
        Volatile.Write(ref _signer, new Smb1Signer(key, challengeResponse));
    }

    public override OutgoingMessage Prepare(PendingRequest pending, long timestamp)
    {
        Smb1Request request = (Smb1Request)pending;
        lock (_gate)
        {
            if (request.BelongsTo is { } parent)
            {
                request.Mid = parent.Mid;
            }
            else
            {
                request.Mid = NextMid();
                _pidMidList.Add(request.Mid, request);
            }
        }

        Span<byte> message = request.Message.Span;
        BinaryPrimitives.WriteUInt16LittleEndian(message.Slice(PidHighPosition), (ushort)(_pid >> 16));
        BinaryPrimitives.WriteUInt16LittleEndian(message.Slice(PidLowPosition), (ushort)_pid);
        BinaryPrimitives.WriteUInt16LittleEndian(message.Slice(MidPosition), request.Mid);
        if (Volatile.Read(ref _signer) is { } signer)
        {
            ushort flags2 = BinaryPrimitives.ReadUInt16LittleEndian(message.Slice(Flags2Position));
            BinaryPrimitives.WriteUInt16LittleEndian(message.Slice(Flags2Position), (ushort)(flags2 | (ushort)Smb1Flags2.SecuritySignature));
            signer.Sign(message, request.Payload.Span, TakeSequence(request));
        }

        return new OutgoingMessage(request.Message, request.Payload);
    }

    public override void Receive(MessageBuffer message, ReadOnlyMemory<byte> landed)
    {
        Smb1Request? request;
        Smb1Header header;
        try
        {
            WireReader reader = new(message.Memory);
            header = Smb1Header.Read(ref reader);
            request = FindRequest(header, message);
            if (request is null)
            {
                message.Dispose();
                return;
            }

            if (!request.Accept(header, message))
            {
                message.Dispose();
                return;
            }
        }
        catch
        {
            message.Dispose();
            throw;
        }

        Remove(request);
        request.Complete(message);
    }

    public override PendingRequest? CreateCancel(PendingRequest request)
    {
        Smb1Request target = (Smb1Request)request;
        lock (_gate)
        {
            if (!_pidMidList.TryGetValue(target.Mid, out Smb1Request? current) || current != target)
            {
                return null;
            }
        }

        MessageBuffer message = Smb1Exchange.Build(new NtCancelBody(), target.Flags2, target.Uid, target.Tid, default);
        return new Smb1Request(Smb1Command.NtCancel, message, default) { BelongsTo = target };
    }

    public override PendingRequest? CreateProbe()
    {
        if (!_slots.Wait(0))
        {
            return null;
        }

        MessageBuffer message = Smb1Exchange.Build(
            new EchoRequest { EchoCount = 1 }, Smb1Flags2.LongNames | Smb1Flags2.NtStatus, uid: 0, tid: Smb1Header.NoTid, default);
        return new Smb1Request(Smb1Command.Echo, message, default) { HoldsSlot = true };
    }

    public override IReadOnlyList<PendingRequest> Outstanding()
    {
        lock (_gate)
        {
            return _pidMidList.Values.ToArray();
        }
    }

    public override void Discard(PendingRequest request) => FreeSlot((Smb1Request)request);

    public override void Close(Func<Exception> reason)
    {
        Smb1Request[] outstanding;
        lock (_gate)
        {
            _closed = true;
            outstanding = [.. _pidMidList.Values];
            _pidMidList.Clear();
        }

        foreach (Smb1Request request in outstanding)
        {
            request.Fail(reason());
        }

        // Whoever waits for a place gets one, and finds the connection closed.
        _slots.Release(1 << 20);
    }

    /// <summary>The request that a response belongs to, after the response's signature has been verified; null where nobody asked.</summary>
    private Smb1Request? FindRequest(in Smb1Header header, MessageBuffer message)
    {
        if ((header.Flags & Smb1Flags.Reply) == 0)
        {
            // Oplocks are never asked for, so there is nothing to break; any other request from a server is out of place.
            return header.Mid == ServerInitiatedMid ? null : throw Misbehaved($"sent a {header.Command} request to its client");
        }

        Smb1Request? request;
        lock (_gate)
        {
            _pidMidList.TryGetValue(header.Mid, out request);
        }

        if (request is null || header.Pid != _pid)
        {
            Log.Received(_logger, _serverName, $"{header.Command} MID {header.Mid}: nobody waits for it");
            return null;
        }

        if (_verifier is { } verifier && request.ResponseSequence is { } sequence && !verifier.Verify(message.Span, sequence))
        {
            throw Misbehaved($"answered {request.Command} with a missing or wrong signature. The connection is not safe");
        }

        if (header.Command != request.Command)
        {
            throw Misbehaved($"answered {request.Command} with {header.Command}");
        }

        return request;
    }

    /// <summary>Client.Connection.ClientNextSendSequenceNumber and ClientResponseSequenceNumber (client-state M6, M10).</summary>
    private uint TakeSequence(Smb1Request request)
    {
        uint sequence = _nextSendSequence;
        if (request.Command == Smb1Command.NtCancel)
        {
            _nextSendSequence = unchecked(sequence + 1);
            return sequence;
        }

        (request.BelongsTo ?? request).ResponseSequence = unchecked(sequence + 1);
        _nextSendSequence = unchecked(sequence + 2);
        return sequence;
    }

    private ushort NextMid()
    {
        do
        {
            _lastMid = _lastMid >= ServerInitiatedMid - 1 ? (ushort)1 : (ushort)(_lastMid + 1);
        }
        while (_pidMidList.ContainsKey(_lastMid));
        return _lastMid;
    }

    private void Remove(Smb1Request request)
    {
        lock (_gate)
        {
            _pidMidList.Remove(request.Mid);
        }

        FreeSlot(request);
    }

    private void FreeSlot(Smb1Request request)
    {
        request.End();
        lock (_gate)
        {
            if (!request.HoldsSlot || _closed)
            {
                return;
            }

            request.HoldsSlot = false;
        }

        _slots.Release();
    }

    private SmbProtocolException Misbehaved(string what) =>
        new(SmbProtocolError.Misbehaved, $"{_serverName} {what}.");
}
