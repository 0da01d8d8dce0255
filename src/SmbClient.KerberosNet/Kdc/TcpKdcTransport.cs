using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Gss;

namespace SmbClient.KerberosNet.Kdc;

/// <summary>
/// Kerberos over TCP, [RFC4120] 7.2.2, each exchange on a socket of its own: MIT's KDC closes after one, which Kerberos.NET's pool of sockets does not bear.
/// </summary>
internal sealed class TcpKdcTransport : KdcTransport
{
    /// <summary>Octets of an answer at most. Tickets of users in very many groups have some 64 KiB.</summary>
    private const int MaxAnswer = 1 << 20;

    private readonly Func<RealmMap> _realms;
    private readonly TimeSpan _timeout;

    public TcpKdcTransport(Func<RealmMap> realms, TimeSpan timeout)
    {
        _realms = realms;
        _timeout = timeout;
    }

    public override async Task<ReadOnlyMemory<byte>> SendAsync(string realm, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        IReadOnlyList<KeyValuePair<string, int>> kdcs = _realms().KdcsOf(realm);
        List<string> failures = [];
        foreach (KeyValuePair<string, int> kdc in kdcs)
        {
            // A silent KDC must leave time for the next.
            using CancellationTokenSource attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            attempt.CancelAfter(new TimeSpan(_timeout.Ticks / kdcs.Count));
            try
            {
                return await ExchangeAsync(kdc.Key, kdc.Value, request, attempt.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                failures.Add($"{kdc.Key}:{kdc.Value} does not answer");
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                failures.Add($"{kdc.Key}:{kdc.Value}: {e.Message}");
            }
        }

        throw new TicketException(GssStatus.NoCredential, $"no KDC of {realm} can be reached ({string.Join("; ", failures)})");
    }

    private static async Task<ReadOnlyMemory<byte>> ExchangeAsync(string host, int port, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        for (int i = 0; ; i++)
        {
            if (i == addresses.Length)
            {
                throw new IOException("the host has no address");
            }

            using Socket socket = new(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[i], port), cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException) when (i < addresses.Length - 1)
            {
                continue;
            }

            return await ExchangeAsync(socket, request, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ExchangeAsync(Socket socket, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        byte[] framed = new byte[4 + request.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed, request.Length);
        request.CopyTo(framed.AsMemory(4));
        for (ReadOnlyMemory<byte> rest = framed; !rest.IsEmpty;)
        {
            int sent = await socket.SendAsync(rest, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            rest = rest.Slice(sent);
        }

        byte[] header = new byte[4];
        await ReceiveAsync(socket, header, cancellationToken).ConfigureAwait(false);
        int length = BinaryPrimitives.ReadInt32BigEndian(header);
        if (length is <= 0 or > MaxAnswer)
        {
            throw new IOException($"the answer says that it has {length} octets");
        }

        byte[] answer = new byte[length];
        await ReceiveAsync(socket, answer, cancellationToken).ConfigureAwait(false);
        return answer;
    }

    private static async Task ReceiveAsync(Socket socket, Memory<byte> destination, CancellationToken cancellationToken)
    {
        while (!destination.IsEmpty)
        {
            int received = await socket.ReceiveAsync(destination, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (received == 0)
            {
                throw new IOException("the KDC closed the connection");
            }

            destination = destination.Slice(received);
        }
    }
}
