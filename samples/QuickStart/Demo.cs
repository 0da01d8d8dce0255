using System;
using System.Diagnostics;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using SmbClient;
using Spectre.Console;

namespace QuickStart;

/// <summary>The steps of the demonstration, each with what it shows.</summary>
internal static class Demo
{
    private const string FileName = "quickstart.bin";
    private const int Block = 1024 * 1024;

    public static async Task<DemoResult> RunAsync(SmbConnectionOptions options, SmbCredential credential, Arguments arguments, CancellationToken cancellationToken)
    {
        SmbClientContext context = options.Context!;

        await using SmbConnection connection = await SmbConnection.OpenAsync(options, credential, cancellationToken);
        Console.WriteLine($"Signed in to {connection.ServerName} as {credential}: {connection.Dialect}, server signing {connection.ServerSigningState}, messages {Protection(connection)}.");

        await using SmbShare share = await connection.OpenShareAsync(arguments.Share, cancellationToken);
        await ListAsync(share, cancellationToken);
        (byte[] written, double writeRate) = await WithProgressAsync("writing", arguments.SizeInMebibytes, p => WriteAsync(share, arguments.SizeInMebibytes, p, cancellationToken));
        (byte[] read, double readRate) = await WithProgressAsync("reading", arguments.SizeInMebibytes, p => ReadAsync(share, p, cancellationToken));
        bool equal = CryptographicOperations.FixedTimeEquals(written, read);
        Console.WriteLine($"SHA-256 of what was written and of what was read: {(equal ? "equal" : "DIFFERENT")}, {Convert.ToHexStringLower(read)}.");

        SmbClientStatistics before = context.GetStatistics();
        await using SmbConnection second = await SmbConnection.OpenAsync(options, credential, cancellationToken);
        await using SmbShare again = await second.OpenShareAsync(arguments.Share, cancellationToken);
        SmbFileInfo info = await again.GetInfoAsync(FileName, cancellationToken);
        SmbClientStatistics after = context.GetStatistics();
        bool reused = after.ConnectionsOpened == before.ConnectionsOpened && after.SessionsEstablished == before.SessionsEstablished;
        Console.WriteLine($"A second SmbConnection for the same user sees {info.Length:N0} octets.");
        Console.WriteLine($"Connections opened: {before.ConnectionsOpened} before, {after.ConnectionsOpened} after. Sign-ins: {before.SessionsEstablished} before, {after.SessionsEstablished} after. Sessions reused: {after.SessionsReused}.");

        await again.DeleteFileAsync(FileName, cancellationToken);
        Console.WriteLine(equal && reused ? "All as promised." : "NOT as promised.");
        return new DemoResult(
            connection.Dialect.ToString(),
            connection.SigningAlgorithm?.ToString() ?? "-",
            connection.IsEncrypted ? connection.Cipher.ToString()! : "-",
            writeRate,
            readRate,
            equal && reused);
    }

    private static string Protection(SmbConnection connection) =>
        connection.IsEncrypted ? $"sealed with {connection.Cipher}"
        : connection.SigningAlgorithm is { } algorithm ? $"signed with {algorithm}"
        : "not signed";

    private static async Task ListAsync(SmbShare share, CancellationToken cancellationToken)
    {
        Console.WriteLine($@"\\{share.ServerName}\{share.Name} holds:");
        await foreach (SmbDirectoryEntry entry in share.EnumerateAsync(cancellationToken: cancellationToken))
        {
            Console.WriteLine($"  {entry.LastWriteTime:yyyy-MM-dd HH:mm}  {(entry.IsDirectory ? "<DIR>" : entry.Length.ToString("N0", null)),15}  {entry.Name}");
        }
    }

    private static async Task<(byte[] Hash, double Rate)> WithProgressAsync(string what, int mebibytes, Func<ProgressTask, Task<byte[]>> work)
    {
        byte[] hash = [];
        Stopwatch watch = Stopwatch.StartNew();
        await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new TransferSpeedColumn())
            .StartAsync(async progress => hash = await work(progress.AddTask($"{what} {mebibytes} MiB", maxValue: mebibytes * (double)Block)));
        Console.WriteLine($"{what}: {mebibytes} MiB in {watch.Elapsed.TotalSeconds:0.00} s.");
        return (hash, mebibytes / watch.Elapsed.TotalSeconds);
    }

    private static async Task<byte[]> WriteAsync(SmbShare share, int mebibytes, ProgressTask progress, CancellationToken cancellationToken)
    {
        byte[] block = new byte[Block];
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using SmbFile file = await share.CreateFileAsync(FileName, cancellationToken);
        await using Stream stream = file.AsStream();
        for (int i = 0; i < mebibytes; i++)
        {
            RandomNumberGenerator.Fill(block);
            hash.AppendData(block);
            await stream.WriteAsync(block, cancellationToken);
            progress.Increment(block.Length);
        }

        return hash.GetHashAndReset();
    }

    private static async Task<byte[]> ReadAsync(SmbShare share, ProgressTask progress, CancellationToken cancellationToken)
    {
        byte[] block = new byte[Block];
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using SmbFile file = await share.OpenFileAsync(FileName, cancellationToken: cancellationToken);
        await using Stream stream = file.AsStream();
        for (int count; (count = await stream.ReadAsync(block, cancellationToken)) > 0;)
        {
            hash.AppendData(block, 0, count);
            progress.Increment(count);
        }

        return hash.GetHashAndReset();
    }
}
