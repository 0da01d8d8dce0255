using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.Benchmarks.Peers;

namespace SmbClient.Benchmarks.Scenarios;

/// <summary>Files of 4 KiB, created and written, read, and deleted one after the other; then by ours with eight under way.</summary>
internal sealed class SmallFilesScenario : Scenario
{
    private const int FileSize = 4096;
    private const int AtOnce = 8;

    public override string Name => "files";

    public override async Task RunAsync(Settings settings, Profile profile, Comparison comparison)
    {
        Target target = settings.TargetOf(profile);
        using Scratch scratch = new(FileSize);
        byte[] content = await System.IO.File.ReadAllBytesAsync(scratch.Path);
        await using OurClient ours = new(target, profile);
        Smbclient smbclient = new(target, profile);
        string[] names = [.. Enumerable.Range(0, settings.Files).Select(i => $"small{i:00000}.bin")];

        foreach ((string what, Func<SmbShare, string, Task> work, Func<string, string> command) in new (string, Func<SmbShare, string, Task>, Func<string, string>)[]
        {
            ("create 4 KiB", (share, name) => share.WriteAllBytesAsync(name, content), name => $"put {scratch.Path} {name}"),
            ("read 4 KiB", (share, name) => share.ReadAllBytesAsync(name), name => $"get {name} /dev/null"),
            ("delete", (share, name) => share.DeleteFileAsync(name), name => $"del {name}"),
        })
        {
            // A file is deleted only once: whoever deletes has them made again first, off the clock.
            bool deletes = what == "delete";
            await comparison.RunAsync(
                what,
                profile,
                names.Length,
                "file",
                new Contender("ours", async () =>
                {
                    await PrepareAsync();
                    return await ours.TimeAsync(Target.Share, share => OneByOneAsync(share, work));
                }),
                new Contender($"ours, {AtOnce} at once", async () =>
                {
                    await PrepareAsync();
                    return await ours.TimeAsync(Target.Share, share => SideBySideAsync(share, work));
                }),
                new Contender("smbclient", async () =>
                {
                    await PrepareAsync();
                    return await smbclient.RunNetAsync(Target.Share, names.Select(command));
                }));

            Task PrepareAsync() => deletes
                ? ours.TimeAsync(Target.Share, share => SideBySideAsync(share, (s, name) => s.WriteAllBytesAsync(name, content)))
                : Task.CompletedTask;
        }

        async Task OneByOneAsync(SmbShare share, Func<SmbShare, string, Task> work)
        {
            foreach (string name in names)
            {
                await work(share, name);
            }
        }

        Task SideBySideAsync(SmbShare share, Func<SmbShare, string, Task> work) => Parallel.ForEachAsync(
            (IEnumerable<string>)names,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (name, _) => await work(share, name));
    }
}
