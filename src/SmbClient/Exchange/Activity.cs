using System.Threading.Tasks;

namespace SmbClient.Exchange;

/// <summary>Requests about one thing that are under way, those of callers who have left included: until their answers have come, or never will.</summary>
internal sealed class Activity
{
    private readonly object _gate = new();
    private TaskCompletionSource<bool>? _idle;
    private int _count;

    public void Begin()
    {
        lock (_gate)
        {
            _count++;
        }
    }

    public void End()
    {
        TaskCompletionSource<bool>? idle = null;
        lock (_gate)
        {
            if (--_count == 0)
            {
                idle = _idle;
                _idle = null;
            }
        }

        idle?.SetResult(true);
    }

    /// <summary>Completes when nothing is under way.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            return _count == 0 ? Task.CompletedTask : (_idle ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
