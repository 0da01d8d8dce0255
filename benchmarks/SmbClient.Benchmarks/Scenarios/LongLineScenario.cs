using System;
using System.IO;
using System.Threading.Tasks;
using SmbClient.Benchmarks.Peers;
using SmbClient.InteropTests.Lab;

namespace SmbClient.Benchmarks.Scenarios;

/// <summary>A sequential stream over a line that adds 20 ms to every round trip, compared with one request of 1 MiB at a time over the same line.</summary>
internal sealed class LongLineScenario : Scenario
{
    private const int AtATime = 1024 * 1024;
    private const int MaxMebibytes = 256;
    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(10);

    public override string Name => "line";

    public override async Task RunAsync(Settings settings, Profile profile, Comparison comparison)
    {
        Target target = settings.TargetOf(profile);
        using DelayingRelay line = new(target.Host, target.Port, OneWay);
        Target far = target with { Host = "127.0.0.1", Port = line.Port };
        using Scratch scratch = new(Math.Min(settings.Mebibytes, MaxMebibytes) * 1024L * 1024);
        await using OurClient ours = new(far, profile);
        Smbclient smbclient = new(far, profile);
        double megabytes = scratch.Length / 1e6;

        await comparison.RunAsync(
            "write, 20 ms away",
            profile,
            megabytes,
            "MB",
            new Contender("ours", () => ours.TimeAsync(Target.Share, share => TransferScenario.WriteAsync(share, scratch))),
            new Contender("ours, 1 MiB at a time", () => ours.TimeAsync(Target.Share, share => WriteOneByOneAsync(share, scratch))),
            new Contender("smbclient", () => smbclient.RunNetAsync(Target.Share, [$"put {scratch.Path} {Target.FileName}"])));
        await ours.TimeAsync(Target.Share, share => TransferScenario.WriteAsync(share, scratch));
        await comparison.RunAsync(
            "read, 20 ms away",
            profile,
            megabytes,
            "MB",
            new Contender("ours", () => ours.TimeAsync(Target.Share, share => TransferScenario.ReadAsync(share, scratch.Length))),
            new Contender("ours, 1 MiB at a time", () => ours.TimeAsync(Target.Share, share => ReadOneByOneAsync(share, scratch.Length))),
            new Contender("smbclient", () => smbclient.RunNetAsync(Target.Share, [$"get {Target.FileName} /dev/null"])));
    }

    private static async Task WriteOneByOneAsync(SmbShare share, Scratch scratch)
    {
        byte[] buffer = new byte[AtATime];
        await using FileStream source = File.OpenRead(scratch.Path);
        await using SmbFile file = await share.CreateFileAsync(Target.FileName);
        long offset = 0;
        for (int read; (read = await source.ReadAsync(buffer)) > 0; offset += read)
        {
            await file.WriteAsync(buffer.AsMemory(0, read), offset);
        }

        TransferScenario.Check(offset, scratch.Length);
    }

    private static async Task ReadOneByOneAsync(SmbShare share, long length)
    {
        byte[] buffer = new byte[AtATime];
        await using SmbFile file = await share.OpenFileAsync(Target.FileName);
        await using FileStream devNull = new("/dev/null", FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        long offset = 0;
        for (int read; (read = await file.ReadAsync(buffer, offset)) > 0; offset += read)
        {
            await devNull.WriteAsync(buffer.AsMemory(0, read));
        }

        TransferScenario.Check(offset, length);
    }
}
