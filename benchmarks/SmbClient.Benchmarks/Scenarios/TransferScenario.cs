using System;
using System.IO;
using System.Threading.Tasks;
using SmbClient.Benchmarks.Peers;

namespace SmbClient.Benchmarks.Scenarios;

/// <summary>A large file written and read from one end to the other. Sign-in and goodbye are in the time, as they are in that of the peers' processes.</summary>
internal sealed class TransferScenario : Scenario
{
    public override string Name => "transfer";

    public override async Task RunAsync(Settings settings, Profile profile, Comparison comparison)
    {
        Target target = settings.TargetOf(profile);
        using Scratch scratch = new(settings.Mebibytes * 1024L * 1024);
        await using OurClient ours = new(target, profile);
        Smbclient smbclient = new(target, profile);
        Rclone? rclone = await Rclone.CreateAsync(target, profile);
        double megabytes = scratch.Length / 1e6;

        await comparison.RunAsync(
            "write",
            profile,
            megabytes,
            "MB",
            new Contender("ours", () => ours.TimeWithSignInAsync(Target.Share, share => WriteAsync(share, scratch))),
            new Contender("smbclient", () => smbclient.WriteAsync(scratch)),
            rclone is null ? null : new Contender("rclone", () => rclone.WriteAsync(scratch)));
        // Whatever the last writer left: a peer that failed leaves half a file.
        await ours.TimeAsync(Target.Share, share => WriteAsync(share, scratch));
        await comparison.RunAsync(
            "read",
            profile,
            megabytes,
            "MB",
            new Contender("ours", () => ours.TimeWithSignInAsync(Target.Share, share => ReadAsync(share, scratch.Length))),
            new Contender("smbclient", () => smbclient.ReadAsync()),
            rclone is null ? null : new Contender("rclone", () => rclone.ReadAsync()));
    }

    public static async Task WriteAsync(SmbShare share, Scratch scratch)
    {
        await using FileStream source = File.OpenRead(scratch.Path);
        await using SmbFile file = await share.CreateFileAsync(Target.FileName);
        Check(await file.CopyFromAsync(source), scratch.Length);
    }

    public static async Task ReadAsync(SmbShare share, long length)
    {
        await using SmbFile file = await share.OpenFileAsync(Target.FileName);
        await using FileStream devNull = new("/dev/null", FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        Check(await file.CopyToAsync(devNull), length);
    }

    /// <summary>Nobody wants the figures of another file.</summary>
    public static void Check(long transferred, long length)
    {
        if (transferred != length)
        {
            throw new InvalidOperationException($"{transferred} octets were transferred instead of {length}.");
        }
    }
}
