using Meetings.Attendance.Sheets;
using Meetings.ServiceDefaults.Data;
using Microsoft.Extensions.Options;

namespace Meetings.Attendance.Calculation;

/// <summary>
/// Takes up calculations as they fall due, several at a time, since each may wait long for its provider. Replicas share them: each is taken by one,
/// under a lease.
/// </summary>
internal sealed partial class Finaliser(
    CalculateOccurrence calculate, Database db, CalculationSignal signal, TimeProvider clock, IOptions<AttendanceOptions> options, ILogger<Finaliser> logger)
    : BackgroundService
{
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(5);

    // After a failure: not at once again, and not for ever later.
    private const string BackOff = """
        update calculation set leased_until = now() + @wait where occurrence_id = @OccurrenceId and attempts = @Attempts
        """;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var running = new List<Task>();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                running.RemoveAll(calculation => calculation.IsCompleted);
                if (running.Count >= options.Value.Parallel) await Task.WhenAny(running);
                else if (await TryClaimAsync(stoppingToken) is { } work) running.Add(CalculateAsync(work, stoppingToken));
                else await WaitForWorkAsync(stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                LogFailed(e);
                await Task.Delay(options.Value.Poll, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(running);
    }

    private async Task<Claimed?> TryClaimAsync(CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        var work = await Schedule.ClaimAsync(session, clock.GetUtcNow(), options.Value.Lease, ct);
        await session.CommitAsync(ct);
        return work;
    }

    // Ends without an exception, whatever happens: what is not done is taken up again when its lease runs out, at the latest.
    private async Task CalculateAsync(Claimed work, CancellationToken ct)
    {
        try
        {
            if (!await calculate.HandleAsync(work, ct)) await ReleaseAsync(work, ct);
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            // Stopped over it: another replica need not wait for the lease.
            await GiveBackAsync(work);
        }
        catch (Exception e)
        {
            await BackOffAsync(e, work, ct);
        }

        // There is room for another, and what was released or put off is due some time.
        signal.WakeAt(clock.GetUtcNow());
    }

    private async Task ReleaseAsync(Claimed work, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        await Schedule.ReleaseAsync(session, work, ct);
        await session.CommitAsync(ct);
    }

    private async Task GiveBackAsync(Claimed work)
    {
        try
        {
            using var soon = new CancellationTokenSource(LongestFarewell, clock);
            await ReleaseAsync(work, soon.Token);
        }
        catch (Exception e)
        {
            LogFailed(e);
        }
    }

    private async Task BackOffAsync(Exception cause, Claimed work, CancellationToken ct)
    {
        var wait = TimeSpan.FromSeconds(Math.Min(LongestBackOff.TotalSeconds, Math.Pow(2, Math.Min(work.Attempts, 10) - 1)));
        if (cause is DirectoryIncompleteException) LogIncomplete(work.OccurrenceId, wait);
        else LogNotCalculated(cause, work.OccurrenceId, wait);
        try
        {
            await using var session = await db.BeginAsServiceAsync(ct);
            await session.ExecuteAsync(BackOff, new { wait, work.OccurrenceId, work.Attempts }, ct);
            await session.CommitAsync(ct);
        }
        catch (Exception e)
        {
            LogFailed(e);
        }
    }

    // Work that another replica or an earlier run planned is known only to the table.
    private async Task WaitForWorkAsync(CancellationToken ct)
    {
        await using (var session = await db.BeginAsServiceAsync(ct))
        {
            if (await Schedule.NextDueAsync(session, ct) is { } due) signal.WakeAt(due);
        }

        await signal.WaitAsync(options.Value.Poll, ct);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The finaliser failed; it goes on")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Occurrence {OccurrenceId} was not calculated; it is tried again in {Wait}")]
    private partial void LogNotCalculated(Exception exception, Guid occurrenceId, TimeSpan wait);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Occurrence {OccurrenceId} waits for the directory to know its academy and class; it is tried again in {Wait}")]
    private partial void LogIncomplete(Guid occurrenceId, TimeSpan wait);
}
