using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Connections;
using SmbClient.Server.Diagnostics;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;

namespace SmbClient.Server.Smb2;

/// <summary>
/// SMB 2.0.2 to 3.1.1 on one connection: numbers and credits, what is sealed and signed, compounds, requests that wait, and their cancellation
/// ([MS-SMB2] 3.3.5.2). What a request means is the business of <see cref="Smb2Dispatcher"/>.
/// </summary>
internal sealed class Smb2Connection : IServerProtocol
{
    /// <summary>Room for headers, contexts and the small members of a compound beside one transfer.</summary>
    private const int MessageOverhead = 64 << 10;

    private readonly ConcurrentDictionary<ulong, Smb2Request> _waiting = new();
    private readonly Smb2Dispatcher _dispatcher;
    private readonly TaskCompletionSource _allDone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Smb2SequenceWindow _window;
    private long _lastAsyncId;
    private int _running = 1;

    public Smb2Connection(ServerConnection connection, ulong firstMessageId = 0)
    {
        Connection = connection;
        _window = new Smb2SequenceWindow(connection.Server.Options.MaxCredits, firstMessageId);
        _dispatcher = new Smb2Dispatcher(this);
    }

    public ServerConnection Connection { get; }

    public ServerState Server => Connection.Server;

    /// <summary>Null before the negotiation.</summary>
    public Smb2Negotiated? Negotiated { get; set; }

    /// <summary>The sessions of this connection, valid or on their way.</summary>
    public ConcurrentDictionary<ulong, Smb2Session> Sessions { get; } = new();

    /// <summary>Somebody has signed in on this connection; until then little is taken from it.</summary>
    public bool HasUser { get; set; }

    public int MaxMessageSize => HasUser ? Negotiated!.MaxTransferSize + MessageOverhead : WireLimits.MaxMessageBeforeAuthentication;

    /// <summary>Answers the NEGOTIATE of SMB1 that invites one of SMB2, [MS-SMB2] 3.3.5.3.1 and 3.3.5.3.2.</summary>
    /// <param name="any">True where the client negotiates again; false where SMB 2.0.2, which the server speaks, is settled.</param>
    public void AnswerMultiProtocol(bool any)
    {
        Smb2Reply reply = any ? Smb2Reply.Of(Smb2Negotiation.RespondToAny(Server)) : Settle202();
        WriteHeader(reply.Message, new Smb2Header { Command = Smb2Command.Negotiate, Credits = 1, Flags = Smb2HeaderFlags.ServerToRedirector });
        Connection.Send(reply.Message);
    }

    public ValueTask ReceiveAsync(MessageBuffer message)
    {
        List<Smb2Request> requests;
        try
        {
            requests = Open(message);
        }
        catch
        {
            Connection.Release(message);
            throw;
        }

        Interlocked.Increment(ref _running);
        _ = ProcessAsync(message, requests);
        return default;
    }

    public async ValueTask EndAsync()
    {
        // What waits for other clients is cancelled by the end of the connection; the rest ends by itself.
        foreach (Smb2Session session in Sessions.Values)
        {
            await session.EndAsync().ConfigureAwait(false);
        }

        if (Interlocked.Decrement(ref _running) > 0)
        {
            await _allDone.Task.ConfigureAwait(false);
        }

        // Whoever was let in by what was still running then.
        foreach (Smb2Session session in Sessions.Values)
        {
            await session.EndAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => Array.ForEach([.. Sessions.Values], s => s.Dispose());

    /// <summary>Opens a sealed frame, splits a compound, and takes the numbers of its requests. Whatever is wrong here ends the connection.</summary>
    private List<Smb2Request> Open(MessageBuffer frame)
    {
        Memory<byte> content = frame.Memory;
        Smb2Session? sealedBy = null;
        if (content.Length >= Smb2TransformHeader.Size && content.Span[0] == (Smb2TransformHeader.ProtocolId & 0xFF))
        {
            WireReader transform = new(content);
            ulong sessionId = Smb2TransformHeader.Read(ref transform).SessionId;
            if (!Sessions.TryGetValue(sessionId, out sealedBy) || sealedBy.Opener is not { } opener || !opener.TryOpen(content.Span))
            {
                throw new MalformedMessageException("A sealed message does not open");
            }

            content = content[Smb2TransformHeader.Size..];
        }

        List<Smb2Request> requests = new(1);
        while (true)
        {
            WireReader reader = new(content);
            Smb2Header header = Smb2Header.Read(ref reader);
            Memory<byte> message = header.NextCommand == 0 ? content : content[..(int)header.NextCommand];
            Smb2Request request = new(header, message, sealedBy);
            Admit(request, requests.LastOrDefault(), message);
            requests.Add(request);
            if (header.NextCommand == 0)
            {
                return requests;
            }

            content = content[(int)header.NextCommand..];
        }
    }

    private void Admit(Smb2Request request, Smb2Request? previous, Memory<byte> message)
    {
        Smb2Header header = request.Header;
        if (header.IsResponse)
        {
            throw new MalformedMessageException("A response where a request is due");
        }

        if (Negotiated is null && request.Command != Smb2Command.Negotiate)
        {
            throw new MalformedMessageException($"{request.Command} before the negotiation");
        }

        if (request.Command != Smb2Command.Cancel && !_window.TryTake(header.MessageId, Charge(header)))
        {
            throw new MalformedMessageException($"MessageId {header.MessageId} is not one that the client may use");
        }

        // What is related belongs to the session of the one before, whatever it says of its own ([MS-SMB2] 3.3.5.2.7.2).
        request.Session = request.IsRelated ? previous?.Session : Sessions.GetValueOrDefault(header.SessionId);
        if (header.IsSigned && request.SealedBy is null && request.Command is not Smb2Command.Negotiate && request.Session is { Verifier: { } verifier })
        {
            request.IsVerified = verifier.Verify(message.Span, default);
            request.Refusal = request.IsVerified ? NtStatus.Success : NtStatus.AccessDenied;
        }

        if (request.Refusal == NtStatus.Success && request.IsRelated && previous?.Session is null)
        {
            // [MS-SMB2] 3.3.5.2.7.2: there is nothing to be related to.
            request.Refusal = NtStatus.InvalidParameter;
        }
    }

    private int Charge(in Smb2Header header) => Negotiated is { HasCreditCharges: true } ? Math.Max(1, (int)header.CreditCharge) : 1;

    private Smb2Reply Settle202()
    {
        NegotiateRequest asked = new() { SecurityMode = Smb2SecurityMode.SigningEnabled, Dialects = [SmbDialect.Smb202] };
        (_, Negotiated) = Smb2Negotiation.Decide(Server, asked);
        Negotiated = Negotiated! with { Request = null };
        return Smb2Reply.Of(Negotiated.Response);
    }

    private async Task ProcessAsync(MessageBuffer frame, List<Smb2Request> requests)
    {
        try
        {
            if (requests.Count == 1)
            {
                Smb2Request only = requests[0];
                if (await AnswerAsync(only, before: null, isLast: true).ConfigureAwait(false) is { } reply)
                {
                    Send([(only, reply)]);
                }
            }
            else
            {
                await ProcessCompoundAsync(requests).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            ServerLog.RequestFailed(Connection.Logger, e, Connection.ClientName, requests[0].Command);
            Connection.Abort("an error of the server");
        }
        finally
        {
            Connection.Release(frame);
            if (Interlocked.Decrement(ref _running) == 0)
            {
                _allDone.TrySetResult();
            }
        }
    }

    /// <summary>One after the other, [MS-SMB2] 3.3.5.2.7; the answers leave together, but for those that a request which waits would hold up.</summary>
    private async ValueTask ProcessCompoundAsync(List<Smb2Request> requests)
    {
        List<(Smb2Request Request, Smb2Reply Reply)> replies = [];
        Smb2Request? previous = null;
        NtStatus failure = NtStatus.Success;
        foreach (Smb2Request request in requests)
        {
            if (request.IsRelated && previous is not null)
            {
                request.Tree = previous.Tree;
                request.PreviousFile = previous.PreviousFile;
                if (failure != NtStatus.Success && previous.PreviousFile is null && request.Refusal == NtStatus.Success)
                {
                    // What the file was to be opened for cannot be done either.
                    request.Refusal = failure;
                }
            }

            if (await AnswerAsync(request, replies, request == requests[^1]).ConfigureAwait(false) is { } reply)
            {
                request.PreviousFile = reply.FileId ?? request.PreviousFile;
                failure = reply.Status;
                replies.Add((request, reply));
            }

            previous = request;
        }

        Send(replies);
    }

    /// <summary>The answer, or null where there is none. Tells the client where it has to wait.</summary>
    /// <param name="request">The request.</param>
    /// <param name="before">What was answered before it in the same compound, and leaves before the client is made to wait.</param>
    /// <param name="isLast">Only the last of a compound may wait.</param>
    private async ValueTask<Smb2Reply?> AnswerAsync(Smb2Request request, List<(Smb2Request, Smb2Reply)>? before, bool isLast)
    {
        if (request.Command == Smb2Command.Cancel)
        {
            Cancel(request);
            return null;
        }

        if (!request.MayWait)
        {
            return await _dispatcher.ExecuteAsync(request, Connection.Ended).ConfigureAwait(false);
        }

        using CancellationTokenSource cancellation = CancellationTokenSource.CreateLinkedTokenSource(Connection.Ended);
        request.Cancellation = cancellation;
        ValueTask<Smb2Reply> working = _dispatcher.ExecuteAsync(request, cancellation.Token);
        if (working.IsCompleted)
        {
            return await working.ConfigureAwait(false);
        }

        if (!isLast)
        {
            await cancellation.CancelAsync().ConfigureAwait(false);
            return (await working.ConfigureAwait(false)).OrRefusalToWait();
        }

        request.AsyncId = (ulong)Interlocked.Increment(ref _lastAsyncId);
        _waiting[request.AsyncId] = request;
        if (before is { Count: > 0 })
        {
            Send(before);
            before.Clear();
        }

        SendPending(request);
        try
        {
            return await working.ConfigureAwait(false);
        }
        finally
        {
            _waiting.TryRemove(request.AsyncId, out _);
        }
    }

    private void Cancel(Smb2Request cancel)
    {
        Smb2Request? found = cancel.Header.IsAsync
            ? _waiting.GetValueOrDefault(cancel.Header.AsyncId)
            : _waiting.Values.FirstOrDefault(r => r.Header.MessageId == cancel.Header.MessageId);
        bool mayCancel = cancel.Refusal == NtStatus.Success && (cancel.IsProven || cancel.Session is not { SigningRequired: true });
        if (found is not null && found.Session == cancel.Session && mayCancel)
        {
            try
            {
                found.Cancellation?.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It has been answered meanwhile.
            }
        }
    }

    private void SendPending(Smb2Request request)
    {
        Smb2Reply pending = Smb2Reply.Error(NtStatus.Pending);
        WriteHeader(pending.Message, Header(request, pending, next: 0) with { Credits = _window.Grant(request.Header.Credits) });

        // Not signed: with AES-GMAC the answer itself would take the same nonce ([MS-SMB2] 3.2.5.1.3 has clients not check it).
        Connection.Send(pending.Message, request.SealedBy is null ? null : request.Session?.Sealing);
    }

    /// <summary>Sends answers, those of one session in one frame.</summary>
    private void Send(List<(Smb2Request Request, Smb2Reply Reply)> replies)
    {
        if (replies.Count == 0)
        {
            return;
        }

        int others = replies.Count == 1 ? -1 : replies.FindIndex(r => r.Request.Session != replies[0].Request.Session);
        if (others > 0)
        {
            Send(replies[..others]);
            Send(replies[others..]);
            return;
        }

        MessageBuffer frame = replies.Count == 1 ? Finish(replies[0].Request, replies[0].Reply) : Join(replies);
        (Smb2Request first, Smb2Reply reply) = replies[0];
        ServerLog.Answered(Connection.Logger, Connection.ClientName, first.Command, reply.Status);
        Connection.Send(frame, reply.Protection(first));
    }

    private MessageBuffer Finish(Smb2Request request, in Smb2Reply reply)
    {
        WriteHeader(reply.Message, Header(request, reply, next: 0));
        _dispatcher.Sealed(request, reply);
        return reply.Message;
    }

    private MessageBuffer Join(List<(Smb2Request Request, Smb2Reply Reply)> replies)
    {
        const int Alignment = 8;
        int Padded(int length) => (length + Alignment - 1) & ~(Alignment - 1);

        MessageBuffer frame = MessageBuffer.Rent(replies.Sum(r => Padded(r.Reply.Message.Length)));
        int position = 0;
        for (int i = 0; i < replies.Count; i++)
        {
            (Smb2Request request, Smb2Reply reply) = replies[i];
            int length = reply.Message.Length;
            int padded = i == replies.Count - 1 ? length : Padded(length);
            WriteHeader(reply.Message, Header(request, reply, next: i == replies.Count - 1 ? 0 : (uint)padded));
            reply.Message.Span.CopyTo(frame.Span[position..]);
            frame.Span.Slice(position + length, padded - length).Clear();
            reply.Message.Dispose();
            position += padded;
        }

        frame.Truncate(position);
        return frame;
    }

    private Smb2Header Header(Smb2Request request, in Smb2Reply reply, uint next) => new()
    {
        CreditCharge = request.Header.CreditCharge,
        Status = (uint)reply.Status,
        Command = request.Command,

        // The answer that says to wait has granted them.
        Credits = request.AsyncId != 0 ? (ushort)0 : _window.Grant(request.Header.Credits),
        Flags = Smb2HeaderFlags.ServerToRedirector | (request.Header.Flags & (Smb2HeaderFlags.RelatedOperations | Smb2HeaderFlags.PriorityMask))
            | (request.AsyncId != 0 ? Smb2HeaderFlags.AsyncCommand : 0),
        NextCommand = next,
        MessageId = request.Header.MessageId,
        AsyncId = request.AsyncId,
        TreeId = reply.TreeId ?? (request.IsRelated && request.Tree is { } tree ? tree.Id : request.Header.TreeId),
        SessionId = reply.SessionId ?? (request.IsRelated && request.Session is { } session ? session.Id : request.Header.SessionId),
    };

    private static void WriteHeader(MessageBuffer message, in Smb2Header header)
    {
        WireWriter writer = new(message.Span);
        header.Write(ref writer);
    }
}
