using System;
using Microsoft.Extensions.Logging;

namespace QuickStart;

/// <summary>Prints what the library says of the sign-in: each leg of GSS, what was offered and what was chosen. There is no secret in it.</summary>
internal sealed class SignInLog : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Debug;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Console.WriteLine("  | " + formatter(state, exception));
        }
    }

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
