using System.Threading;
using SmbClient.Gss;

namespace SmbClient.Tests.Authentication;

/// <summary>A delegated credential that knows whether somebody has disposed of it.</summary>
internal sealed class CountingCredential() : GssCredential("bob", "REALM")
{
    private int _disposed;

    public bool IsDisposed => Volatile.Read(ref _disposed) > 0;

    protected override bool SecretMatches(GssCredential other) => ReferenceEquals(this, other);

    protected override void Dispose(bool disposing)
    {
        Interlocked.Increment(ref _disposed);
        base.Dispose(disposing);
    }
}
