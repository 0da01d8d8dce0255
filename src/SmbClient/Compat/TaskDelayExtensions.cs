#if !NET
using System;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient;

/// <summary>Delays by a clock, which netstandard2.0 has under another name.</summary>
internal static class TaskDelayExtensions
{
    extension(Task)
    {
        public static Task Delay(TimeSpan delay, TimeProvider timeProvider, CancellationToken cancellationToken) => timeProvider.Delay(delay, cancellationToken);
    }
}
#endif
