using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Authentication;

namespace AuthService;

/// <summary>
/// Serves conversations over a Unix domain socket, one connection a conversation. Whoever can connect gets the session keys of those who sign in:
/// only this process's user may.
/// </summary>
internal sealed class ConversationService : IAsyncDisposable
{
    private const int Backlog = 128;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly SmbServerAuthenticator _authenticator;
    private readonly string _path;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly SemaphoreSlim _places;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    public ConversationService(SmbServerAuthenticator authenticator, string path)
    {
        _authenticator = authenticator;
        _path = path;
        _places = new SemaphoreSlim(2 * authenticator.Options.MaxConversations);
        RemoveStale(path);
        _listener.Bind(new UnixDomainSocketEndPoint(path));

        // Nobody can connect before Listen. On Windows the folder's access list says who may.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, OwnerOnly);
        }

        _listener.Listen(Backlog);
        _accepting = AcceptAsync();
    }

    /// <summary>Conversations that are under way now.</summary>
    public int ConversationCount => _authenticator.ConversationCount;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        File.Delete(_path);
    }

    /// <summary>A service that was killed leaves its file behind; one that runs is left alone, and Bind fails.</summary>
    private static void RemoveStale(string path)
    {
        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
        }
        catch (SocketException)
        {
            // There is none, or it is not ours to look at.
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                await _places.WaitAsync(_stopping.Token);
                _ = ServeAsync(await _listener.AcceptAsync(_stopping.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Out of descriptors, for example: those who have one will give it back.
                Console.Error.WriteLine($"accept: {e.Message}");
                _places.Release();
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using NetworkStream stream = new(socket, ownsSocket: true);
            await ConverseAsync(stream);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or OperationCanceledException)
        {
            // A client that is gone, silent or mad has lost its conversation, and nobody else anything.
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task ConverseAsync(NetworkStream stream)
    {
        FrameBody first = new((await ReadAsync(stream, FrameType.Peer))?.Body ?? throw new InvalidDataException("Nobody there."));
        SmbAuthPeer peer = new() { RemoteAddress = first.Text(), Protocol = first.Text(), ChannelBindings = first.Octets() };
        using SmbAuthConversation conversation = _authenticator.Begin(peer);
        Frame? blob = await ReadAsync(stream, FrameType.Blob);
        while (blob is not null)
        {
            // The client has nothing to say before it has its answer: what comes meanwhile is its end, and ends the step too.
            Task<Frame?> next = ReadAsync(stream, FrameType.Blob);
            Task<SmbAuthStep> stepping = conversation.StepAsync(blob.Body, _stopping.Token).AsTask();
            if (await Task.WhenAny(stepping, next) == next && !stepping.IsCompleted)
            {
                conversation.Dispose();
                await stepping;
                return;
            }

            SmbAuthStep step = await stepping;
            await FrameOf(step).WriteAsync(stream, _stopping.Token);
            if (step.State != SmbAuthState.Continue)
            {
                return;
            }

            blob = await next;
        }
    }

    /// <summary>A frame of this type, or null for the end. The conversation's limit of idle time is the connection's too.</summary>
    private async Task<Frame?> ReadAsync(NetworkStream stream, FrameType type)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        limit.CancelAfter(_authenticator.Options.IdleTimeout + _authenticator.Options.AccountTimeout);
        Frame? frame = await Frame.ReadAsync(stream, limit.Token);
        return frame is null || frame.Type == type ? frame : throw new InvalidDataException($"{frame.Type} came where {type} is due.");
    }

    private static Frame FrameOf(SmbAuthStep step) => step.State switch
    {
        SmbAuthState.Continue => new Frame(FrameType.Continue, step.Token),
        SmbAuthState.Failed => new Frame(FrameType.Failed, new FrameBody().Add((uint)step.Status).Add(step.Token.Span).Written),
        _ => new Frame(FrameType.Complete, Describe(new FrameBody().Add(step.Token.Span).Add(step.SessionKey.Span), step.Identity!).Written),
    };

    private static FrameBody Describe(FrameBody body, SmbIdentity identity) => body
        .Add((identity.IsGuest ? 1u : 0) | (identity.IsAnonymous ? 2u : 0))
        .Add(identity.User)
        .Add(identity.Domain)
        .Add(identity.Mechanism)
        .Add(identity.Workstation)
        .Add(identity.Sid)
        .Add(identity.PrimaryGroupSid)
        .Add(identity.GroupSids)
        .Add(identity.Groups);
}
