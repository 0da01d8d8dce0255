using System;
using System.Threading;
using Microsoft.Extensions.Logging;

namespace SmbClient.InteropTests.Lab;

/// <summary>Counts what the server logs of sign-ins; and keeps its errors, of which there may be none.</summary>
internal sealed class SignInCounter : ILoggerFactory, ILogger
{
    private const int SignedIn = 205;
    private int _count;
    private int _errors;

    /// <summary>Errors of the server, of which there may be none.</summary>
    public int Errors => Volatile.Read(ref _errors);

    public int Count => Volatile.Read(ref _count);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id == SignedIn)
        {
            Interlocked.Increment(ref _count);
        }

        if (logLevel >= LogLevel.Error)
        {
            Interlocked.Increment(ref _errors);
            Console.Error.WriteLine($"THE SERVER HAS FAILED: {formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
    }
}
