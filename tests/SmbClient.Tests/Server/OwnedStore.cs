using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server;

namespace SmbClient.Tests.Server;

/// <summary>A store of one user, which knows whether the server has disposed of it.</summary>
internal sealed class OwnedStore : ISmbFileStore, IDisposable
{
    private int _disposed;

    public MemoryFileStore Files { get; } = new();

    public bool IsDisposed => Volatile.Read(ref _disposed) == 1;

    public SmbStoreVolume Volume => Files.Volume;

    public ValueTask<SmbStoreSpace> GetSpaceAsync(CancellationToken cancellationToken) => Files.GetSpaceAsync(cancellationToken);

    public ValueTask<SmbStoreResult> OpenAsync(string path, bool forWriting, CancellationToken cancellationToken) => Files.OpenAsync(path, forWriting, cancellationToken);

    public ValueTask<SmbStoreResult> CreateAsync(string path, bool isDirectory, FileAttributes attributes, CancellationToken cancellationToken) =>
        Files.CreateAsync(path, isDirectory, attributes, cancellationToken);

    public IDisposable Watch(string directory, bool recursive, Action<SmbStoreChange?> onChange) => Files.Watch(directory, recursive, onChange);

    public void Dispose() => Interlocked.Increment(ref _disposed);
}
