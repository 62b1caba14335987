using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Meetings.LiveKitSandbox.Tests;

/// <summary>Keeps what the sandbox's own code logs, as an operator would read it.</summary>
internal sealed class LogLines : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = [];

    public IReadOnlyCollection<string> All => [.. _lines];

    public ILogger CreateLogger(string categoryName) => new Line(categoryName.StartsWith("Meetings.", StringComparison.Ordinal) ? _lines : []);

    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class Line(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception));
    }
}
