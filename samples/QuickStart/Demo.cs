using System;
using System.Diagnostics;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using SmbClient;

namespace QuickStart;

/// <summary>The steps of the demonstration, each with what it shows.</summary>
internal static class Demo
{
    private const string FileName = "quickstart.bin";

    /// <summary>True when everything came out as promised.</summary>
    public static async Task<bool> RunAsync(SmbConnectionOptions options, SmbCredential credential, Arguments arguments, CancellationToken cancellationToken)
    {
        SmbClientContext context = options.Context!;

        await using SmbConnection connection = await SmbConnection.OpenAsync(options, credential, cancellationToken);
        Console.WriteLine($"Signed in to {connection.ServerName} as {credential}: {connection.Dialect}, server signing {connection.ServerSigningState}, messages {(connection.IsSigned ? "signed" : "not signed")}.");

        await using SmbShare share = await connection.OpenShareAsync(arguments.Share, cancellationToken);
        await ListAsync(share, cancellationToken);
        byte[] written = await WriteAsync(share, arguments.SizeInMebibytes, cancellationToken);
        byte[] read = await ReadAsync(share, cancellationToken);
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
        return equal && reused;
    }

    private static async Task ListAsync(SmbShare share, CancellationToken cancellationToken)
    {
        Console.WriteLine($@"\\{share.ServerName}\{share.Name} holds:");
        await foreach (SmbDirectoryEntry entry in share.EnumerateAsync(cancellationToken: cancellationToken))
        {
            Console.WriteLine($"  {entry.LastWriteTime:yyyy-MM-dd HH:mm}  {(entry.IsDirectory ? "<DIR>" : entry.Length.ToString("N0", null)),15}  {entry.Name}");
        }
    }

    private static async Task<byte[]> WriteAsync(SmbShare share, int mebibytes, CancellationToken cancellationToken)
    {
        byte[] block = new byte[1024 * 1024];
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Stopwatch watch = Stopwatch.StartNew();
        await using (SmbFile file = await share.CreateFileAsync(FileName, cancellationToken))
        {
            Stream stream = file.AsStream();
            for (int i = 0; i < mebibytes; i++)
            {
                RandomNumberGenerator.Fill(block);
                hash.AppendData(block);
                await stream.WriteAsync(block, cancellationToken);
            }
        }

        Console.WriteLine($"Wrote {mebibytes} MiB of random data in {watch.Elapsed.TotalSeconds:0.00} s.");
        return hash.GetHashAndReset();
    }

    private static async Task<byte[]> ReadAsync(SmbShare share, CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        await using SmbFile file = await share.OpenFileAsync(FileName, cancellationToken: cancellationToken);
        // Whoever reads a stream in small pieces wants a large buffer before it: the buffer is filled by several requests side by side.
        await using BufferedStream stream = new(file.AsStream(), 1024 * 1024);
        byte[] hash = await SHA256.HashDataAsync(stream, cancellationToken);
        Console.WriteLine($"Read it back, {file.Length:N0} octets, in {watch.Elapsed.TotalSeconds:0.00} s.");
        return hash;
    }
}
