using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.Benchmarks;

// Sequential transfers, ours and smbclient's in turn against one server, so that a drifting machine drifts for both.
// SmbClient.Benchmarks HOST PORT SHARE USER MIB ROUNDS; the password is in SMB_PASSWORD.
if (args.Length != 6 || Environment.GetEnvironmentVariable("SMB_PASSWORD") is not { } password)
{
    Console.Error.WriteLine("usage: SMB_PASSWORD=... SmbClient.Benchmarks HOST PORT SHARE USER MIB ROUNDS");
    return 2;
}

Target target = new(args[0], int.Parse(args[1], CultureInfo.InvariantCulture), args[2], args[3], password);
int mebibytes = int.Parse(args[4], CultureInfo.InvariantCulture);
int rounds = int.Parse(args[5], CultureInfo.InvariantCulture);
using Scratch scratch = new(mebibytes);

Console.WriteLine($"{mebibytes} MiB a transfer, {rounds} rounds after one of warm-up, medians; ratio = smbclient's time / ours, pair by pair");
Console.WriteLine($"{"",-24}{"ours MB/s",12}{"smbclient MB/s",16}{"ratio",8}{"min",8}{"max",8}{"KiB alloc",12}{"gen2",6}");
foreach (bool signed in new[] { false, true })
{
    await using OurClient ours = await OurClient.OpenAsync(target, signed);
    Smbclient theirs = new(target, signed);
    await CompareAsync(signed ? "write, signed" : "write, unsigned", () => ours.WriteAsync(scratch), () => theirs.WriteAsync(scratch));
    await CompareAsync(signed ? "read, signed" : "read, unsigned", () => ours.ReadAsync(), () => theirs.ReadAsync());
}

return 0;

async Task CompareAsync(string what, Func<Task<TimeSpan>> ours, Func<Task<TimeSpan>> theirs)
{
    await ours();
    await theirs();
    List<(double Ours, double Theirs)> pairs = [];
    long allocated = GC.GetTotalAllocatedBytes(precise: true);
    int gen2 = GC.CollectionCount(2);
    long ownAllocation = 0;
    for (int i = 0; i < rounds; i++)
    {
        allocated = GC.GetTotalAllocatedBytes(precise: true);
        double a = (await ours()).TotalSeconds;
        ownAllocation += GC.GetTotalAllocatedBytes(precise: true) - allocated;
        double b = (await theirs()).TotalSeconds;
        pairs.Add((a, b));
    }

    double megabytes = mebibytes * 1.048576;
    double[] ratios = [.. pairs.Select(p => p.Theirs / p.Ours).Order()];
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{what,-24}{megabytes / Median(pairs.Select(p => p.Ours)),12:0}{megabytes / Median(pairs.Select(p => p.Theirs)),16:0}{Median(ratios),8:0.00}{ratios[0],8:0.00}{ratios[^1],8:0.00}{ownAllocation / rounds / 1024,12:0}{GC.CollectionCount(2) - gen2,6}"));
}

static double Median(IEnumerable<double> values)
{
    double[] sorted = [.. values.Order()];
    return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
}
