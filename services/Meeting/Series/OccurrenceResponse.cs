using Meetings.Meeting.Lifecycle;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Series;

/// <summary>One date of a meeting.</summary>
/// <param name="PlannedFor">Where the series has it; differs from <paramref name="StartsAt"/> when it was moved.</param>
/// <param name="LocalDate">The academy's date: the roster of that date counts.</param>
/// <param name="State">scheduled, ready, live, ended, finalised or cancelled.</param>
/// <param name="NoShow">It is over and nobody came.</param>
/// <param name="Changed">It was moved by itself; changes of the series leave it alone.</param>
/// <param name="StartedAt">When it really began; null before that.</param>
/// <param name="EndedAt">When it really ended; null before that and while it is live.</param>
public sealed record OccurrenceResponse(
    Guid Id, Guid MeetingId, DateTimeOffset StartsAt, DateTimeOffset PlannedFor, int DurationMinutes, DateOnly LocalDate, string State, bool NoShow, StateViews Views,
    bool Changed, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt)
{
    internal static OccurrenceResponse Of(OccurrenceRow row) => new(
        row.Id, row.MeetingId, row.StartsAt, row.PlannedFor, row.DurationMinutes, row.LocalDate, row.State.Word(), row.NoShow,
        StateViews.Of(row.State, row.NoShow), row.Changed, row.StartedAt, row.EndedAt);
}

/// <summary>A date as it is stored.</summary>
internal sealed record OccurrenceRow(
    Guid Id, Guid MeetingId, DateTimeOffset StartsAt, DateTimeOffset PlannedFor, int DurationMinutes, DateOnly LocalDate, MeetingState State,
    bool Changed, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, bool NoShow)
{
    public const string Columns =
        "o.id, o.meeting_id, o.starts_at, o.planned_for, o.duration_minutes, o.local_date, o.state, o.changed, o.started_at, o.ended_at, "
        // What Attendance said last stays when a later sitting opens the date again, and counts once it is over.
        + "(o.state = 'finalised' and o.no_show) or (o.state = 'ended' and o.started_at is null and o.closed_at is not null) as no_show";

    /// <summary>Null when the meeting has no such date.</summary>
    public static Task<OccurrenceRow?> FindAsync(DatabaseSession session, Guid meetingId, Guid id, CancellationToken ct) =>
        session.QuerySingleOrDefaultAsync<OccurrenceRow>(
            $"select {Columns} from occurrence o where o.id = @id and o.meeting_id = @meetingId", new { meetingId, id }, ct);
}
