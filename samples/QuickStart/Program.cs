using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using QuickStart;
using SmbClient;
using SmbClient.Gss;

// Signs in to a server, lists a share, writes a file, reads it back, and does it twice without signing in twice.
// Without a server it brings its own, in this process.
Arguments arguments;
SmbCredential credential;
try
{
    arguments = Arguments.Parse(args);
    credential = arguments.Credential();
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
    await using EmbeddedServer? embedded = arguments.IsEmbedded ? EmbeddedServer.Start() : null;
    string host = embedded?.Host ?? arguments.Server;
    int port = embedded?.Port ?? arguments.Port;
    if (embedded is not null)
    {
        Console.WriteLine($"An SMB server listens on {host}:{port}, in this process.");
        Console.WriteLine();
    }

    List<DemoResult> results = [];
    foreach (Scenario scenario in arguments.Scenarios)
    {
        await using SmbClientContext context = new();
        SmbConnectionOptions options = scenario.Apply(new() { Server = host, Address = arguments.Address, Port = port, Context = context });
        if (arguments.UsesKerberos)
        {
            options = options with { Mechanisms = [GssMechanism.Kerberos], LoggerFactory = new SignInLog() };
        }

        results.Add(await Demo.RunAsync(options, credential, arguments, cancelled.Token));
        Console.WriteLine();
    }

    bool asPromised = results.TrueForAll(r => r.IsAsPromised);
    if (embedded is not null)
    {
        asPromised &= await SigningMatrix.ShowAsync(credential, cancelled.Token);
    }

    DemoResult.Print(results);
    return asPromised ? 0 : 1;
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
