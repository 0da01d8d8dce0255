using System;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Tasks;

namespace SmbClient.Benchmarks;

/// <summary>Samba's smbclient, one process a transfer.</summary>
internal sealed class Smbclient
{
    private readonly Target _target;
    private readonly bool _signed;

    public Smbclient(Target target, bool signed)
    {
        _target = target;
        _signed = signed;
    }

    public Task<TimeSpan> WriteAsync(Scratch scratch) => RunAsync($"put {scratch.Path} {Target.FileName}");

    public Task<TimeSpan> ReadAsync() => RunAsync($"get {Target.FileName} /dev/null");

    private async Task<TimeSpan> RunAsync(string command)
    {
        ProcessStartInfo start = new("smbclient") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in new[]
        {
            "--configfile=/dev/null", "-m", "NT1", "--option=client min protocol=NT1",
            $"--option=client signing={(_signed ? "required" : "disabled")}",
            "-p", _target.Port.ToString(CultureInfo.InvariantCulture), "-U", _target.User,
            $"//{_target.Host}/{_target.Share}", "-c", command,
        })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["PASSWD"] = _target.Password;
        long started = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"smbclient failed: {await output}{await error}");
        }

        return elapsed;
    }
}
