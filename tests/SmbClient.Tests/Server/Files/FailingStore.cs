using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging.Abstractions;
using SmbClient.Server;
using SmbClient.Server.Files;
using SmbClient.Wire.Fscc;

namespace SmbClient.Tests.Server.Files;

/// <summary>A store with one file and one directory, <c>f</c> and <c>d</c>, whose nodes fail from the second question on, or at once.</summary>
internal sealed class FailingStore(Exception failure, bool failsToOpen = false) : ISmbFileStore
{
    public SmbStoreVolume Volume { get; } = new();

    public static async Task<ServerOpen> OpenAsync(Exception failure, string path = "f")
    {
        FailingStore store = new(failure);
        FileTree tree = new(store, isReadOnly: false, NullLogger.Instance);
        CreateOutcome outcome = await tree.CreateAsync(
            new CreateArguments
            {
                Path = path,
                DesiredAccess = AccessMask.MaximumAllowed,
                ShareAccess = TestTree.Everything,
                Disposition = CreateDisposition.Open,
            },
            CancellationToken.None);
        return outcome.Open!;
    }

    public ValueTask<SmbStoreSpace> GetSpaceAsync(CancellationToken cancellationToken) => throw failure;

    public ValueTask<SmbStoreResult> OpenAsync(string path, bool forWriting, CancellationToken cancellationToken) =>
        failsToOpen ? throw failure : new(SmbStoreResult.Opened(new Node(failure, path == "d")));

    public ValueTask<SmbStoreResult> CreateAsync(string path, bool isDirectory, FileAttributes attributes, CancellationToken cancellationToken) => throw failure;

    public IDisposable Watch(string directory, bool recursive, Action<SmbStoreChange?> onChange) => throw failure;

    private sealed class Node(Exception failure, bool isDirectory) : ISmbStoreNode
    {
        private int _questions;

        public ValueTask<SmbStoreEntry> GetEntryAsync(CancellationToken cancellationToken) => ++_questions > 2
            ? throw failure
            : new(new SmbStoreEntry { Name = "f", FileId = 1, Attributes = isDirectory ? FileAttributes.Directory : FileAttributes.Normal, CreationTime = DateTimeOffset.UnixEpoch });

        public ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) => throw failure;

        public ValueTask<NtStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, CancellationToken cancellationToken) => throw failure;

        public ValueTask<NtStatus> SetLengthAsync(long length, CancellationToken cancellationToken) => throw failure;

        public ValueTask<NtStatus> SetTimesAsync(SmbStoreTimes times, FileAttributes? attributes, CancellationToken cancellationToken) => throw failure;

        public ValueTask<NtStatus> FlushAsync(CancellationToken cancellationToken) => throw failure;

        public ValueTask<NtStatus> RenameAsync(string path, bool replaceExisting, CancellationToken cancellationToken) => throw failure;

        public ValueTask<NtStatus> DeleteAsync(CancellationToken cancellationToken) => throw failure;

        public ValueTask<IReadOnlyList<SmbStoreEntry>> ListAsync(CancellationToken cancellationToken) => throw failure;

        public ValueTask DisposeAsync() => throw failure;
    }
}
