using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;

namespace SmbClient.Exchange.Smb2;

/// <summary>Builds SMB2 requests, sends them and waits for their responses: any number side by side, alone or in compounds.</summary>
internal sealed class Smb2Exchange
{
    /// <summary>Requests that are kept to be used again.</summary>
    private const int MaxSpare = 64;

    private readonly ConnectionPump _pump;
    private readonly Smb2Flow _flow;
    private readonly Stack<Smb2Request> _spare = new();

    public Smb2Exchange(ConnectionPump pump, Smb2Flow flow)
    {
        _pump = pump;
        _flow = flow;
    }

    /// <summary>Sends one body and waits for its response, which the caller owns. Any status is an answer.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Smb2Response> SendAsync<T>(T body, Smb2Address address, CancellationToken cancellationToken)
        where T : struct, ISmb2Body
    {
        int credits = address.Credits > 0 ? address.Credits : await TakeAsync(1, cancellationToken).ConfigureAwait(false);
        Smb2Request request = Rent();
        request.CreditCharge = credits;
        request.Fill(body, address, Smb2HeaderFlags.None);
        _pump.Enqueue(request);
        using (cancellationToken.UnsafeRegister(static (state, token) => ((Smb2Request)state!).Cancel(token), request))
        {
            return new Smb2Response(await request.Response.ConfigureAwait(false), request, this);
        }
    }

    /// <summary>Takes the credits for a transfer of so many octets, or as many as there are; they must be used by a request.</summary>
    public ValueTask<int> TakeCreditsAsync(int octets, CancellationToken cancellationToken) =>
        TakeAsync(Smb2Flow.ChargeOf(octets), cancellationToken);

    /// <summary>Takes so many credits; a server whose whole window is smaller cannot be served.</summary>
    public async ValueTask<int> TakeExactlyAsync(int credits, CancellationToken cancellationToken)
    {
        int taken = await TakeAsync(credits, cancellationToken).ConfigureAwait(false);
        if (taken < credits)
        {
            Release(taken);
            SmbProtocolException reason = _flow.Misbehaved($"grants {taken} credits at most, and {credits} are needed");
            _pump.Abort(reason);
            throw reason;
        }

        return taken;
    }

    /// <summary>Gives back credits that no request has used.</summary>
    public void Release(int credits) => _flow.Credits.Return(credits);

    /// <summary>Starts a compound of related requests: the server handles one after the other and answers them in one go.</summary>
    /// <param name="address">Where the requests go.</param>
    /// <param name="closeOrphan">Closes the file of a CREATE response that nobody waits for any more.</param>
    public Smb2Compound BeginCompound(in Smb2Address address, Action<MessageBuffer> closeOrphan) => new(this, address, closeOrphan);

    /// <summary>Queues a request, and those that go with it, whose credits have been taken.</summary>
    public void Post(Smb2Request request) => _pump.Enqueue(request);

    /// <summary>Sends a request whose credits have been taken, and waits for its response, which the caller owns.</summary>
    public async ValueTask<Smb2Response> PostAsync(Smb2Request request, CancellationToken cancellationToken)
    {
        Post(request);
        using (cancellationToken.UnsafeRegister(static (state, token) => ((Smb2Request)state!).Cancel(token), request))
        {
            return new Smb2Response(await request.Response.ConfigureAwait(false), request, this);
        }
    }

    /// <summary>Ends the connection because of a message that does not decode; the caller throws the result.</summary>
    public Exception Refuse(MalformedMessageException reason) => _pump.Refuse(reason);

    /// <summary>A response that comes from elsewhere than <see cref="SendAsync"/>.</summary>
    public Smb2Response Wrap(MessageBuffer message) => new(message, new Smb2Request(), this);

    /// <summary>A request whose response has been read may be used again.</summary>
    public void Return(Smb2Request request)
    {
        request.Reuse();
        lock (_spare)
        {
            if (_spare.Count < MaxSpare)
            {
                _spare.Push(request);
            }
        }
    }

    /// <summary>A request that is ready to be filled.</summary>
    public Smb2Request Rent()
    {
        lock (_spare)
        {
            return _spare.Count > 0 ? _spare.Pop() : new Smb2Request();
        }
    }

    /// <summary>Takes so many credits, or as many as the server grants altogether; waits for them.</summary>
    public ValueTask<int> TakeAsync(int credits, CancellationToken cancellationToken)
    {
        if (_flow.Credits.Total == 0 && !_pump.IsAborted)
        {
            // Nothing is under way whose answer could bring any.
            _pump.Abort(_flow.Misbehaved("has left the client without a single credit"));
        }

        return _flow.Credits.TakeAsync(credits, cancellationToken);
    }
}
