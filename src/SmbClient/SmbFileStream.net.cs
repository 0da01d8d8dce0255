using System;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient;

/// <content>The overrides that netstandard2.0 does not have.</content>
internal sealed partial class SmbFileStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ReadCoreAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        WriteCoreAsync(buffer, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await SettleAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
