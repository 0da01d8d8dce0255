using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Authentication;
using SmbClient.Gss;

namespace SmbClient.Tests.Authentication;

/// <summary>A store that answers when the test says so.</summary>
internal sealed class HeldStore : INtlmAccountStore
{
    private readonly TaskCompletionSource<NtlmAccountAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Exception? Failure { get; init; }

    public CancellationToken Cancelled { get; private set; }

    public ValueTask<NtlmAccountAnswer> FindAsync(NtlmAccountRequest request, CancellationToken cancellationToken)
    {
        Cancelled = cancellationToken;
        return Failure is null ? new(_answer.Task) : throw Failure;
    }

    public void Answer(NtlmAccountAnswer answer) => _answer.TrySetResult(answer);

    public void Fail(Exception failure) => _answer.TrySetException(failure);
}
