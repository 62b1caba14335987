using MassTransit;
using Meetings.Contracts.Attendance;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Sittings;

/// <summary>Final attendance closes a meeting. Its version makes it idempotent: an older word on the same occurrence changes nothing.</summary>
internal sealed class AttendanceFinalizedConsumer(Database db, TimeProvider clock) : IConsumer<AttendanceFinalized>
{
    public async Task Consume(ConsumeContext<AttendanceFinalized> context)
    {
        var ct = context.CancellationToken;
        var final = context.Message;
        await using var session = await db.BeginAsServiceAsync(ct);
        // The meeting before its dates, as everybody who derives its state has it.
        await session.ExecuteAsync(LockMeeting, new { final.MeetingId }, ct);
        var changed = await session.ExecuteAsync(
            Save, new { final.OccurrenceId, final.MeetingId, final.Version, final.FinalizedAt, final.NoShow, final.EndedAt }, ct);
        if (changed == 0) return;

        await MeetingRefresh.ApplyAsync(session, final.MeetingId, clock.GetUtcNow(), changed: false, ct);
        await session.CommitAsync(ct);
    }

    private const string LockMeeting = "select 1 from meeting where id = @MeetingId for update";

    private const string Save = """
        update occurrence set finalized_version = @Version, finalized_at = @FinalizedAt, no_show = @NoShow, assumed_end = @EndedAt
        where id = @OccurrenceId and meeting_id = @MeetingId and finalized_version < @Version
        """;
}
