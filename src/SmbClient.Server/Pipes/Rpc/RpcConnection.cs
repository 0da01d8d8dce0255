using System;
using System.Text;
using SmbClient.Wire;

namespace SmbClient.Server.Pipes.Rpc;

/// <summary>
/// The server's side of one connection-oriented RPC connection, [C706] chapter 12 and [MS-RPCE]: octets in, PDUs out. One interface, NDR only,
/// no authentication of its own (SMB has seen to that). Not safe for several threads.
/// </summary>
internal sealed class RpcConnection
{
    /// <summary>The longest fragment that either side sends, octets; as on Windows.</summary>
    public const int MaxFragment = 4280;

    private const int MinFragment = 1432;               // MustRecvFragSize
    private const int MaxStub = 65_536;                 // arguments of one call, octets
    private const int ResponseHeaderSize = RpcHeader.Size + 8;
    private const ushort AuthTypeNotRecognized = 8;     // provider_reject_reason

    private readonly RpcInterface _served;
    private readonly RpcContexts _contexts = new();
    private readonly PipeMessages _answers;
    private readonly byte[] _input = new byte[MaxFragment];
    private readonly NdrWriter _stub = new();

    private State _state = State.ExpectBind;
    private int _inputLength;
    private int _maxTransmit = MinFragment;
    private byte[] _call = [];
    private int _callLength;
    private RpcHeader? _callHeader;
    private ushort _callContext;
    private ushort _callOperation;

    /// <param name="served">What it serves.</param>
    /// <param name="answers">Where whole PDUs for the client are put.</param>
    public RpcConnection(RpcInterface served, PipeMessages answers)
    {
        _served = served;
        _answers = answers;
    }

    private enum State
    {
        ExpectBind,
        Bound,
        Broken,
    }

    /// <summary>Takes octets of the client's, with any number of PDUs, whole or in parts.</summary>
    /// <returns>False once the client has broken the protocol: nothing is understood any more.</returns>
    public bool Receive(ReadOnlySpan<byte> octets)
    {
        while (_state != State.Broken && !octets.IsEmpty)
        {
            int wanted = _inputLength < RpcHeader.Size ? RpcHeader.Size : FragmentLength();
            int taken = Math.Min(octets.Length, wanted - _inputLength);
            octets[..taken].CopyTo(_input.AsSpan(_inputLength));
            _inputLength += taken;
            octets = octets[taken..];
            if (_inputLength < RpcHeader.Size || _inputLength < FragmentLength())
            {
                continue;
            }

            ReceivePdu(_input.AsMemory(0, _inputLength));
            _inputLength = 0;
        }

        return _state != State.Broken;
    }

    /// <summary>Octets of the PDU whose header is there; one that cannot be is taken as a header only, which then is refused.</summary>
    private int FragmentLength()
    {
        int length = BitConverter.ToUInt16(_input, 8);
        return length is < RpcHeader.Size or > MaxFragment ? RpcHeader.Size : length;
    }

    private void ReceivePdu(ReadOnlyMemory<byte> pdu)
    {
        RpcHeader header = default;
        try
        {
            var r = new WireReader(pdu);
            header = RpcHeader.Read(ref r);
            if (header.FragmentLength != pdu.Length)
            {
                throw r.Malformed($"a PDU of {header.FragmentLength} octets, {MaxFragment} at most");
            }

            if (_answers.IsFull)
            {
                throw r.Malformed("more calls before the answers were read");
            }

            Dispatch(header, ref r);
        }
        catch (MalformedMessageException)
        {
            Break(header.CallId);
        }
    }

    private void Dispatch(in RpcHeader header, ref WireReader r)
    {
        switch (header.Type)
        {
            case RpcPacketType.Bind when _state == State.ExpectBind:
            case RpcPacketType.AlterContext when _state == State.Bound && _callHeader is null:
                ReceiveBind(header, ref r);
                break;

            case RpcPacketType.Request when _state == State.Bound:
                ReceiveRequest(header, ref r);
                break;

            case RpcPacketType.Cancel or RpcPacketType.Orphaned:
                break;              // calls are done before anyone can give them up

            default:
                throw r.Malformed($"a PDU of type {header.Type} in state {_state}");
        }
    }

    private void ReceiveBind(in RpcHeader header, ref WireReader r)
    {
        ushort maxTransmit = r.UInt16();
        ushort maxReceive = r.UInt16();
        uint group = r.UInt32();
        if (header.AuthLength != 0)
        {
            SendBindNak(header.CallId, AuthTypeNotRecognized);
            return;
        }

        byte[] results = _contexts.Negotiate(ref r, _served);
        bool isBind = header.Type == RpcPacketType.Bind;
        if (isBind)
        {
            _maxTransmit = Math.Clamp((int)maxReceive, MinFragment, MaxFragment);
        }

        byte[] address = isBind ? Encoding.ASCII.GetBytes(_served.SecondaryAddress + '\0') : [];
        int prefix = (RpcHeader.Size + 10 + address.Length + 3) & ~3;
        byte[] answer = new byte[prefix + results.Length];
        var w = new WireWriter(answer);
        new RpcHeader
        {
            Type = isBind ? RpcPacketType.BindAck : RpcPacketType.AlterContextResponse,
            Flags = RpcFlags.FirstFragment | RpcFlags.LastFragment,
            FragmentLength = answer.Length,
            CallId = header.CallId,
        }.Write(ref w);
        w.UInt16((ushort)_maxTransmit);
        w.UInt16((ushort)Math.Clamp((int)maxTransmit, MinFragment, MaxFragment));
        w.UInt32(group == 0 ? 1 : group);               // assoc_group_id: state is never shared, so that any number will do
        w.UInt16((ushort)address.Length);
        w.Bytes(address);
        w.Align(4);
        w.Bytes(results);
        _answers.Add(answer);
        _state = State.Bound;
    }

    private void ReceiveRequest(in RpcHeader header, ref WireReader r)
    {
        r.Skip(4);                                      // alloc_hint is what it says
        ushort context = r.UInt16();
        ushort operation = r.UInt16();
        if ((header.Flags & RpcFlags.ObjectUuid) != 0)
        {
            r.Skip(16);
        }

        if (header.AuthLength != 0 || header.IsFirst != _callHeader is null)
        {
            throw r.Malformed("a fragment out of order, or with an authentication that nobody agreed on");
        }

        if (_callHeader is { } first && (first.CallId != header.CallId || context != _callContext || operation != _callOperation))
        {
            throw r.Malformed("a fragment of another call");
        }

        ReadOnlySpan<byte> part = r.Bytes(r.Remaining).Span;
        if (part.Length > MaxStub - _callLength)
        {
            throw r.Malformed("arguments that are too long");
        }

        (_callHeader, _callContext, _callOperation) = (header, context, operation);
        if (_call.Length < _callLength + part.Length)
        {
            Array.Resize(ref _call, Math.Max(_callLength + part.Length, Math.Min(_call.Length * 2, MaxStub)));
        }

        part.CopyTo(_call.AsSpan(_callLength));
        _callLength += part.Length;
        if (header.IsLast)
        {
            Call(header.CallId);
        }
    }

    private void Call(uint callId)
    {
        RpcFault fault;
        _stub.Clear();
        try
        {
            fault = _contexts.IsAccepted(_callContext)
                ? _served.Call(_callOperation, _call.AsMemory(0, _callLength), _stub)
                : RpcFault.UnknownInterface;
        }
        catch (MalformedMessageException)
        {
            fault = RpcFault.BadStubData;
        }

        if (fault == RpcFault.None)
        {
            SendResponse(callId, _stub.Octets.Span);
        }
        else
        {
            SendFault(callId, fault);
        }

        (_callHeader, _callLength, _call) = (null, 0, []);
    }

    private void SendResponse(uint callId, ReadOnlySpan<byte> stub)
    {
        // Fragments but the last are a multiple of eight octets of results, as Windows makes them.
        int most = (_maxTransmit - ResponseHeaderSize) & ~7;
        RpcFlags position = RpcFlags.FirstFragment;
        do
        {
            int length = Math.Min(stub.Length, most);
            position |= length == stub.Length ? RpcFlags.LastFragment : RpcFlags.None;
            byte[] pdu = new byte[ResponseHeaderSize + length];
            var w = new WireWriter(pdu);
            new RpcHeader { Type = RpcPacketType.Response, Flags = position, FragmentLength = pdu.Length, CallId = callId }.Write(ref w);
            w.UInt32((uint)stub.Length);                // alloc_hint: what is still to come
            w.UInt16(_callContext);
            w.UInt16(0);                                // cancel_count
            w.Bytes(stub[..length]);
            _answers.Add(pdu);
            stub = stub[length..];
            position = RpcFlags.None;
        }
        while (!stub.IsEmpty);
    }

    private void SendFault(uint callId, RpcFault fault)
    {
        byte[] pdu = new byte[ResponseHeaderSize + 8];
        var w = new WireWriter(pdu);
        new RpcHeader
        {
            Type = RpcPacketType.Fault,
            Flags = RpcFlags.FirstFragment | RpcFlags.LastFragment | RpcFlags.DidNotExecute,
            FragmentLength = pdu.Length,
            CallId = callId,
        }.Write(ref w);
        w.UInt32(0);                                    // alloc_hint
        w.UInt16(_callContext);
        w.UInt16(0);                                    // cancel_count
        w.UInt32((uint)fault);
        w.UInt32(0);
        _answers.Add(pdu);
    }

    private void SendBindNak(uint callId, ushort reason)
    {
        byte[] pdu = new byte[RpcHeader.Size + 8];
        var w = new WireWriter(pdu);
        new RpcHeader
        {
            Type = RpcPacketType.BindNak,
            Flags = RpcFlags.FirstFragment | RpcFlags.LastFragment,
            FragmentLength = pdu.Length,
            CallId = callId,
        }.Write(ref w);
        w.UInt16(reason);
        w.UInt8(1);                                     // one version: 5.0
        w.UInt8(5);
        _answers.Add(pdu);
    }

    /// <summary>The client has broken the protocol: it hears of it once, and nothing more is taken.</summary>
    private void Break(uint callId)
    {
        if (_state == State.Bound)
        {
            SendFault(callId, RpcFault.ProtocolError);
        }
        else
        {
            SendBindNak(callId, 0);                     // reason not specified
        }

        _state = State.Broken;
        _call = [];
    }
}
