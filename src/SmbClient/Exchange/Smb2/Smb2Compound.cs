using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;

namespace SmbClient.Exchange.Smb2;

/// <summary>
/// Related requests in one message, [MS-SMB2] 3.2.4.1.4: the first opens a file, and each works on the one that was opened before it (client-state L11).
/// </summary>
internal sealed class Smb2Compound
{
    private const int Alignment = 8;

    private readonly Smb2Exchange _exchange;
    private readonly Smb2Address _address;
    private readonly Action<MessageBuffer> _closeOrphan;
    private readonly List<Smb2Request> _requests = [];

    /// <param name="exchange">Where it is sent.</param>
    /// <param name="address">Where the requests go.</param>
    /// <param name="closeOrphan">Gets the response of a CREATE that nobody waits for any more, and has to close the file.</param>
    public Smb2Compound(Smb2Exchange exchange, in Smb2Address address, Action<MessageBuffer> closeOrphan)
    {
        _exchange = exchange;
        _address = address;
        _closeOrphan = closeOrphan;
    }

    private Smb2Request First => _requests[0];

    /// <summary>It closes by itself the file that it opens, whoever waits for that.</summary>
    private bool ClosesItself => _requests[_requests.Count - 1].Command == Smb2Command.Close;

    /// <summary>One message of all requests of a compound, each padded and, where it has to be, signed; in a buffer that is kept.</summary>
    public static MessageBuffer Join(Smb2Request first, MessageBuffer compound)
    {
        int size = 0;
        for (Smb2Request? part = first; part is not null; part = part.Next)
        {
            size += Align(part.Message.Length);
        }

        compound.Reset(size);
        int position = 0;
        for (Smb2Request? part = first; part is not null; part = part.Next)
        {
            int length = part.Message.Length;
            Span<byte> octets = compound.Span.Slice(position);
            part.Message.Span.CopyTo(octets);
            if (part.Next is not null)
            {
                octets.Slice(length, Align(length) - length).Clear();
                length = Align(length);
                BinaryPrimitives.WriteUInt32LittleEndian(octets.Slice(Smb2Header.NextCommandPosition), (uint)length);
            }

            if (part.IsSigned)
            {
                part.Channel!.Signer!.Sign(octets.Slice(0, length), default);
            }

            position += length;
            if (part != first)
            {
                part.Message.Dispose();
            }
        }

        compound.Truncate(position);
        return compound;
    }

    /// <summary>Adds a request. What it lends as payload is copied.</summary>
    public Smb2Compound Add<T>(in T body, Smb2Address? address = null)
        where T : struct, ISmb2Body
    {
        Smb2Request request = _exchange.Rent();
        request.CreditCharge = Math.Max(1, address?.Credits ?? 0);
        request.Fill(body, address ?? _address, _requests.Count == 0 ? Smb2HeaderFlags.None : Smb2HeaderFlags.RelatedOperations, copyPayload: true);
        _requests.Add(request);
        return this;
    }

    /// <summary>
    /// Sends them and waits for all responses, which the caller owns. When the first request fails, the others fail alike. A server that does not
    /// grant enough credits gets one request after the other.
    /// </summary>
    public async Task<Smb2Response[]> SendAsync(CancellationToken cancellationToken)
    {
        int needed = 0;
        foreach (Smb2Request request in _requests)
        {
            needed += request.CreditCharge;
        }

        int taken = await _exchange.TakeAsync(needed, cancellationToken).ConfigureAwait(false);
        if (taken == needed)
        {
            return await SendTogetherAsync(cancellationToken).ConfigureAwait(false);
        }

        _exchange.Release(taken);
        return await SendOneByOneAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<Smb2Response[]> SendTogetherAsync(CancellationToken cancellationToken)
    {
        for (int i = 1; i < _requests.Count; i++)
        {
            _requests[i - 1].Next = _requests[i];
        }

        First.Orphaned = ClosesItself ? null : _closeOrphan;
        _exchange.Post(First);
        List<Smb2Response> responses = [];
        try
        {
            await ReceiveAsync(responses, cancellationToken).ConfigureAwait(false);
            return [.. responses];
        }
        catch
        {
            Abandon(responses);
            throw;
        }
    }

    /// <summary>Adds the responses as they come. No token can cancel any of the requests after the return.</summary>
    private async Task ReceiveAsync(List<Smb2Response> responses, CancellationToken cancellationToken)
    {
        List<CancellationTokenRegistration> registrations = [];
        try
        {
            foreach (Smb2Request request in _requests)
            {
                registrations.Add(cancellationToken.UnsafeRegister(static (state, token) => ((Smb2Request)state!).Cancel(token), request));
            }

            foreach (Smb2Request request in _requests)
            {
                responses.Add(new Smb2Response(await request.Response.ConfigureAwait(false), request, _exchange));
            }
        }
        finally
        {
            foreach (CancellationTokenRegistration registration in registrations)
            {
                registration.Dispose();
            }
        }
    }

    private async Task<Smb2Response[]> SendOneByOneAsync(CancellationToken cancellationToken)
    {
        First.Orphaned = _closeOrphan;
        List<Smb2Response> responses = [];
        try
        {
            FileId fileId = default;
            foreach (Smb2Request request in _requests)
            {
                if (request != First)
                {
                    if (responses[0].Status != NtStatus.Success)
                    {
                        responses.Add(request.RefuseLike(responses[0], _exchange));
                        continue;
                    }

                    request.StandAlone(fileId);
                }

                await _exchange.TakeExactlyAsync(request.CreditCharge, cancellationToken).ConfigureAwait(false);
                responses.Add(await _exchange.PostAsync(request, cancellationToken).ConfigureAwait(false));
                if (request == First && responses[0].Status == NtStatus.Success)
                {
                    fileId = responses[0].Read<CreateResponse>(CreateResponse.Read).FileId;
                }
            }

            return [.. responses];
        }
        catch
        {
            Abandon(responses);
            throw;
        }
    }

    /// <summary>Nobody gets the responses that are there already. A file that one of them has opened is closed.</summary>
    private void Abandon(List<Smb2Response> responses)
    {
        foreach (Smb2Response response in responses)
        {
            if (response.Header.Command == Smb2Command.Create && First.Orphaned is { } orphaned)
            {
                orphaned(response.Detach());
            }
            else
            {
                response.Dispose();
            }
        }
    }

    private static int Align(int length) => (length + Alignment - 1) & ~(Alignment - 1);
}
