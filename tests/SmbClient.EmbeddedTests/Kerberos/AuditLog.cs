using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using Microsoft.Extensions.Logging;

namespace SmbClient.InteropTests.Kerberos;

/// <summary>How sign-ins ended, as the authenticator tells it.</summary>
internal sealed class AuditLog : ILoggerFactory, ILogger
{
    private const int AuthenticationEnded = 30;
    private readonly ConcurrentQueue<string> _endings = new();

    public IReadOnlyCollection<string> Endings => _endings;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id == AuthenticationEnded)
        {
            _endings.Enqueue(formatter(state, exception));
        }
    }

    public void Dispose()
    {
    }
}
