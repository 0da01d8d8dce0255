using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>
/// Many callers at once, some of whom give up, against a server that answers in any order, together or apart, at once or after an interim response:
/// every octet is right, every credit comes back, nothing stays behind.
/// </summary>
[Collection(Alone)]
public sealed class InterleavingTests : HostileSmb2Test
{
    private const string Alone = nameof(InterleavingTests);

    private const int Callers = 64;
    private const int Rounds = 10;
    private const int Slice = 70_000;

    private static readonly byte[] Content = [.. Enumerable.Range(0, Callers * Slice).Select(i => (byte)((i * 31) ^ (i >> 8) ^ (i >> 16)))];

    public static TheoryData<int, bool, int, bool> Seeds
    {
        get
        {
            TheoryData<int, bool, int, bool> seeds = [];
            for (int seed = 1; seed <= 6; seed++)
            {
                seeds.Add(seed, seed % 3 == 0, new[] { 512, 5, 40 }[seed % 3], seed % 2 == 0);
            }

            return seeds;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Any_order(int seed, bool isSealed, int credits, bool gated)
    {
        Collect();
        List<Exception> unobserved = [];
        void Observe(object? sender, UnobservedTaskExceptionEventArgs e) => unobserved.Add(e.Exception);
        TaskScheduler.UnobservedTaskException += Observe;
        try
        {
            await RunAsync(seed, isSealed, credits, gated);
            Collect();
            Assert.Empty(unobserved);
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Observe;
        }
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    private static async Task RunAsync(int seed, bool isSealed, int credits, bool gated)
    {
        ScriptedSmb2Server server = new() { SealSessions = isSealed, CreditLimit = credits, MaxSize = 1 << 18 };
        server.Files.Names = [.. Enumerable.Range(0, 30).Select(i => $"name {i}")];
        server.Files.EntriesPerAnswer = 7;
        server.Files["read"] = Content;
        server.Files["write"] = new byte[Callers * Slice];
        if (gated)
        {
            server.WrapTransport = t => new DribblingTransport(t, seed);
        }

        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);
        await using SmbFile source = await share.OpenFileAsync("read").WaitAsync(Limit);
        await using SmbFile target = await share.OpenFileAsync("write", FileMode.Open, FileAccess.ReadWrite).WaitAsync(Limit);
        Shuffler shuffler = new(server, seed);
        byte[][] written = await Task.WhenAll(Enumerable.Range(0, Callers).Select(i => Task.Run(() => CallAsync(new Random(unchecked((seed * 1000) + i)), i, share, source, target, server)))).WaitAsync(Limit);

        await shuffler.StopAsync();
        await CreditsAreWholeAsync(server, context);
        byte[] stored = server.Files["write"];
        for (int i = 0; i < Callers; i++)
        {
            // What was cancelled may or may not have been written; what came back as written was.
            for (int at = 0; at < Slice; at++)
            {
                if (written[i][at] != 0 && written[i][at] != stored[(i * Slice) + at])
                {
                    Assert.Fail($"Octet {at} of caller {i} was not written.");
                }
            }
        }

        await UntilAsync(() => server.Connection.Opens.Count == 2);
        await WorksAsync(server, context);
        Assert.Single(server.Connections);
    }

    /// <summary>One caller; returns what it has surely written into its slice.</summary>
    private static async Task<byte[]> CallAsync(Random random, int caller, SmbShare share, SmbFile source, SmbFile target, ScriptedSmb2Server server)
    {
        byte[] written = new byte[Slice];
        for (int round = 0; round < Rounds; round++)
        {
            using CancellationTokenSource giveUp = new();
            bool leaves = random.Next(3) == 0;
            int patience = random.Next(200);
            Task action = random.Next(6) switch
            {
                0 or 1 => ReadAsync(source, random.Next(Callers * Slice), random.Next(1, 150_000), giveUp.Token),
                2 => WriteAsync(target, caller, random.Next(Slice), (byte)random.Next(1, 256), written, leaves, giveUp.Token),
                3 => ListAsync(share, server.Files.Names, giveUp.Token),
                4 => QueryAsync(share, giveUp.Token),
                _ => OpenAsync(share, giveUp.Token),
            };
            for (int i = 0; leaves && i < patience; i++)
            {
                await Task.Yield();
            }

            if (leaves)
            {
                await giveUp.CancelAsync();
            }

            try
            {
                await action;
            }
            catch (OperationCanceledException) when (leaves)
            {
                // So it was meant.
            }
        }

        return written;
    }

    private static async Task ReadAsync(SmbFile source, int offset, int length, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[length];
        int count = await source.ReadAsync(buffer, offset, cancellationToken);
        Assert.InRange(count, Math.Min(1, (Callers * Slice) - offset), length);
        Assert.True(buffer.AsSpan(0, count).SequenceEqual(Content.AsSpan(offset, count)), $"What was read at {offset} is wrong.");
        HoldsOnly(buffer.AsSpan(count), 0);
    }

    private static async Task WriteAsync(SmbFile target, int caller, int length, byte value, byte[] written, bool leaves, CancellationToken cancellationToken)
    {
        byte[] octets = new byte[length];
        octets.AsSpan().Fill(value);
        if (leaves)
        {
            // Nobody knows then what is in the slice.
            written.AsSpan(0, length).Clear();
        }

        await target.WriteAsync(octets, caller * (long)Slice, cancellationToken);
        octets.CopyTo(written, 0);
    }

    private static async Task ListAsync(SmbShare share, IReadOnlyList<string> names, CancellationToken cancellationToken) =>
        Assert.Equal(names, await share.EnumerateAsync(cancellationToken: cancellationToken).Select(e => e.Name).ToArrayAsync(CancellationToken.None));

    private static async Task QueryAsync(SmbShare share, CancellationToken cancellationToken)
    {
        Assert.Equal(ScriptedFiles.FileContent.Length, (await share.GetInfoAsync("small", cancellationToken)).Length);
        Assert.Equal(ScriptedFiles.FileContent, await share.ReadAllBytesAsync("small", cancellationToken));
        Assert.Null(await share.TryGetInfoAsync("missing", cancellationToken));
    }

    private static async Task OpenAsync(SmbShare share, CancellationToken cancellationToken)
    {
        await using SmbFile file = await share.OpenFileAsync("small", cancellationToken: cancellationToken);
        await file.LockAsync(0, 1, exclusive: true, TimeSpan.Zero, cancellationToken);
        await file.UnlockAsync(0, 1, cancellationToken);
    }

    /// <summary>Nobody else's exceptions come in between.</summary>
    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class AloneDefinition;

    /// <summary>Answers what has gathered in any order; some of it in one frame, some apart, some after an interim response.</summary>
    private sealed class Shuffler
    {
        /// <summary>Octets after which nothing more is added to a frame: it has to stay below what the server announced.</summary>
        private const int LargestTogether = 20_000;

        private readonly object _gate = new();
        private readonly Random _random;
        private readonly ScriptedSmb2Server _server;
        private readonly List<(ScriptedRequest Request, byte[] Answer)> _held = [];
        private readonly SemaphoreSlim _gathered = new(0);
        private readonly Task _flushing;
        private ulong _lastAsyncId = 0x9000;
        private bool _isStopped;

        public Shuffler(ScriptedSmb2Server server, int seed)
        {
            _random = new Random(seed);
            _server = server;
            server.OnRequest = Take;
            _flushing = Task.Run(FlushAsync);
        }

        public async Task StopAsync()
        {
            lock (_gate)
            {
                _isStopped = true;
            }

            _gathered.Release();
            await _flushing.WaitAsync(Limit);
        }

        private List<byte[]>? Take(ScriptedRequest request)
        {
            lock (_gate)
            {
                if (_isStopped || request.Command is Smb2Command.SessionSetup or Smb2Command.Negotiate or Smb2Command.TreeConnect or Smb2Command.Cancel)
                {
                    return _isStopped || request.Command != Smb2Command.Cancel ? null : [];
                }

                List<byte[]> now = [];
                if (_random.Next(5) == 0)
                {
                    ulong asyncId = ++_lastAsyncId;
                    now.Add(request.Interim(asyncId));
                    byte[] answer = request.Connection.Answer(request);
                    BinaryPrimitives.WriteUInt32LittleEndian(answer.AsSpan(Smb2Header.FlagsPosition), BinaryPrimitives.ReadUInt32LittleEndian(answer.AsSpan(Smb2Header.FlagsPosition)) | (uint)Smb2HeaderFlags.AsyncCommand);
                    BinaryPrimitives.WriteUInt64LittleEndian(answer.AsSpan(32), asyncId);
                    _held.Add((request, answer));
                }
                else
                {
                    _held.Add((request, request.Connection.Answer(request)));
                }

                if (_random.Next(4) == 0)
                {
                    now.AddRange(Draw(_random.Next(_held.Count + 1)));
                }

                // Sent here, so that nothing overtakes an interim response.
                _server.Connection.Send(now);
                _gathered.Release();
                return [];
            }
        }

        /// <summary>Answers in the end whatever nobody adds to any more.</summary>
        private async Task FlushAsync()
        {
            while (true)
            {
                await _gathered.WaitAsync();
                for (int i = 0; i < 5; i++)
                {
                    await Task.Yield();
                }

                lock (_gate)
                {
                    _server.Connection.Send(Draw((_held.Count + 1) / 2));
                    if (_held.Count > 0)
                    {
                        _gathered.Release();
                    }
                    else if (_isStopped)
                    {
                        return;
                    }
                }
            }
        }

        private List<byte[]> Draw(int count)
        {
            List<byte[]> frames = [];
            while (count > 0)
            {
                int together = Math.Min(count, _random.Next(3) == 0 ? _random.Next(1, 6) : 1);
                List<(ScriptedRequest Request, byte[] Answer)> frame = [];
                do
                {
                    int pick = _random.Next(_held.Count);
                    frame.Add(_held[pick]);
                    _held.RemoveAt(pick);
                }
                while (frame.Count < together && frame.Sum(f => f.Answer.Length) < LargestTogether);

                count -= frame.Count;
                frames.Add(frame[0].Request.Connection.Protect(frame));
            }

            return frames;
        }
    }
}
