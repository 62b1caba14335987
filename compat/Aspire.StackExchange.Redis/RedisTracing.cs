using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using StackExchange.Redis;

namespace Aspire.StackExchange.Redis;

/// <summary>
/// Makes a span of each command that was sent inside a traced operation. The driver only tells afterwards and only when asked,
/// so the commands of an operation are collected for a second, given another second to finish, and then become spans.
/// </summary>
internal sealed class RedisTracing : IDisposable
{
    public const string SourceName = "OpenTelemetry.Instrumentation.StackExchangeRedis";

    private static readonly ActivitySource Source = new(SourceName);
    private readonly ConcurrentBag<Profiler> _profilers = [];

    public void Watch(IConnectionMultiplexer multiplexer)
    {
        var profiler = new Profiler(multiplexer);
        multiplexer.RegisterProfiler(profiler);
        _profilers.Add(profiler);
    }

    public void Dispose()
    {
        foreach (var profiler in _profilers) profiler.Dispose();
    }

    private sealed class Profiler : IProfiler, IDisposable
    {
        private static readonly TimeSpan Collect = TimeSpan.FromSeconds(1);

        private readonly IConnectionMultiplexer _multiplexer;
        private readonly Timer _timer;
        private readonly Lock _lock = new();
        private Dictionary<Activity, object> _collecting = [];
        private Dictionary<Activity, object> _finishing = [];
        private bool _disposed;

        public Profiler(IConnectionMultiplexer multiplexer)
        {
            _multiplexer = multiplexer;
            _timer = new Timer(_ => Turn(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        /// <summary>Called by the driver before each command. Null means: do not profile it.</summary>
        public object? GetContext()
        {
            if (!Source.HasListeners() || Activity.Current is not { Recorded: true } operation) return null;
            lock (_lock)
            {
                if (_disposed) return null;
                if (_collecting.TryGetValue(operation, out var context)) return context;
                if (_collecting.Count == 0 && _finishing.Count == 0) _timer.Change(Collect, Timeout.InfiniteTimeSpan);
                _multiplexer.BeginProfiling(context = new object());
                _collecting.Add(operation, context);
                return context;
            }
        }

        public void Dispose()
        {
            lock (_lock) _disposed = true;
            Turn();
            Turn();
            _timer.Dispose();
        }

        private void Turn()
        {
            Dictionary<Activity, object> finished;
            lock (_lock)
            {
                (finished, _finishing, _collecting) = (_finishing, _collecting, []);
                if (!_disposed && _finishing.Count > 0) _timer.Change(Collect, Timeout.InfiniteTimeSpan);
            }

            foreach (var (operation, context) in finished)
            {
                foreach (var command in _multiplexer.FinishProfiling(context)) Write(operation, command);
            }
        }

        private static void Write(Activity operation, IProfiledCommand command)
        {
            using var span = Source.StartActivity(command.Command, ActivityKind.Client, operation.Context, startTime: command.CommandCreated);
            if (span is null) return;
            span.SetTag("db.system", "redis");
            span.SetTag("db.statement", command.Command);
            span.SetTag("db.redis.database_index", command.Db);
            switch (command.EndPoint)
            {
                case DnsEndPoint dns:
                    span.SetTag("server.address", dns.Host).SetTag("server.port", dns.Port);
                    break;
                case IPEndPoint ip:
                    span.SetTag("server.address", ip.Address.ToString()).SetTag("server.port", ip.Port);
                    break;
            }

            span.SetEndTime(command.CommandCreated + command.ElapsedTime);
        }
    }
}
