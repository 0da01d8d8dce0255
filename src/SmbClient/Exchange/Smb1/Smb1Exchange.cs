using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire;
using SmbClient.Wire.Smb1;

namespace SmbClient.Exchange.Smb1;

/// <summary>Builds SMB1 requests, sends them and waits for their responses: one request, one answer, in any number side by side.</summary>
internal sealed class Smb1Exchange
{
    private readonly ConnectionPump _pump;
    private readonly Smb1Flow _flow;

    public Smb1Exchange(ConnectionPump pump, Smb1Flow flow)
    {
        _pump = pump;
        _flow = flow;
    }

    /// <summary>How strings are written; settled by the negotiation.</summary>
    public Smb1Strings Strings { get; set; }

    /// <summary>The Flags2 of every request; settled by the negotiation.</summary>
    public Smb1Flags2 Flags2 { get; set; }

    public static MessageBuffer Build<T>(in T body, Smb1Flags2 flags2, ushort uid, ushort tid, in Smb1Strings strings)
        where T : struct, ISmb1Body
    {
        MessageBuffer message = MessageBuffer.Rent(Smb1Header.Size + body.MaxSize(strings));
        WireWriter writer = new(message.Span);
        WriteHeader(ref writer, body.Command, flags2, uid, tid);
        body.Write(ref writer, strings);
        message.Truncate(writer.Position);
        return message;
    }

    /// <summary>Two bodies as one AndX chain: the server answers both in one message, and stops at the first failure.</summary>
    public static MessageBuffer BuildChain<TFirst, TSecond>(in TFirst first, in TSecond second, Smb1Flags2 flags2, ushort uid, ushort tid, in Smb1Strings strings)
        where TFirst : struct, ISmb1Body
        where TSecond : struct, ISmb1Body
    {
        const int BlockAlignment = 4;
        MessageBuffer message = MessageBuffer.Rent(Smb1Header.Size + first.MaxSize(strings) + BlockAlignment + second.MaxSize(strings));
        WireWriter writer = new(message.Span);
        WriteHeader(ref writer, first.Command, flags2, uid, tid);
        first.Write(ref writer, strings);
        writer.Align(BlockAlignment);
        Smb1AndX.Chain(message.Span, Smb1Header.Size, second.Command, writer.Position);
        second.Write(ref writer, strings);
        message.Truncate(writer.Position);
        return message;
    }

    /// <summary>Sends one body and waits for its response, which the caller owns. Any status is an answer.</summary>
    public Task<Smb1Response> SendAsync<T>(in T body, Smb1Address address, CancellationToken cancellationToken)
        where T : struct, ISmb1Body =>
        SendAsync(body.Command, Build(body, Flags2 | address.ExtraFlags2, address.Uid, address.Tid, Strings), address, cancellationToken);

    /// <summary>Sends a message that is already built and waits for its response.</summary>
    public Task<Smb1Response> SendAsync(Smb1Command command, MessageBuffer message, Smb1Address address, CancellationToken cancellationToken) =>
        SendAsync(
            new Smb1Request(command, message, address.Payload)
            {
                MayWaitForever = address.MayWaitForever,
                Orphaned = address.Orphaned,
            },
            address,
            cancellationToken);

    public async Task<Smb1Response> SendAsync(Smb1Request request, Smb1Address address, CancellationToken cancellationToken)
    {
        request.Uid = address.Uid;
        request.Tid = address.Tid;
        request.Flags2 = Flags2;
        request.Begin(address.Activity);
        if (!address.SlotIsHeld)
        {
            try
            {
                await _flow.TakeSlotAsync(cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                request.Message.Dispose();
                request.End();
                throw;
            }

            request.HoldsSlot = true;
        }

        _pump.Enqueue(request);
        using (cancellationToken.UnsafeRegister(static (state, token) => ((Smb1Request)state!).Cancel(token), request))
        {
            return new Smb1Response(await request.Response.ConfigureAwait(false), Strings, _pump);
        }
    }

    /// <summary>Decodes what a response has brought. What does not decode ends the connection.</summary>
    public T Decode<T>(ReadOnlyMemory<byte> octets, Func<ReadOnlyMemory<byte>, T> decode)
    {
        try
        {
            return decode(octets);
        }
        catch (MalformedMessageException e)
        {
            throw _pump.Refuse(e);
        }
    }

    /// <summary>A response that comes from elsewhere than <see cref="SendAsync(Smb1Request, Smb1Address, CancellationToken)"/>.</summary>
    public Smb1Response Wrap(MessageBuffer message) => new(message, Strings, _pump);

    /// <summary>Queues a message that is never answered under its own name.</summary>
    public void Post(Smb1Request request) => _pump.Enqueue(request);

    private static void WriteHeader(ref WireWriter writer, Smb1Command command, Smb1Flags2 flags2, ushort uid, ushort tid) =>
        new Smb1Header
        {
            Command = command,
            Flags = Smb1Flags.CaseInsensitive | Smb1Flags.CanonicalizedPaths,
            Flags2 = flags2,
            Uid = uid,
            Tid = tid,
        }.Write(ref writer);
}
