using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;

namespace SmbClient.Exchange.Smb2;

/// <summary>Related requests in one message, [MS-SMB2] 3.2.4.1.4: each works on the file that the one before it opened (client-state L11).</summary>
internal sealed class Smb2Compound
{
    private const int Alignment = 8;

    private readonly Smb2Exchange _exchange;
    private readonly Smb2Address _address;
    private readonly List<Smb2Request> _requests = [];

    public Smb2Compound(Smb2Exchange exchange, in Smb2Address address)
    {
        _exchange = exchange;
        _address = address;
    }

    /// <summary>Adds a request. What it lends as payload is copied.</summary>
    public Smb2Compound Add<T>(in T body, Smb2Address? address = null)
        where T : struct, ISmb2Body
    {
        Smb2Request request = _exchange.Rent();
        request.CreditCharge = Math.Max(1, address?.Credits ?? 0);
        request.Fill(body, address ?? _address, _requests.Count == 0 ? Smb2HeaderFlags.None : Smb2HeaderFlags.RelatedOperations, copyPayload: true);
        if (_requests.Count > 0)
        {
            _requests[_requests.Count - 1].Next = request;
        }

        _requests.Add(request);
        return this;
    }

    /// <summary>Sends them and waits for all responses, which the caller owns. When the first request fails, the others fail alike.</summary>
    public Task<Smb2Response[]> SendAsync(CancellationToken cancellationToken) => _exchange.SendAsync(_requests, cancellationToken);

    /// <summary>Puts the requests of a compound into one message, each padded and, where it has to be, signed.</summary>
    internal static MessageBuffer Join(Smb2Request first, MessageBuffer whole)
    {
        int size = 0;
        for (Smb2Request? part = first; part is not null; part = part.Next)
        {
            size += Align(part.Message.Length);
        }

        whole.Reset(size);
        int position = 0;
        for (Smb2Request? part = first; part is not null; part = part.Next)
        {
            int length = part.Message.Length;
            Span<byte> octets = whole.Span.Slice(position);
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

        whole.Truncate(position);
        return whole;
    }

    private static int Align(int length) => (length + Alignment - 1) & ~(Alignment - 1);
}
