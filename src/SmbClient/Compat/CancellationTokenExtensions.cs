#if !NET
using System;
using System.Threading;

namespace SmbClient;

/// <summary>Members of <see cref="CancellationToken"/> that netstandard2.0 lacks.</summary>
internal static class CancellationTokenExtensions
{
    /// <summary>Here the token is captured, and the caller's context flows: correct, at the price of an allocation.</summary>
    public static CancellationTokenRegistration UnsafeRegister(this CancellationToken token, Action<object?, CancellationToken> callback, object? state) =>
        token.CanBeCanceled ? token.Register(() => callback(state, token)) : default;
}
#endif
