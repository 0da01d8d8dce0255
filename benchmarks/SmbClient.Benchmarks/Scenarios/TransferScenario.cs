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
            new Contender("ours", () => ours.TimeWithSignInAsync(Target.Share, share => WriteAsync(share, scratch.Path))),
            new Contender("smbclient", () => smbclient.WriteAsync(scratch)),
            rclone is null ? null : new Contender("rclone", () => rclone.WriteAsync(scratch)));
        await comparison.RunAsync(
            "read",
            profile,
            megabytes,
            "MB",
            new Contender("ours", () => ours.TimeWithSignInAsync(Target.Share, ReadAsync)),
            new Contender("smbclient", () => smbclient.ReadAsync()),
            rclone is null ? null : new Contender("rclone", () => rclone.ReadAsync()));
    }

    public static async Task WriteAsync(SmbShare share, string localPath)
    {
        await using FileStream source = File.OpenRead(localPath);
        await using SmbFile file = await share.CreateFileAsync(Target.FileName);
        await file.CopyFromAsync(source);
    }

    public static async Task ReadAsync(SmbShare share)
    {
        await using SmbFile file = await share.OpenFileAsync(Target.FileName);
        await using FileStream devNull = new("/dev/null", FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        await file.CopyToAsync(devNull);
    }
}
