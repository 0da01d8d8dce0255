using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using SmbClient.Server;
using Xunit;

namespace SmbClient.Tests.Server.Stores;

/// <summary>Keeps what a watch tells, and waits for what it should tell.</summary>
internal sealed class ChangeRecorder
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<SmbStoreChange?> _channel = Channel.CreateUnbounded<SmbStoreChange?>();
    private readonly List<SmbStoreChange?> _all = [];
    private int _inside;

    public IReadOnlyList<SmbStoreChange?> All
    {
        get
        {
            lock (_all)
            {
                return [.. _all];
            }
        }
    }

    public void Hear(SmbStoreChange? change)
    {
        Assert.Equal(1, Interlocked.Increment(ref _inside));
        lock (_all)
        {
            _all.Add(change);
        }

        _channel.Writer.TryWrite(change);
        Interlocked.Decrement(ref _inside);
    }

    /// <summary>Waits for a change, and passes over others.</summary>
    public async Task<SmbStoreChange> Next(SmbDirectoryChangeKind kind, string path)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (true)
        {
            SmbStoreChange? change = await _channel.Reader.ReadAsync(timeout.Token);
            if (change?.Kind == kind && change.Path == path)
            {
                return change;
            }
        }
    }
}
