using System;
using System.IO;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using AuthService;
using SmbClient;
using SmbClient.Authentication;
using SmbClient.Gss;

const string Usage =
    """
    AuthService demo                                     serves and signs in, in one process
    AuthService serve SOCKET (--smbpasswd FILE | --winbind)
    AuthService sign-in SOCKET USER                      the password is in AUTH_PASSWORD
    """;

using CancellationTokenSource cancelled = new();
using PosixSignalRegistration interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

try
{
    switch (args)
    {
        case ["demo"]:
            return await Demo.RunAsync(cancelled.Token);
        case ["serve", string socket, "--smbpasswd", string file]:
            using (SmbPasswdAccountStore accounts = new(file))
            {
                return await ServeAsync(socket, accounts);
            }

        case ["serve", string socket, "--winbind"]:
            using (WinbindAccountStore accounts = new())
            {
                return await ServeAsync(socket, accounts);
            }

        case ["sign-in", string socket, string user] when Environment.GetEnvironmentVariable("AUTH_PASSWORD") is { } password:
            SignInResult result = await SignInClient.RunAsync(socket, GssMechanism.Spnego([GssMechanism.Ntlm]), GssCredential.Password(user, password), cancelled.Token);
            Console.WriteLine(result.Status == NtStatus.Success ? $"signed in as {result.Identity} by {result.Identity!.Mechanism}" : $"refused: {result.Status}");
            return result is { Status: NtStatus.Success, KeysAgree: true } ? 0 : 1;
        default:
            Console.Error.WriteLine(Usage);
            return 2;
    }
}
catch (OperationCanceledException)
{
    return 130;
}
catch (Exception e) when (e is IOException or SocketException or InvalidDataException or ArgumentException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

async Task<int> ServeAsync(string socket, INtlmAccountStore accounts)
{
    using SmbServerAuthenticator authenticator = new(new SmbAuthenticatorOptions { Accounts = accounts });
    await using ConversationService service = new(authenticator, socket);
    Console.WriteLine($"serving on {socket}");
    try
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancelled.Token);
    }
    catch (OperationCanceledException)
    {
        Console.WriteLine("stopped");
    }

    return 0;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    cancelled.Cancel();
}
