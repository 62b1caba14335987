using System.Threading.Channels;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The log of one instance: a backlog of the last lines, and those who watch it grow.</summary>
internal sealed class ResourceLog
{
    internal const int Backlog = 10_000;

    private readonly Lock _gate = new();
    private readonly Queue<LogLine> _lines = new();
    private readonly HashSet<Channel<LogLine>> _watchers = [];
    private int _lastNumber;

    public event Action<LogLine>? Written;

    public void Write(string content, bool isError)
    {
        LogLine line;
        lock (_gate)
        {
            line = new LogLine(++_lastNumber, content, isError);
            if (_lines.Count == Backlog) _lines.Dequeue();
            _lines.Enqueue(line);
            foreach (var watcher in _watchers) watcher.Writer.TryWrite(line);
        }

        Written?.Invoke(line);
    }

    /// <summary>Ends what is being watched now; a restarted instance writes on into the same log.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            foreach (var watcher in _watchers) watcher.Writer.TryComplete();
        }
    }

    public void Clear()
    {
        lock (_gate) _lines.Clear();
    }

    public IReadOnlyList<LogLine> Snapshot()
    {
        lock (_gate) return [.. _lines];
    }

    public async IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync()
    {
        await Task.CompletedTask;
        if (Snapshot() is { Count: > 0 } lines) yield return lines;
    }

    public async IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<LogLine>(new UnboundedChannelOptions { SingleReader = true });
        IReadOnlyList<LogLine> backlog;
        lock (_gate)
        {
            backlog = [.. _lines];
            _watchers.Add(channel);
        }

        try
        {
            if (backlog.Count > 0) yield return backlog;
            while (await channel.Reader.WaitToReadAsync(cancellationToken))
            {
                var lines = new List<LogLine>();
                while (channel.Reader.TryRead(out var line)) lines.Add(line);
                yield return lines;
            }
        }
        finally
        {
            lock (_gate) _watchers.Remove(channel);
        }
    }
}
