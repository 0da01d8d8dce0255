using System;
using System.IO;
using System.Threading;
using QuickStart;
using SmbClient;

// Signs in to an SMB1 server, lists a share, writes a file, reads it back, and does it twice without signing in twice.
Arguments arguments;
SmbCredential credential;
try
{
    arguments = Arguments.Parse(args);
    credential = SmbCredential.FromPassword(arguments.User, arguments.Password());
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

using CancellationTokenSource cancelled = new();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    cancelled.Cancel();
};

try
{
    await using SmbClientContext context = new();
    SmbConnectionOptions options = new()
    {
        Server = arguments.Server,
        Port = arguments.Port,
        AllowSmb1 = true,
        Context = context,
    };
    return await Demo.RunAsync(options, credential, arguments, cancelled.Token) ? 0 : 1;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Cancelled.");
    return 130;
}
catch (IOException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
