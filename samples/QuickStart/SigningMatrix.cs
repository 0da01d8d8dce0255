using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient;
using Spectre.Console;

namespace QuickStart;

/// <summary>The table of [MS-SMB] 3.2.4.2.4, by trying: what each policy of the client makes of servers that can and that must sign.</summary>
internal static class SigningMatrix
{
    private static readonly (SmbSigningState Policy, string Enabled, string Required)[] Expected =
    [
        (SmbSigningState.Disabled, "unsigned", "blocked"),
        (SmbSigningState.Declined, "unsigned", "signed"),
        (SmbSigningState.Enabled, "signed", "signed"),
        (SmbSigningState.Required, "signed", "signed"),
    ];

    /// <summary>Prints the table; true where it is the specification's.</summary>
    public static async Task<bool> ShowAsync(SmbCredential credential, CancellationToken cancellationToken)
    {
        await using EmbeddedServer enabled = EmbeddedServer.Start(requireSigning: false);
        await using EmbeddedServer required = EmbeddedServer.Start(requireSigning: true);
        Table table = new() { Title = new TableTitle("SMB1: what signing comes of it") };
        table.AddColumns("client's policy", "server: Enabled", "server: Required");
        bool isRight = true;
        foreach ((SmbSigningState policy, string withEnabled, string withRequired) in Expected)
        {
            string one = await TryAsync(enabled, policy, credential, cancellationToken);
            string other = await TryAsync(required, policy, credential, cancellationToken);
            isRight &= one == withEnabled && other == withRequired;
            table.AddRow(policy.ToString(), one, other);
        }

        AnsiConsole.Write(table);
        Console.WriteLine();
        return isRight;
    }

    private static async Task<string> TryAsync(EmbeddedServer server, SmbSigningState policy, SmbCredential credential, CancellationToken cancellationToken)
    {
        await using SmbClientContext context = new() { MessageSigningPolicy = policy };
        SmbConnectionOptions options = new()
        {
            Server = server.Host,
            Port = server.Port,
            Context = context,
            AllowSmb1 = true,
            MaxDialect = SmbDialect.NtLm012,
        };
        try
        {
            await using SmbConnection connection = await SmbConnection.OpenAsync(options, credential, cancellationToken);
            return connection.IsSigned ? "signed" : "unsigned";
        }
        catch (SmbProtocolException e) when (e.Error == SmbProtocolError.Incompatible)
        {
            return "blocked";
        }
    }
}
