using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using QuickStart;
using SmbClient;

// Signs in to a server, lists a share, writes a file, reads it back, and does it twice without signing in twice.
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
    List<DemoResult> results = [];
    foreach (Scenario scenario in arguments.Scenarios)
    {
        await using SmbClientContext context = new();
        SmbConnectionOptions options = scenario.Apply(new() { Server = arguments.Server, Port = arguments.Port, Context = context });
        results.Add(await Demo.RunAsync(options, credential, arguments, cancelled.Token));
        Console.WriteLine();
    }

    DemoResult.Print(results);
    return results.TrueForAll(r => r.IsAsPromised) ? 0 : 1;
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
