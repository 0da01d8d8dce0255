using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SmbClient;
using SmbClient.Authentication;
using SmbClient.Gss;

namespace AuthService;

/// <summary>A service and its clients in one process: right, wrong, dead and mad ones.</summary>
internal static class Demo
{
    private static int _failures;

    /// <summary>0 when everything came as it should.</summary>
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("authservice").FullName;
        string path = Path.Combine(folder, "auth.sock");
        GssMechanism spnego = GssMechanism.Spnego([GssMechanism.Ntlm]);
        using SmbServerAuthenticator authenticator = new(new SmbAuthenticatorOptions
        {
            Accounts = new MemoryAccountStore().Add(new SmbAccount { User = "alice", Domain = "DEMO", Sid = "S-1-5-21-1-2-3-1000", Groups = ["staff"] }, "Secret-42"),
        });
        try
        {
            await using ConversationService service = new(authenticator, path);
            GssCredential alice = GssCredential.Password("alice", "Secret-42", "DEMO");
            foreach (GssMechanism mechanism in new[] { spnego, GssMechanism.Ntlm })
            {
                SignInResult result = await SignInClient.RunAsync(path, mechanism, alice, cancellationToken);
                Check($"alice by {mechanism.Name}", result.Status == NtStatus.Success && result.KeysAgree && result.Identity?.Name == @"DEMO\alice", result.ToString());
            }

            SignInResult wrong = await SignInClient.RunAsync(path, spnego, GssCredential.Password("alice", "wrong", "DEMO"), cancellationToken);
            Check("a wrong password", wrong.Status == NtStatus.LogonFailure, wrong.ToString());
            SignInResult stranger = await SignInClient.RunAsync(path, spnego, GssCredential.Password("mallory", "x"), cancellationToken);
            Check("a stranger", stranger == wrong, stranger.ToString());

            await DieAsync(path, cancellationToken);
            await SpinAsync(() => service.ConversationCount == 0, cancellationToken);
            Check("a client that dies ends its conversation", service.ConversationCount == 0, $"{service.ConversationCount} are left");

            await using NetworkStream mad = await SignInClient.ConnectAsync(path, cancellationToken);
            await mad.WriteAsync(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0 }, cancellationToken);
            Check("a frame of 4 GiB closes the connection", await IsClosedAsync(mad, cancellationToken), "it is open");
            return _failures == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Begins, gets its challenge, and is gone.</summary>
    private static async Task DieAsync(string path, CancellationToken cancellationToken)
    {
        using GssContext context = (await GssMechanism.Ntlm.CreateInitiatorAsync(
            new GssInitiatorOptions { Credential = GssCredential.Password("alice", "x"), TargetName = "host/localhost" }, cancellationToken)).Context!;
        await using NetworkStream stream = await SignInClient.ConnectAsync(path, cancellationToken);
        await new Frame(FrameType.Blob, context.Step(default).Token).WriteAsync(stream, cancellationToken);
        Frame? answer = await Frame.ReadAsync(stream, cancellationToken);
        Check("a challenge comes", answer?.Type == FrameType.Continue, $"{answer?.Type}");
    }

    private static async Task<bool> IsClosedAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(new byte[1], cancellationToken) == 0;
        }
        catch (IOException)
        {
            // It was closed with something unread.
            return true;
        }
    }

    private static async Task SpinAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        for (int i = 0; i < 500 && !condition(); i++)
        {
            await Task.Delay(10, cancellationToken);
        }
    }

    private static void Check(string what, bool isRight, string details)
    {
        _failures += isRight ? 0 : 1;
        Console.WriteLine($"{(isRight ? "ok  " : "FAIL")} {what}{(isRight ? "" : ": " + details)}");
    }
}
