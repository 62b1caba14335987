using Meetings.Contracts.Meetings;
using Meetings.ServiceDefaults.Background;
using Meetings.ServiceDefaults.Data;
using Microsoft.Extensions.Options;

namespace Meetings.Meeting.Commands;

/// <summary>
/// Tells critical commands again, up to three times, to those who have not acknowledged them (S3-27). Replicas share the work: each command is taken
/// by one of them.
/// </summary>
internal sealed class RetryCommands(
    Database db, CommandSignals signals, ProviderChannel provider, TimeProvider clock, IOptions<CommandOptions> options) : IPeriodicWork
{
    private const int MaxAttempts = 3;

    private sealed class Due
    {
        public Guid MeetingId { get; init; }
        public long Seq { get; init; }
        public int Attempt { get; init; }
        public bool IsDone { get; init; }
    }

    public TimeSpan Every => options.Value.RetryAfter / 5 is var often && often < TimeSpan.FromSeconds(1) ? often : TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken ct)
    {
        while (await RetryOneAsync(ct))
        {
            // More may be due.
        }
    }

    /// <returns>False when none is due.</returns>
    private async Task<bool> RetryOneAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var session = await db.BeginAsServiceAsync(ct);
        if (await session.QuerySingleOrDefaultAsync<Due>(Take, new { now }, ct) is not { } due) return false;
        if (due.IsDone)
        {
            await session.ExecuteAsync(Finish, new { due.MeetingId, due.Seq }, ct);
            await session.CommitAsync(ct);
            return true;
        }

        var next = due.Attempt + 1 < MaxAttempts ? now + options.Value.RetryAfter : (DateTimeOffset?)null;
        var delivery = await session.ScalarAsync<long>(Count, new { due.MeetingId }, ct);
        await session.ExecuteAsync(Again, new { due.MeetingId, due.Seq, delivery, next }, ct);
        session.Publish(new MeetingCommandTold(due.MeetingId, delivery));
        await session.CommitAsync(ct);

        signals.Tell(due.MeetingId, delivery);
        provider.Send(due.MeetingId, due.Seq);
        return true;
    }

    // Done: nobody is left who has not acknowledged it, or the meeting is gone.
    private const string Take = """
        select c.meeting_id, c.seq, c.attempt::int as attempt,
               (c.targets is not null and c.targets <@ array(
                   select a.person_id from meeting_command_ack a where a.meeting_id = c.meeting_id and a.seq = c.seq))
               or not exists (select from meeting m where m.id = c.meeting_id and m.deleted_at is null) as is_done
        from meeting_command c where c.retry_at <= @now order by c.retry_at limit 1 for update skip locked
        """;

    private const string Finish = "update meeting_command set retry_at = null where meeting_id = @MeetingId and seq = @Seq";

    private const string Count = "update meeting_command_head set delivery = delivery + 1 where meeting_id = @MeetingId returning delivery";

    private const string Again =
        "update meeting_command set attempt = attempt + 1, delivery = @delivery, retry_at = @next where meeting_id = @MeetingId and seq = @Seq";
}
