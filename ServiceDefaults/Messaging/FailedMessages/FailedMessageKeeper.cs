using System.Diagnostics.Metrics;
using System.Threading.Channels;
using MassTransit;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Meetings.ServiceDefaults.Messaging.FailedMessages;

/// <summary>
/// Every few seconds: parks what was given up on, sends what operators asked to replay, counts what is left and says so: as the metric
/// <c>meetings.failed_messages</c>, in <c>/health</c>, and in one warning whenever it grows.
/// </summary>
internal sealed partial class FailedMessageKeeper(
    FailedQueue queue, IBusControl bus, BrokerLink broker, ParkFailedMessages park, SendReplays replays, Database db,
    IOptions<FailedMessageOptions> options, TimeProvider clock, ILogger<FailedMessageKeeper> logger) : BackgroundService
{
    private const int BatchSize = 1000;

    private static readonly TimeSpan ForgetInterval = TimeSpan.FromHours(1);

    private static readonly Gauge<long> Failed = MeetingsTelemetry.Meter.CreateGauge<long>(
        "meetings.failed_messages", "{message}", "Messages that were given up on and wait for an operator, by the queue they failed in.");

    private const string Count = "select queue, count(*) as waiting from failed_message where state <> 'replayed' group by queue";

    private const string Forget = """
        delete from failed_message where id = any(array(
            select id from failed_message where greatest(failed_at, replayed_at) < @before and state <> 'replaying' limit @BatchSize))
        returning state <> 'replayed'
        """;

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private Dictionary<string, long> _waiting = [];
    private long _lastTotal;
    private bool _reached = true;
    private DateTimeOffset _forgetAt;

    /// <summary>By queue, what waits for an operator as far as last seen.</summary>
    public IReadOnlyDictionary<string, long> Waiting => _waiting;

    /// <summary>Somebody asked for a replay.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Without consumers nothing fails, and there is no queue to look into.
        if (!queue.IsUsed) return;
        while (!stoppingToken.IsCancellationRequested)
        {
            await SweepAsync(stoppingToken);
            using var timer = new CancellationTokenSource(options.Value.Interval, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stoppingToken);
            try
            {
                await _wake.Reader.ReadAsync(either.Token);
            }
            catch (OperationCanceledException)
            {
                // Time to look again, or to stop.
            }
        }
    }

    private async Task SweepAsync(CancellationToken ct)
    {
        var parked = new Parked();
        long? left = null;
        try
        {
            var channel = await broker.OpenAsync(ct);
            left = await park.RunAsync(channel, parked, ct);
            // Only then are all queues where they belong, and one that is not there is gone for good.
            if (bus.CheckHealth().Status == BusHealthStatus.Healthy) await replays.RunAsync(channel, ct);
            _reached = true;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // Once, and not every few seconds of an outage that others tell of as well.
            if (_reached) LogNotReached(e);
            _reached = false;
        }

        try
        {
            await CountAsync(parked, left, ct);
            if (clock.GetUtcNow() >= _forgetAt) await ForgetAsync(ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogNotCounted(e);
        }
    }

    /// <param name="left">In the broker's queue; null when nobody knows, and the last known counts.</param>
    private async Task CountAsync(Parked parked, long? left, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        var counts = (await session.QueryAsync<(string Queue, long Waiting)>(Count, null, ct)).ToDictionary(count => count.Queue, count => count.Waiting);
        await session.CommitAsync(ct);
        var notParked = left ?? _waiting.GetValueOrDefault(queue.Name);
        if (notParked > 0) counts[queue.Name] = counts.GetValueOrDefault(queue.Name) + notParked;

        foreach (var gone in _waiting.Keys.Where(name => !counts.ContainsKey(name))) Record(gone, 0);
        foreach (var (name, waiting) in counts) Record(name, waiting);
        _waiting = counts;

        var total = counts.Values.Sum();
        if (total > _lastTotal || parked.Count > 0)
        {
            LogWaiting(total, queue.Service, parked.Count, string.Join(", ", parked.Names));
        }

        _lastTotal = total;
    }

    private async Task ForgetAsync(CancellationToken ct)
    {
        var before = clock.GetUtcNow() - options.Value.Kept;
        IReadOnlyList<bool> forgotten;
        do
        {
            await using var session = await db.BeginAsServiceAsync(ct);
            forgotten = await session.QueryAsync<bool>(Forget, new { before, BatchSize }, ct);
            await session.CommitAsync(ct);
            if (forgotten.Count(never => never) is > 0 and var lost) LogForgotten(lost, options.Value.Kept);
        }
        while (forgotten.Count == BatchSize);

        _forgetAt = clock.GetUtcNow() + ForgetInterval;
    }

    private static void Record(string name, long waiting) => Failed.Record(waiting, new KeyValuePair<string, object?>("messaging.destination.name", name));

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Total} failed messages of {Service} wait for an operator, {Parked} of them new: {Messages}")]
    private partial void LogWaiting(long total, string service, int parked, string messages);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} failed messages were forgotten after {Kept} without a replay")]
    private partial void LogForgotten(int count, TimeSpan kept);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failed messages can neither be parked nor replayed for now; it is tried again")]
    private partial void LogNotReached(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failed messages cannot be counted for now; it is tried again")]
    private partial void LogNotCounted(Exception exception);
}
