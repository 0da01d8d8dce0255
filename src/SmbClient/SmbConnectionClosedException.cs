using System;
using System.IO;

namespace SmbClient;

/// <summary>
/// The wire is gone: the peer closed it, the network failed, or no answer came in time (<see cref="Exception.InnerException"/> says which;
/// a time-out of ours is a <see cref="TimeoutException"/>). What was in flight may or may not have happened. Open a new connection.
/// </summary>
public sealed class SmbConnectionClosedException : IOException
{
    internal SmbConnectionClosedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
