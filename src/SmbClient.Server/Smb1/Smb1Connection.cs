using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Protection;
using SmbClient.Server.Connections;
using SmbClient.Server.Diagnostics;
using SmbClient.Wire;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>
/// SMB1 on one connection: the negotiation, sequence numbers and signatures, transactions in parts, requests that wait, and their cancellation
/// ([MS-CIFS] 3.3.5.2). What a command means is the business of <see cref="Smb1Dispatcher"/>.
/// </summary>
internal sealed class Smb1Connection : IServerProtocol
{
    /// <summary>A write of 64 KiB, or of what a NetBIOS frame can carry.</summary>
    private const int MaxMessageAfterSetup = 0x1FFFF;

    /// <summary>The request that began the signing was number 0 and its answer 1.</summary>
    private const uint FirstSequence = 2;

    private readonly Smb1Dispatcher _dispatcher;
    private readonly Smb1Transactions _transactions = new();
    private readonly Smb1Waiting _waiting = new();
    private readonly SemaphoreSlim _slots = new(Smb1Negotiation.MaxMpxCount);
    private readonly TaskCompletionSource _allDone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Smb1Signer? _verifier;
    private Smb1SigningProtection? _signing;
    private uint _nextSequence;
    private int _running = 1;

    public Smb1Connection(ServerConnection connection)
    {
        Connection = connection;
        Objects = new Smb1Objects(connection.Server);
        _dispatcher = new Smb1Dispatcher(this);
    }

    public ServerConnection Connection { get; }

    public ServerState Server => Connection.Server;

    /// <summary>Null before the negotiation.</summary>
    public Smb1Negotiation? Negotiated { get; private set; }

    public Smb1Objects Objects { get; }

    public Smb1Waiting Waiting => _waiting;

    /// <summary>Octets of the largest answer that the client takes, large reads apart.</summary>
    public int ClientMaxBufferSize { get; set; } = Smb1Negotiation.MaxBufferSize;

    public bool IsSigning => _verifier is not null;

    public int MaxMessageSize => Objects.Sessions.IsEmpty ? WireLimits.MaxMessageBeforeAuthentication : MaxMessageAfterSetup;

    public async ValueTask ReceiveAsync(MessageBuffer message)
    {
        Smb1Request? request = null;
        try
        {
            request = Admit(message);
            if (request is { Header.Command: Smb1Command.SessionSetupAndX })
            {
                // Whatever comes after it depends on it: who the user is, and whether messages are signed.
                await AnswerAsync(request, Connection.Ended).ConfigureAwait(false);
                request = null;
            }
            else if (request is { MayWait: false })
            {
                await _slots.WaitAsync(Connection.Ended).ConfigureAwait(false);
            }
        }
        catch
        {
            Connection.Release(message);
            throw;
        }

        if (request is null)
        {
            Connection.Release(message);
            return;
        }

        Interlocked.Increment(ref _running);
        _ = ProcessAsync(message, request);
    }

    public async ValueTask EndAsync()
    {
        // What waits for other clients is cancelled by the end of the connection; the rest ends by itself.
        await Objects.EndAllAsync().ConfigureAwait(false);
        if (Interlocked.Decrement(ref _running) > 0)
        {
            await _allDone.Task.ConfigureAwait(false);
        }

        await Objects.EndAllAsync().ConfigureAwait(false);
    }

    public void Dispose()
    {
        _verifier?.Dispose();
        _signing?.Dispose();
        _slots.Dispose();
    }

    /// <summary>From the answer to this request on every message is signed, [MS-CIFS] 3.3.5.43. Only the first user's key signs.</summary>
    public void BeginSigning(Smb1Request request, ReadOnlySpan<byte> key, ReadOnlySpan<byte> challengeResponse)
    {
        _signing = new Smb1SigningProtection(key, challengeResponse);
        _verifier = new Smb1Signer(key, challengeResponse);
        _nextSequence = FirstSequence;
        request.ResponseSequence = FirstSequence - 1;
    }

    /// <summary>Takes a message as far as its order matters; null where nothing is left to do. Whatever is wrong here ends the connection.</summary>
    private Smb1Request? Admit(MessageBuffer frame)
    {
        WireReader reader = new(frame.Memory);
        Smb1Header header = Smb1Header.Read(ref reader);
        if ((header.Flags & Smb1Flags.Reply) != 0)
        {
            throw new MalformedMessageException("A response where a request is due");
        }

        Smb1Request request = new(header, frame.Memory);
        if (_verifier is { } verifier)
        {
            uint sequence = _nextSequence;
            _nextSequence = unchecked(sequence + (header.Command == Smb1Command.NtCancel ? 1u : 2u));
            if (!verifier.Verify(frame.Span, sequence))
            {
                Send(request, NtStatus.AccessDenied);
                throw new MalformedMessageException($"{header.Command} is not signed, or wrongly");
            }

            request.ResponseSequence = unchecked(sequence + 1);
        }

        if (header.Command == Smb1Command.Negotiate)
        {
            Negotiate(request, ref reader);
            return null;
        }

        if (Negotiated is null)
        {
            throw new MalformedMessageException($"{header.Command} before the negotiation");
        }

        switch (header.Command)
        {
            case Smb1Command.NtCancel:
                _waiting.Cancel(header);
                return null;
            case Smb1Command.Transaction or Smb1Command.Transaction2 or Smb1Command.NtTransact
                or Smb1Command.TransactionSecondary or Smb1Command.Transaction2Secondary or Smb1Command.NtTransactSecondary:
                return Assemble(request);
            default:
                return request;
        }
    }

    private void Negotiate(Smb1Request request, ref WireReader reader)
    {
        if (Negotiated is not null)
        {
            throw new MalformedMessageException("A second negotiation");
        }

        IReadOnlyList<string> dialects = NegotiateRequest.Read(ref reader, new Smb1Strings(unicode: false, Encoding.Latin1)).Dialects;
        Negotiated = Smb1Negotiation.Decide(Server, dialects, request.Header.Flags2);
        if (Negotiated is null)
        {
            ServerLog.SignInRefused(Connection.Logger, Connection.ClientName, NtStatus.NotSupported, "the client has no extended security, or does not speak NT LM 0.12");
        }
        else
        {
            ServerLog.Negotiated(Connection.Logger, Connection.ClientName, SmbDialect.NtLm012, SmbSigningAlgorithm.Md5, null);
        }

        Send(request, NtStatus.Success, Negotiated?.Response ?? new NegotiateResponse { DialectIndex = NegotiateResponse.NoDialect });
    }

    /// <summary>The request whose transaction is whole now; null where parts are missing, or are of no use.</summary>
    private Smb1Request? Assemble(Smb1Request request)
    {
        NtStatus refusal = _dispatcher.Check(request);
        Smb1Request? whole = null;
        try
        {
            if (refusal == NtStatus.Success)
            {
                (refusal, whole) = _transactions.Add(request, request.Read<TransactionPart>(TransactionPart.Read));
            }
        }
        catch (MalformedMessageException)
        {
            refusal = NtStatus.InvalidSmb;
        }

        if (refusal != NtStatus.Success)
        {
            Send(request, refusal);
        }
        else if (whole is null && request.Header.Command is Smb1Command.Transaction or Smb1Command.Transaction2 or Smb1Command.NtTransact)
        {
            // The interim response, which invites the rest.
            Send(request, NtStatus.Success);
        }

        return whole;
    }

    private async Task ProcessAsync(MessageBuffer frame, Smb1Request request)
    {
        try
        {
            if (request.MayWait)
            {
                await WaitAndAnswerAsync(request).ConfigureAwait(false);
            }
            else
            {
                await AnswerAsync(request, Connection.Ended).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            ServerLog.RequestFailed(Connection.Logger, e, Connection.ClientName, request.Header.Command);
            Connection.Abort("an error of the server");
        }
        finally
        {
            Connection.Release(frame);
            if (!request.MayWait)
            {
                _slots.Release();
            }

            if (Interlocked.Decrement(ref _running) == 0)
            {
                _allDone.TrySetResult();
            }
        }
    }

    private async ValueTask WaitAndAnswerAsync(Smb1Request request)
    {
        using CancellationTokenSource cancellation = CancellationTokenSource.CreateLinkedTokenSource(Connection.Ended);
        request.Cancellation = cancellation;
        if (!_waiting.TryAdd(request))
        {
            Send(request, NtStatus.InsuffServerResources);
            return;
        }

        try
        {
            await AnswerAsync(request, cancellation.Token).ConfigureAwait(false);
        }
        finally
        {
            _waiting.Remove(request);
        }
    }

    private async ValueTask AnswerAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        List<(Smb1Command Command, Smb1Reply Reply)> replies = await _dispatcher.ExecuteAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            if (replies.Any(r => r.Reply == Smb1Reply.None))
            {
                return;
            }

            (_, Smb1Reply last) = replies[^1];
            ServerLog.Answered(Connection.Logger, Connection.ClientName, request.Header.Command, last.Status);
            Send(request, Smb1ReplyWriter.Write(request, last.Status, [.. replies.Select(r => (r.Command, r.Reply.Body))]));
            foreach (ISmb1Body more in last.More)
            {
                Send(request, last.Status, more);
            }
        }
        finally
        {
            replies.ForEach(r => r.Reply.Dispose());
        }
    }

    private void Send(Smb1Request request, NtStatus status, ISmb1Body? body = null) => Send(request, Smb1ReplyWriter.Write(request, status, body));

    private void Send(Smb1Request request, MessageBuffer message) =>
        Connection.Send(message, request.ResponseSequence is null ? null : _signing, request.ResponseSequence ?? 0);
}
