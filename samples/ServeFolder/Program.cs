using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using ServeFolder;
using SmbClient.Authentication;
using SmbClient.Server;

// Shares a folder with one user until Ctrl-C.
Arguments arguments;
SmbServerShare share;
string password;
try
{
    arguments = Arguments.Parse(args);
    FolderFileStore store = new(arguments.Folder);
    share = new SmbServerShare(arguments.Share, store)
    {
        Comment = arguments.Comment,
        IsReadOnly = arguments.IsReadOnly,
        RequireEncryption = arguments.Encrypt,
    };
    password = Password.Get(arguments.PasswordVariable, arguments.User);
}
catch (Exception e) when (e is FormatException or ArgumentException or DirectoryNotFoundException)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stopped.TrySetResult();
}

using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using SmbServerAuthenticator authenticator = new(new SmbAuthenticatorOptions
{
    Accounts = new MemoryAccountStore().Add(arguments.User, password),
    RequireMic = !arguments.AllowWeakClients,
    AllowNtlmV1 = arguments.AllowWeakClients,
    AllowNonExtendedSecurity = arguments.AllowWeakClients,
});

try
{
    await using SmbServer server = SmbServer.Start(new SmbServerOptions
    {
        Authenticator = authenticator,
        Shares = [share],
        EndPoints = [new IPEndPoint(arguments.Address, arguments.Port)],
        AllowSmb1 = arguments.AllowSmb1,
        RequireSigning = !arguments.AllowWeakClients,
    });
    Invitation.Print(arguments, ((FolderFileStore)share.Store).Folder, (IPEndPoint)server.EndPoints[0]);
    await stopped.Task;
    Console.WriteLine("Stopped.");
    return 0;
}
catch (SocketException e)
{
    Console.Error.WriteLine($"{arguments.Address}:{arguments.Port} cannot be listened on: {e.Message}");
    return 1;
}
