using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;

namespace SmbClient.Benchmarks.Peers;

/// <summary>Samba's smbclient, one process a timing.</summary>
internal sealed class Smbclient
{
    private readonly Target _target;
    private readonly Profile _profile;
    private TimeSpan? _startAndEnd;

    public Smbclient(Target target, Profile profile)
    {
        _target = target;
        _profile = profile;
    }

    public Task<TimeSpan> WriteAsync(Scratch scratch) => RunAsync(Target.Share, [$"put {scratch.Path} {Target.FileName}"]);

    public Task<TimeSpan> ReadAsync() => RunAsync(Target.Share, [$"get {Target.FileName} /dev/null"]);

    /// <summary>A process that signs in, connects to a share and leaves.</summary>
    public Task<TimeSpan> SignInAsync() => RunAsync(Target.Share, []);

    /// <summary>The time of these commands alone: what a process without commands takes is not counted.</summary>
    public async Task<TimeSpan> RunNetAsync(string share, IEnumerable<string> commands)
    {
        if (_startAndEnd is null)
        {
            List<TimeSpan> empty = [];
            for (int i = 0; i < 5; i++)
            {
                empty.Add(await SignInAsync());
            }

            _startAndEnd = empty.Order().ElementAt(2);
        }

        return await RunAsync(share, commands) - _startAndEnd.Value;
    }

    private async Task<TimeSpan> RunAsync(string share, IEnumerable<string> commands)
    {
        string[] arguments =
        [
            "--configfile=/dev/null", .. _profile.SmbclientOptions,
            "-p", _target.Port.ToString(CultureInfo.InvariantCulture), "-U", _target.User, $"//{_target.Host}/{share}",
        ];
        string input = string.Concat(commands.Select(c => c + "\n")) + "exit\n";
        (TimeSpan elapsed, string output) = await PeerProcess.RunAsync("smbclient", arguments, new Dictionary<string, string> { ["PASSWD"] = _target.Password }, input);
        return output.Contains("NT_STATUS_", StringComparison.Ordinal)
            ? throw new PeerFailedException($"smbclient failed: {output}")
            : elapsed;
    }
}
