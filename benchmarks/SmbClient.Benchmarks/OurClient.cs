using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;

namespace SmbClient.Benchmarks;

/// <summary>This library on one SMB1 connection. Like the peer's, each timing has the opening and closing of the file in it.</summary>
internal sealed class OurClient : IAsyncDisposable
{
    private readonly SmbClientContext _context;
    private readonly Target _target;
    private readonly bool _signed;

    private OurClient(SmbClientContext context, Target target, bool signed)
    {
        _context = context;
        _target = target;
        _signed = signed;
    }

    public static Task<OurClient> OpenAsync(Target target, bool signed) =>
        Task.FromResult(new OurClient(new SmbClientContext { IdleTimeout = TimeSpan.Zero }, target, signed));

    public Task<TimeSpan> WriteAsync(Scratch scratch) => TimeAsync(async share =>
    {
        using FileStream source = File.OpenRead(scratch.Path);
        await using SmbFile file = await share.CreateFileAsync(Target.FileName);
        await file.CopyFromAsync(source);
    });

    public Task<TimeSpan> ReadAsync() => TimeAsync(async share =>
    {
        await using SmbFile file = await share.OpenFileAsync(Target.FileName);
        await using FileStream devNull = File.OpenWrite("/dev/null");
        await file.CopyToAsync(devNull);
    });

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    /// <summary>Sign-in and goodbye are part of the time, as they are of the peer's process.</summary>
    private async Task<TimeSpan> TimeAsync(Func<SmbShare, Task> transfer)
    {
        long start = Stopwatch.GetTimestamp();
        SmbConnectionOptions options = new()
        {
            Server = _target.Host,
            Port = _target.Port,
            AllowSmb1 = true,
            Context = _context,
            MessageSigningPolicy = _signed ? SmbSigningState.Required : SmbSigningState.Disabled,
        };
        await using (SmbConnection connection = await SmbConnection.OpenAsync(options, SmbCredential.FromPassword(_target.User, _target.Password)))
        await using (SmbShare share = await connection.OpenShareAsync(_target.Share))
        {
            await transfer(share);
        }

        return Stopwatch.GetElapsedTime(start);
    }
}
