using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.Transports;

/// <summary>Reaches a server: resolves its name and tries its addresses in order (client-state A2).</summary>
internal static class TransportConnector
{
    public static async Task<SmbTransport> ConnectAsync(string server, int port, SmbConnectionOptions options, CancellationToken cancellationToken)
    {
        if (options.Transport == SmbTransportKind.DirectTcp)
        {
            Socket socket = await ConnectSocketAsync(server, port, cancellationToken).ConfigureAwait(false);
            return new DirectTcpTransport(socket, Describe(server, port));
        }

        return await NetBiosTransport.ConnectAsync(
            ct => ConnectSocketAsync(server, port, ct), Describe(server, port), server, options.NetBiosName, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A connected socket to the first address that answers; the last failure where none does.</summary>
    private static async Task<Socket> ConnectSocketAsync(string server, int port, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = IPAddress.TryParse(server, out IPAddress? literal)
            ? [literal]
            : await ResolveAsync(server, cancellationToken).ConfigureAwait(false);
        ExceptionDispatchInfo? failure = null;
        foreach (IPAddress address in addresses)
        {
            Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken).ConfigureAwait(false);
                return socket;
            }
            catch (SocketException e)
            {
                socket.Dispose();
                failure = ExceptionDispatchInfo.Capture(e);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        failure?.Throw();
        throw new SocketException((int)SocketError.HostNotFound);
    }

    private static async Task<IPAddress[]> ResolveAsync(string server, CancellationToken cancellationToken)
    {
        // The resolver does not stop when asked to, and netstandard2.0 cannot even ask.
        Task<IPAddress[]> resolving = Dns.GetHostAddressesAsync(server, CancellationToken.None);
        await ((Task)resolving).WaitAsync(cancellationToken).ConfigureAwait(false);
        return await resolving.ConfigureAwait(false);
    }

    private static string Describe(string server, int port) => port == 445 ? server : $"{server}:{port}";
}
