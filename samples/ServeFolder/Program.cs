using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using ServeFolder;
using SmbClient.Authentication;
using SmbClient.Gss;
using SmbClient.Server;

// Shares a folder with one user, or with those of a domain, until Ctrl-C.
Arguments arguments;
FolderFileStore store;
SmbServerShare share;
KerberosKeytab? keytab = null;
MemoryAccountStore accounts = new();
try
{
    arguments = Arguments.Parse(args);
    store = new FolderFileStore(arguments.Folder);
    share = new SmbServerShare(arguments.Share, store)
    {
        Comment = arguments.Comment,
        IsReadOnly = arguments.IsReadOnly,
        RequireEncryption = arguments.Encrypt,
        Authorize = arguments.Groups.Count == 0 ? null : user => user.GroupSids.Intersect(arguments.Groups).Any(),
    };
    keytab = arguments.Keytab is { } file ? KerberosKeytab.FromFile(file) : null;
    if (arguments.User is { } user)
    {
        accounts.Add(user, Password.Get(arguments.PasswordVariable, user));
    }
}
catch (Exception e) when (e is FormatException or ArgumentException or IOException or InvalidDataException or UnauthorizedAccessException)
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
    Mechanisms = keytab is null ? [GssMechanism.Ntlm] : [new KerberosMechanism(new KerberosOptions { Keytab = keytab }), GssMechanism.Ntlm],
    Accounts = accounts,
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
    Invitation.Print(arguments, store.Folder, (IPEndPoint)server.EndPoints[0]);
    await stopped.Task;
    Console.WriteLine("Stopped.");
    return 0;
}
catch (SocketException e)
{
    Console.Error.WriteLine($"{arguments.Address}:{arguments.Port} cannot be listened on: {e.Message}");
    return 1;
}
