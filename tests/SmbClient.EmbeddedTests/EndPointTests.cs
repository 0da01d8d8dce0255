using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Authentication;
using SmbClient.Server;
using SmbClient.Transports;
using Xunit;

namespace SmbClient.EmbeddedTests;

/// <summary>Where the server can be reached.</summary>
public sealed class EndPointTests : IDisposable
{
    private static readonly SmbCredential Alice = SmbCredential.FromPassword("alice", "secret");

    private readonly SmbServerAuthenticator _authenticator = new(new SmbAuthenticatorOptions { Accounts = new MemoryAccountStore().Add("alice", "secret") });

    public void Dispose() => _authenticator.Dispose();

    [Fact]
    public async Task Several_at_once_and_each_with_the_port_that_it_has_got()
    {
        await using SmbServer server = Start(new IPEndPoint(IPAddress.Loopback, 0), new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));

        Assert.Equal(2, server.EndPoints.Count);
        foreach (EndPoint endPoint in server.EndPoints)
        {
            IPEndPoint reached = Assert.IsType<IPEndPoint>(endPoint);
            Assert.NotEqual(0, reached.Port);
            await using SmbClientContext context = new();
            await ReadsAsync(new SmbConnectionOptions { Server = reached.Address.ToString(), Port = reached.Port, Context = context });
        }
    }

    [Fact]
    public async Task A_Unix_domain_socket_which_goes_with_the_server()
    {
        string path = Path.Combine(Path.GetTempPath(), $"smb-{Guid.NewGuid():N}.sock");
        await using (Start(new UnixDomainSocketEndPoint(path)))
        {
            await using SmbClientContext context = new();
            await ReadsAsync(new SmbConnectionOptions
            {
                Server = "local",
                Context = context,
                TransportFactory = async (_, _, cancellationToken) =>
                {
                    Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                    return new DirectTcpTransport(socket, "local");
                },
            });
        }

        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task One_that_is_taken_is_an_error_and_the_others_are_given_back()
    {
        await using SmbServer first = Start(new IPEndPoint(IPAddress.Loopback, 0));
        IPEndPoint free = new(IPAddress.Parse("127.0.0.3"), ((IPEndPoint)first.EndPoints[0]).Port);

        Assert.Throws<SocketException>(() => Start(free, first.EndPoints[0]));

        await using SmbServer second = Start(free);
    }

    [Fact]
    public async Task After_the_end_nobody_is_served()
    {
        SmbServer server = Start(new IPEndPoint(IPAddress.Loopback, 0));
        IPEndPoint endPoint = (IPEndPoint)server.EndPoints[0];
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(new SmbConnectionOptions { Server = endPoint.Address.ToString(), Port = endPoint.Port, Context = context }, Alice);

        await server.DisposeAsync();
        await server.DisposeAsync();

        await Assert.ThrowsAsync<SmbConnectionClosedException>(() => connection.EchoAsync());
        Assert.Equal((0, 0, 0), (server.GetStatistics().Connections, server.GetStatistics().Sessions, server.GetStatistics().Opens));
        SmbConnectionOptions memory = server.InMemory(new SmbConnectionOptions { Server = "memory", Context = context });
        await Assert.ThrowsAnyAsync<Exception>(() => SmbConnection.OpenAsync(memory, Alice));
    }

    [Fact]
    public async Task Clients_that_hang_up_before_they_are_seen_do_not_stop_the_server()
    {
        await using SmbServer server = Start(new IPEndPoint(IPAddress.Loopback, 0));
        IPEndPoint endPoint = (IPEndPoint)server.EndPoints[0];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 200; i++)
            {
                // A reset, not a goodbye.
                using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
                await socket.ConnectAsync(endPoint);
            }
        })));

        await using SmbClientContext context = new();
        await ReadsAsync(new SmbConnectionOptions { Server = endPoint.Address.ToString(), Port = endPoint.Port, Context = context });
    }

    [Theory]
    [InlineData(10, 61)]
    [InlineData(64 << 10, 65)]
    public async Task Who_begins_a_message_and_does_not_end_it_is_disconnected(int length, int seconds)
    {
        FakeTimeProvider clock = new();
        await using SmbServer server = Start(o => o with { TimeProvider = clock, AuthenticationTimeout = Timeout.InfiniteTimeSpan }, new IPEndPoint(IPAddress.Loopback, 0));
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.EndPoints[0]);
        await socket.SendAsync(new byte[] { 0, (byte)(length >> 16), (byte)(length >> 8), (byte)length, 0xFE });
        while (server.GetStatistics().OctetsInFlight != length)
        {
            await Task.Yield();
        }

        clock.Advance(TimeSpan.FromSeconds(seconds - 2));
        Assert.Equal(1, server.GetStatistics().Connections);

        // The server may have begun to count a little later than it said.
        for (int i = 0; i < 200 && server.GetStatistics().Connections > 0; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);        // nothing tells when it has closed everything
        }

        Assert.Equal((0, 0L), (server.GetStatistics().Connections, server.GetStatistics().OctetsInFlight));
    }

    private static async Task ReadsAsync(SmbConnectionOptions options)
    {
        await using SmbConnection connection = await SmbConnection.OpenAsync(options, Alice);
        await using SmbShare share = await connection.OpenShareAsync("share");
        Assert.Equal("hello"u8.ToArray(), await share.ReadAllBytesAsync("hello.txt"));
    }

    private SmbServer Start(params EndPoint[] endPoints) => Start(o => o, endPoints);

    private SmbServer Start(Func<SmbServerOptions, SmbServerOptions> change, params EndPoint[] endPoints)
    {
        MemoryFileStore store = new();
        store.AddFile("hello.txt", "hello"u8);
        return SmbServer.Start(change(new SmbServerOptions { Authenticator = _authenticator, Shares = [new SmbServerShare("share", store)], EndPoints = endPoints }));
    }
}
