using Grpc.Core;
using Meetings.Attendance.Sheets;
using Meetings.ServiceDefaults.Data;
using Microsoft.Extensions.Options;

namespace Meetings.Attendance.Calculation;

/// <summary>Takes up calculations as they fall due. Replicas share them: each is taken by one, under a lease.</summary>
internal sealed partial class Finaliser(
    CalculateOccurrence calculate, Database db, CalculationSignal signal, TimeProvider clock, IOptions<AttendanceOptions> options, ILogger<Finaliser> logger)
    : BackgroundService
{
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(5);

    // After a failure: not at once again, and not for ever later.
    private const string BackOff = """
        update calculation set leased_until = now() + @wait where occurrence_id = @OccurrenceId and attempts = @Attempts
        """;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await TakeOneAsync(stoppingToken))
                {
                    // Until nothing is due.
                }

                await LookAheadAsync(stoppingToken);
                await signal.WaitAsync(options.Value.Poll, stoppingToken);
            }
            catch (RpcException) when (stoppingToken.IsCancellationRequested)
            {
                // gRPC has its own word for a call that was given up. The lease runs out, and the work is taken up again.
                return;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
                await Task.Delay(options.Value.Poll, clock, stoppingToken);
            }
        }
    }

    private async Task<bool> TakeOneAsync(CancellationToken ct)
    {
        Claimed? work;
        await using (var session = await db.BeginAsServiceAsync(ct))
        {
            work = await Schedule.ClaimAsync(session, clock.GetUtcNow(), options.Value.Lease, ct);
            await session.CommitAsync(ct);
        }

        if (work is null) return false;
        try
        {
            if (!await calculate.HandleAsync(work, ct)) await ReleaseAsync(work, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var wait = TimeSpan.FromSeconds(Math.Min(LongestBackOff.TotalSeconds, Math.Pow(2, Math.Min(work.Attempts, 10) - 1)));
            if (e is DirectoryIncompleteException) LogIncomplete(work.OccurrenceId, wait);
            else LogNotCalculated(e, work.OccurrenceId, wait);
            await using var session = await db.BeginAsServiceAsync(ct);
            await session.ExecuteAsync(BackOff, new { wait, work.OccurrenceId, work.Attempts }, ct);
            await session.CommitAsync(ct);
        }

        return true;
    }

    private async Task ReleaseAsync(Claimed work, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        await Schedule.ReleaseAsync(session, work, ct);
        await session.CommitAsync(ct);
    }

    // Work that another replica or an earlier run planned is known only to the table.
    private async Task LookAheadAsync(CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        if (await Schedule.NextDueAsync(session, ct) is { } due) signal.WakeAt(due);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The finaliser failed; it goes on")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Occurrence {OccurrenceId} was not calculated; it is tried again in {Wait}")]
    private partial void LogNotCalculated(Exception exception, Guid occurrenceId, TimeSpan wait);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Occurrence {OccurrenceId} waits for the directory to know its academy and class; it is tried again in {Wait}")]
    private partial void LogIncomplete(Guid occurrenceId, TimeSpan wait);
}
