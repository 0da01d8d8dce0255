using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SmbClient;
using SmbClient.Authentication;
using SmbClient.Gss;

namespace AuthService;

/// <summary>How a sign-in through the service ended.</summary>
/// <param name="Status">Success, or why not.</param>
/// <param name="Identity">Who it is, with success.</param>
/// <param name="KeysAgree">The service has handed out the key that the client has.</param>
internal sealed record SignInResult(NtStatus Status, SmbIdentity? Identity = null, bool KeysAgree = false);

/// <summary>
/// Stands for a protocol server and its client at once: takes the client's blobs from GSS, hands them to the service as a server would, and gives
/// the answers back.
/// </summary>
internal static class SignInClient
{
    public static async Task<NetworkStream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            NetworkStream stream = new(socket, ownsSocket: true);
            await new Frame(FrameType.Peer, new FrameBody().Add("192.0.2.7").Add("AuthService sample").Add(ReadOnlySpan<byte>.Empty).Written).WriteAsync(stream, cancellationToken);
            return stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static async Task<SignInResult> RunAsync(string path, GssMechanism mechanism, GssCredential credential, CancellationToken cancellationToken)
    {
        GssInitiation initiation = await mechanism.CreateInitiatorAsync(new GssInitiatorOptions { Credential = credential, TargetName = "host/localhost" }, cancellationToken);
        using GssContext context = initiation.Context ?? throw new InvalidOperationException($"{mechanism.Name} cannot serve this credential: {initiation.Reason}");
        await using NetworkStream stream = await ConnectAsync(path, cancellationToken);
        ReadOnlyMemory<byte> token = default;
        while (true)
        {
            GssStep step = context.Step(token.Span);
            if (!step.IsSuccess)
            {
                throw new InvalidDataException(step.Reason);
            }

            await new Frame(FrameType.Blob, step.Token).WriteAsync(stream, cancellationToken);
            Frame answer = await Frame.ReadAsync(stream, cancellationToken) ?? throw new EndOfStreamException("The service has closed the conversation.");
            FrameBody body = new(answer.Body);
            switch (answer.Type)
            {
                case FrameType.Continue:
                    token = answer.Body;
                    break;
                case FrameType.Failed:
                    return new SignInResult((NtStatus)body.Number());
                case FrameType.Complete:
                    return Finish(context, body);
                default:
                    throw new InvalidDataException($"{answer.Type} came.");
            }
        }
    }

    private static SignInResult Finish(GssContext context, FrameBody body)
    {
        ReadOnlyMemory<byte> last = body.Octets();
        if (!last.IsEmpty && context.Step(last.Span) is { IsSuccess: false } step)
        {
            throw new InvalidDataException(step.Reason);
        }

        ReadOnlyMemory<byte> key = body.Octets();
        uint flags = body.Number();
        SmbIdentity identity = new()
        {
            User = body.Text(),
            Domain = body.Text(),
            Mechanism = body.Text(),
            Workstation = body.Text(),
            Sid = body.Text() is { Length: > 0 } sid ? sid : null,
            PrimaryGroupSid = body.Text() is { Length: > 0 } group ? group : null,
            GroupSids = body.Texts(),
            Groups = body.Texts(),
            IsGuest = (flags & 1) != 0,
            IsAnonymous = (flags & 2) != 0,
        };
        return new SignInResult(NtStatus.Success, identity, context.IsComplete && context.ExportSessionKey().AsSpan().SequenceEqual(key.Span));
    }
}
