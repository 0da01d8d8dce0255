using System;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.Protection;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>One connection of the scripted server: the order of messages, credits, signing and sealing.</summary>
internal sealed class ScriptedConnection
{
    private const int Alignment = 8;

    private readonly object _gate = new();
    private readonly ScriptedSmb2Server _server;
    private readonly ScriptedWire _wire;
    private readonly ScriptedHandshake _handshake;
    private readonly ScriptedCommands _commands;
    private ulong _nextMessageId;
    private int _heldCredits = 1;

    public ScriptedConnection(ScriptedSmb2Server server, ScriptedWire wire)
    {
        _server = server;
        _wire = wire;
        _handshake = new ScriptedHandshake(server, this);
        _commands = new ScriptedCommands(server, this);
    }

    public SmbDialect Dialect => _handshake.Dialect;

    public ScriptedHandshake Handshake => _handshake;

    public ConcurrentDictionary<ulong, ScriptedSession> Sessions { get; } = new();

    /// <summary>Requests that wait, by their AsyncId.</summary>
    public ConcurrentDictionary<ulong, ScriptedRequest> Pending { get; } = new();

    /// <summary>Files that are open.</summary>
    public ConcurrentDictionary<FileId, ScriptedOpen> Opens => _commands.Opens;

    public Task Running => _wire.Running;

    /// <summary>Messages that have been sent.</summary>
    public int Sent => _wire.Sent;

    public void Start() => _wire.Start(Handle);

    public void Close() => _wire.Close();

    public void Send(params IEnumerable<byte[]> messages)
    {
        foreach (byte[] message in messages)
        {
            _wire.Send(_server.ToClient(message));
        }
    }

    /// <summary>What the server answers by itself, neither signed nor sealed.</summary>
    public byte[] Answer(ScriptedRequest request) => request.Command switch
    {
        Smb2Command.Negotiate => _handshake.Negotiate(request),
        Smb2Command.SessionSetup => _handshake.SetUpSession(request),
        Smb2Command.Logoff => _handshake.Logoff(request),
        Smb2Command.TreeConnect => _handshake.ConnectTree(request),
        Smb2Command.Ioctl => _handshake.Validate(request),
        _ => _commands.Answer(request),
    };

    /// <summary>A message that is neither signed nor sealed. It grants what was asked for, as far as the server goes, unless the caller says otherwise.</summary>
    public byte[] Build<T>(ScriptedRequest request, T body, NtStatus status, int? credits = null, ulong? sessionId = null, uint? treeId = null, ulong asyncId = 0)
        where T : struct, ISmb2Body
    {
        Smb2HeaderFlags related = request.Header.Flags & Smb2HeaderFlags.RelatedOperations;
        return Encode(body, new Smb2Header
        {
            CreditCharge = request.Header.CreditCharge,
            Status = (uint)status,
            Command = request.Command,
            Credits = Grant(request, credits),
            Flags = Smb2HeaderFlags.ServerToRedirector | related | (asyncId != 0 ? Smb2HeaderFlags.AsyncCommand : 0),
            MessageId = request.Header.MessageId,
            AsyncId = asyncId,
            TreeId = treeId ?? request.Header.TreeId,
            SessionId = sessionId ?? request.Header.SessionId,
        });
    }

    /// <summary>A message that no request asked for.</summary>
    public static byte[] Unsolicited<T>(T body, ulong messageId = ulong.MaxValue)
        where T : struct, ISmb2Body =>
        Encode(body, new Smb2Header { Command = body.Command, Flags = Smb2HeaderFlags.ServerToRedirector, MessageId = messageId });

    /// <summary>Signs or seals a message as its request was.</summary>
    public byte[] Protect(ScriptedRequest request, byte[] message) => Protect([(request, message)]);

    /// <summary>One frame of several messages, each signed, or all sealed, as their requests were.</summary>
    public byte[] Protect(IReadOnlyList<(ScriptedRequest Request, byte[] Message)> parts)
    {
        List<byte> frame = [];
        for (int i = 0; i < parts.Count; i++)
        {
            (ScriptedRequest request, byte[] message) = parts[i];
            if (i < parts.Count - 1)
            {
                Array.Resize(ref message, (message.Length + Alignment - 1) & ~(Alignment - 1));
                BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(Smb2Header.NextCommandPosition), message.Length);
            }

            if (IsSigned(request, message))
            {
                Sign(request.Session!, message);
            }

            frame.AddRange(message);
        }

        byte[] octets = [.. frame];
        return parts[0].Request.WasSealed ? Seal(parts[0].Request.Session!, octets) : octets;
    }

    public void Sign(ScriptedSession session, byte[] message)
    {
        lock (_gate)
        {
            session.Signer!.Sign(message, default);
        }
    }

    public byte[] Seal(ScriptedSession session, byte[] message) => Seal(session, message, session.Id);

    public byte[] Seal(ScriptedSession session, byte[] message, ulong sessionId)
    {
        byte[] frame = new byte[Smb2Sealer.HeaderSize + message.Length];
        lock (_gate)
        {
            session.Sealer!.Seal(sessionId, message, default, frame);
        }

        return frame;
    }

    private static byte[] Encode<T>(T body, Smb2Header header)
        where T : struct, ISmb2Body
    {
        byte[] buffer = new byte[Smb2Header.Size + body.Size];
        WireWriter writer = new(buffer);
        header.Write(ref writer);
        body.Write(ref writer);
        return buffer[..writer.Position];
    }

    private IEnumerable<byte[]> Handle(byte[] frame)
    {
        frame = _server.ToServer(frame);
        return Answers(frame).Select(_server.ToClient).ToList();
    }

    /// <summary>What is answered by default leaves in one frame; what a test answers leaves as it is.</summary>
    private List<byte[]> Answers(byte[] frame)
    {
        if (frame[0] == 0xFF)
        {
            _nextMessageId = 1;
            return [.. _server.OnSmb1(this, frame) ?? [_handshake.NegotiateAny()]];
        }

        List<byte[]> frames = [];
        List<(ScriptedRequest, byte[])> together = [];
        foreach (ScriptedRequest request in Split(frame))
        {
            _server.Note(request);
            IEnumerable<byte[]>? answers = _server.OnRequest(request);
            if (answers is null && request.Command != Smb2Command.Cancel)
            {
                together.Add((request, Answer(request)));
                continue;
            }

            Flush();
            frames.AddRange(answers ?? Cancel(request));
        }

        Flush();
        return frames;

        void Flush()
        {
            if (together.Count > 0)
            {
                frames.Add(Protect(together));
                together.Clear();
            }
        }
    }

    private List<ScriptedRequest> Split(byte[] frame)
    {
        bool isSealed = BinaryPrimitives.ReadUInt32LittleEndian(frame) == Smb2TransformHeader.ProtocolId;
        if (isSealed)
        {
            ScriptedSession sealer = Sessions[BinaryPrimitives.ReadUInt64LittleEndian(frame.AsSpan(Smb2TransformHeader.SessionIdPosition))];
            Assert.True(sealer.Opener!.TryOpen(frame), "A sealed message does not open");
            frame = frame[Smb2TransformHeader.Size..];
        }

        List<ScriptedRequest> requests = [];
        for (int position = 0; position < frame.Length;)
        {
            Smb2Header header = ReadHeader(frame.AsMemory(position));
            int length = header.NextCommand == 0 ? frame.Length - position : (int)header.NextCommand;
            byte[] message = frame[position..(position + length)];
            Sessions.TryGetValue(header.SessionId, out ScriptedSession? session);
            ScriptedRequest request = new(this, session, header, message, isSealed);
            Check(request);
            requests.Add(request);
            position += length;
        }

        return requests;
    }

    /// <summary>The rules that a client keeps.</summary>
    private void Check(ScriptedRequest request)
    {
        Smb2Header header = request.Header;
        if (request.Command != Smb2Command.Cancel)
        {
            int charge = Charge(request);
            lock (_gate)
            {
                Assert.Equal(_nextMessageId, header.MessageId);
                _nextMessageId += (ulong)charge;
                _heldCredits -= charge;
                Assert.True(_heldCredits >= 0, $"{header.Command} takes credits that were not granted");
            }
        }

        if (header.IsSigned)
        {
            Assert.True(request.Session!.Verifier!.Verify(request.Message, default), $"{header.Command} has a wrong signature");
        }

        if (request.Session is { SignIns: > 0 } session)
        {
            Assert.True(request.WasSealed || !session.MustSeal, $"{header.Command} is not sealed");
            Assert.True(request.WasSealed || header.IsSigned || !session.MustSign, $"{header.Command} is not signed");
        }
    }

    private int Charge(ScriptedRequest request) => Dialect == SmbDialect.Smb202 ? 1 : Math.Max(1, (int)request.Header.CreditCharge);

    private ushort Grant(ScriptedRequest request, int? credits)
    {
        lock (_gate)
        {
            int granted = credits ?? Math.Min(Math.Max(1, (int)request.Header.Credits), Math.Max(0, _server.CreditLimit - _heldCredits));
            _heldCredits += granted;
            return checked((ushort)granted);
        }
    }

    private bool IsSigned(ScriptedRequest request, byte[] message)
    {
        Smb2Header header = ReadHeader(message);
        return !request.WasSealed
            && request.Session?.Signer is not null
            && !(header is { IsAsync: true, NtStatus: NtStatus.Pending })
            && (request.Header.IsSigned || (header is { Command: Smb2Command.SessionSetup, NtStatus: NtStatus.Success } && (Dialect >= SmbDialect.Smb300 || request.Session.MustSign)));
    }

    private List<byte[]> Cancel(ScriptedRequest cancel)
    {
        foreach ((ulong asyncId, ScriptedRequest request) in Pending)
        {
            if (cancel.Header.IsAsync ? asyncId == cancel.Header.AsyncId : request.Header.MessageId == cancel.Header.MessageId)
            {
                Pending.TryRemove(asyncId, out _);
                return [request.Final(asyncId, new ErrorResponse { Command = request.Command }, NtStatus.Cancelled)];
            }
        }

        return [];
    }

    private static Smb2Header ReadHeader(ReadOnlyMemory<byte> message)
    {
        WireReader reader = new(message);
        return Smb2Header.Read(ref reader);
    }
}
