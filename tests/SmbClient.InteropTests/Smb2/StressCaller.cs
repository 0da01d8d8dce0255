using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Smb2;

/// <summary>One of many who use a share at once: has a file of its own, and knows what is in it.</summary>
internal sealed class StressCaller
{
    private const int FileSize = 400_000;

    private readonly SmbShare _share;
    private readonly Random _random;
    private readonly string _name;
    private readonly byte[] _content = new byte[FileSize];

    /// <param name="share">With a directory "stress", in which there are the files "contended" and "whole".</param>
    /// <param name="number">Tells the callers apart.</param>
    /// <param name="random">Decides what it does.</param>
    public StressCaller(SmbShare share, int number, Random random)
    {
        _share = share;
        _random = random;
        _name = $"caller-{number}.bin";
        random.NextBytes(_content);
    }

    /// <summary>What is in the file "whole", which everybody reads and nobody changes.</summary>
    public static byte[] Whole { get; } = RandomNumberGenerator.GetBytes(100_001);

    public int Operations { get; private set; }

    public int Cancelled { get; private set; }

    private string Path => "stress/" + _name;

    public async Task RunAsync(Func<bool> goesOn)
    {
        await _share.WriteAllBytesAsync(Path, _content);
        await using SmbFile file = await _share.OpenFileAsync(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        while (goesOn())
        {
            Operations++;
            using CancellationTokenSource mind = new();
            try
            {
                await DoSomethingAsync(file, mind);
            }
            catch (OperationCanceledException) when (mind.IsCancellationRequested)
            {
                Cancelled++;
            }
        }
    }

    public async Task VerifyAsync() => Octets.AssertSame(_content, await _share.ReadAllBytesAsync(Path));

    private Task DoSomethingAsync(SmbFile file, CancellationTokenSource mind) => _random.Next(10) switch
    {
        0 or 1 => WriteAsync(file),
        2 => RewriteAsync(file, mind),
        3 or 4 => ReadAsync(file, mind),
        5 => ListAsync(mind),
        6 => OpenAsync(mind),
        7 => LockAsync(mind),
        8 => ReadWholeAsync(mind),
        _ => LookAsync(mind),
    };

    private async Task WriteAsync(SmbFile file)
    {
        (int offset, int length) = AnyRange();
        byte[] part = new byte[length];
        _random.NextBytes(part);
        part.CopyTo(_content, offset);
        await file.WriteAsync(part, offset);
    }

    /// <summary>Writes what is there already, since nobody knows what becomes of a write that is given up.</summary>
    private async Task RewriteAsync(SmbFile file, CancellationTokenSource mind)
    {
        (int offset, int length) = AnyRange();
        await ChangeMindAsync(file.WriteAsync(_content.AsMemory(offset, length), offset, mind.Token).AsTask(), mind);
    }

    private async Task ReadAsync(SmbFile file, CancellationTokenSource mind)
    {
        (int offset, int length) = AnyRange();
        byte[] buffer = new byte[length];
        try
        {
            Task<int> reading = file.ReadAsync(buffer, offset, mind.Token).AsTask();
            await ChangeMindAsync(reading, mind);
            Octets.AssertSame(_content.AsMemory(offset, await reading), buffer.AsMemory(0, await reading));
        }
        catch (OperationCanceledException)
        {
            // The memory is the caller's again, whatever is still on its way.
            buffer.AsSpan().Fill(0xEE);
            await _share.ExistsAsync(Path);
            Assert.Equal(-1, buffer.AsSpan().IndexOfAnyExcept((byte)0xEE));
            throw;
        }
    }

    private async Task ReadWholeAsync(CancellationTokenSource mind)
    {
        Task<byte[]> reading = _share.ReadAllBytesAsync("stress/whole", mind.Token);
        await ChangeMindAsync(reading, mind);
        Octets.AssertSame(Whole, await reading);
    }

    private async Task ListAsync(CancellationTokenSource mind)
    {
        if (_random.Next(3) == 0)
        {
            // Leaves before the end.
            await foreach (SmbDirectoryEntry entry in _share.EnumerateAsync("stress", "*", mind.Token))
            {
                Assert.NotEmpty(entry.Name);
                return;
            }
        }

        Task<SmbDirectoryEntry[]> listing = _share.EnumerateAsync("stress", _name, mind.Token).ToArrayAsync(mind.Token).AsTask();
        await ChangeMindAsync(listing, mind);
        Assert.Equal(_name, Assert.Single(await listing).Name);
    }

    private async Task OpenAsync(CancellationTokenSource mind)
    {
        Task<SmbFile> opening = _share.OpenFileAsync(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, mind.Token);
        await ChangeMindAsync(opening, mind);
        await using SmbFile file = await opening;
        Assert.Equal(FileSize, file.Length);
    }

    /// <summary>Everybody wants one lock, and waits for it as long as he likes.</summary>
    private async Task LockAsync(CancellationTokenSource mind)
    {
        await using SmbFile file = await _share.OpenFileAsync("stress/contended", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Task locking = file.LockAsync(0, 1, exclusive: true, Timeout.InfiniteTimeSpan, mind.Token);
        mind.CancelAfter(TimeSpan.FromMilliseconds(_random.Next(1, 50)));
        await locking;
        await file.UnlockAsync(0, 1);
    }

    private async Task LookAsync(CancellationTokenSource mind)
    {
        Task<SmbFileInfo> looking = _share.GetInfoAsync(Path, mind.Token);
        await ChangeMindAsync(looking, mind);
        Assert.Equal(FileSize, (await looking).Length);
        Assert.Null(await _share.TryGetInfoAsync("stress/nothing"));
    }

    /// <summary>Waits, or gives up at once, or after a while.</summary>
    private async Task ChangeMindAsync(Task task, CancellationTokenSource mind)
    {
        switch (_random.Next(4))
        {
            case 0:
                await mind.CancelAsync();
                break;
            case 1:
                mind.CancelAfter(_random.Next(1, 20));
                break;
        }

        await task;
    }

    private (int Offset, int Length) AnyRange()
    {
        int offset = _random.Next(FileSize);
        return (offset, _random.Next(1, Math.Min(FileSize - offset, 150_000) + 1));
    }
}
