using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading.Tasks;

namespace SmbClient.Benchmarks.Peers;

/// <summary>
/// rclone's smb backend, one process a transfer. The protection is what the server demands. Where that is signing it takes the unsigned interim
/// answers of Samba for an attack ("signing required") and gives up at times.
/// </summary>
internal sealed class Rclone
{
    private readonly Dictionary<string, string> _environment;

    private Rclone(Dictionary<string, string> environment)
    {
        _environment = environment;
    }

    /// <summary>Null where rclone cannot do what the profile says.</summary>
    public static async Task<Rclone?> CreateAsync(Target target, Profile profile)
    {
        if (!profile.IsPossibleForRclone)
        {
            return null;
        }

        (_, string obscured) = await PeerProcess.RunAsync("rclone", ["obscure", "-"], new Dictionary<string, string>(), target.Password);
        return new Rclone(new Dictionary<string, string>
        {
            ["RCLONE_CONFIG"] = "/dev/null",
            ["RCLONE_SMB_HOST"] = target.Host,
            ["RCLONE_SMB_PORT"] = target.Port.ToString(CultureInfo.InvariantCulture),
            ["RCLONE_SMB_USER"] = target.User,
            ["RCLONE_SMB_PASS"] = obscured.Trim(),
        });
    }

    public Task<TimeSpan> WriteAsync(Scratch scratch) => RunAsync(["copyto", "--ignore-times", "--no-check-dest", scratch.Path, $":smb:{Target.Share}/{Target.FileName}"]);

    public Task<TimeSpan> ReadAsync() => RunAsync(["cat", $":smb:{Target.Share}/{Target.FileName}"]);

    private async Task<TimeSpan> RunAsync(string[] arguments) => (await PeerProcess.RunAsync("rclone", ["--retries", "1", "--low-level-retries", "1", .. arguments], _environment, keepOutput: false)).Elapsed;
}
