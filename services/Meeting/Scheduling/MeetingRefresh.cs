using Meetings.Contracts.Meetings;
using Meetings.Meeting.Lifecycle;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Scheduling;

/// <summary>Brings a meeting's stored state up to its facts, and tells the others when that changed something.</summary>
internal static class MeetingRefresh
{
    private sealed record OccurrenceRow(
        Guid Id, DateTimeOffset StartsAt, int DurationMinutes, DateTimeOffset? FinalizedAt, bool NoShow, DateTimeOffset? AssumedEnd, DateTimeOffset? CancelledAt,
        DateTimeOffset? ClosedAt, string State, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt)
    {
        public PlannedDate Plan => new(Id, StartsAt, DurationMinutes, CancelledAt, FinalizedAt, NoShow, AssumedEnd) { ClosedAt = ClosedAt };
    }

    /// <summary>
    /// From now until the end of the transaction nobody else who takes this lock derives the state of the meeting behind this provider meeting: whoever
    /// comes second sees what the first wrote. To be taken before reading sittings, and also when no meeting of ours is known yet.
    /// </summary>
    public static Task LockAsync(DatabaseSession session, string provider, string providerMeetingId, CancellationToken ct) =>
        session.ExecuteAsync(Lock, new { Name = $"{provider}:{providerMeetingId}" }, ct);

    /// <summary>
    /// Holds the meeting's row until the end of the transaction, and sees what was committed before that. Whoever cannot know yet whether there is a meeting
    /// takes <see cref="LockAsync"/> first.
    /// </summary>
    /// <param name="session">Of the service itself.</param>
    /// <param name="id">The meeting.</param>
    /// <param name="now">When.</param>
    /// <param name="changed">Something other than the state has changed too: it is published in any case.</param>
    /// <param name="ct">Cancels the work.</param>
    public static async Task ApplyAsync(DatabaseSession session, Guid id, DateTimeOffset now, bool changed, CancellationToken ct)
    {
        await session.ExecuteAsync(LockRow, new { id }, ct);
        if (await MeetingRow.FindKeptAsync(session, id, ct) is not { } row) return;

        var occurrences = await session.QueryAsync<OccurrenceRow>(ReadOccurrences, new { id }, ct);
        var isFinal = occurrences.Any(occurrence => occurrence.FinalizedAt is not null);
        var sittings = await session.QueryAsync<SittingSpan>(ReadSittings, new { id, row.Provider, row.ProviderMeetingId, isFinal }, ct);

        var series = SeriesLifecycle.Derive(
            row.ProviderMeetingId is not null && row.JoinUrl is not null, row.IsAtProvider, row.OpensAhead, row.CurrentOccurrence, row.CancelledAt,
            [.. occurrences.Select(occurrence => occurrence.Plan)], sittings, now);
        var (current, state, dates) = (series.Current, series.Meeting, series.Dates);
        var moved = occurrences.Where(one => dates[one.Id] is var date && (date.State.Word(), date.StartedAt, date.EndedAt) != (one.State, one.StartedAt, one.EndedAt))
            .Select(one => one.Id).ToArray();
        if (!changed && moved.Length == 0 && current.Id == row.CurrentOccurrence
            && state == new LifecycleState(row.State, row.NoShow, row.StartedAt, row.EndedAt)) return;

        if (moved.Length > 0)
            await session.ExecuteAsync(WriteDates, new
            {
                Ids = moved, States = Array.ConvertAll(moved, one => dates[one].State.Word()),
                Starts = Array.ConvertAll(moved, one => dates[one].StartedAt), Ends = Array.ConvertAll(moved, one => dates[one].EndedAt),
            }, ct);
        var version = await session.ScalarAsync<long>(
            Write, new { id, State = state.State.Word(), state.NoShow, state.StartedAt, state.EndedAt, now, Current = current.Id, series.IsOpen }, ct);
        session.Publish(new MeetingChanged(
            row.Id, version, row.AcademyId, row.ClassId, row.OwnerId, row.HostId, row.Title, row.RoomId, row.Provider, row.ProviderMeetingId, row.TimeZone,
            row.Audience, state.State.Word(), [.. occurrences.Select(o => new MeetingOccurrence(o.Id, o.StartsAt, o.DurationMinutes) { IsCancelled = o.CancelledAt is not null })])
        {
            Description = row.Description,
            JoinUrl = row.JoinUrl,
            RegistrationEnabled = row.RegistrationEnabled,
            CoHostIds = row.CoHostIds,
            DeletedAt = row.DeletedAt,
        });
    }

    private const string Lock = "select pg_advisory_xact_lock(hashtextextended(@Name, 0))";

    private const string LockRow = "select 1 from meeting where id = @id for update";

    private const string ReadOccurrences = """
        select id, starts_at, duration_minutes, finalized_at, no_show, assumed_end, cancelled_at, closed_at, state, started_at, ended_at
        from occurrence where meeting_id = @id order by starts_at, id
        """;

    // A room that was opened ahead and closed, and that nobody came into, was no sitting of the lesson.
    // Who came in last is asked for only where it decides: in a meeting that was finalised. A room of ours is open from the moment that its host came
    // through our door, whether or not the provider tells of it, and over when we closed it or when the provider's own sitting is.
    private const string ReadSittings = """
        select s.sitting_id, s.started_at, s.ended_at, s.heard_at, (
            select max(c.seen_at) from provider_connection c
            where @isFinal and c.provider = s.provider and c.provider_meeting_id = s.provider_meeting_id and c.sitting_id = s.sitting_id) as seen_at
        from sitting s
        where s.provider = @Provider and s.provider_meeting_id = @ProviderMeetingId and (not s.opens_empty or s.started_at is not null)
        union all
        select 'room ' || r.epoch, r.opened_at,
               coalesce(r.closed_at, (
                   select min(s.ended_at) from sitting s
                   where s.provider = @Provider and s.provider_meeting_id = @ProviderMeetingId and s.ended_at > r.opened_at
                     and (not s.opens_empty or s.started_at is not null))),
               r.opened_at, null
        from room_sitting r where r.meeting_id = @id and r.opened_at is not null
        """;

    // When the next date becomes the current one, its room has still to be opened where rooms are.
    private const string Write = """
        update meeting m set version = version + 1, state = @State, no_show = @NoShow, started_at = @StartedAt, ended_at = @EndedAt, updated_at = @now,
            starts_at = o.starts_at, duration_minutes = o.duration_minutes, local_date = o.local_date, current_occurrence = o.id,
            is_at_provider = m.is_at_provider and @IsOpen
        from occurrence o where m.id = @id and o.id = @Current returning m.version
        """;

    private const string WriteDates = """
        update occurrence o set state = told.state, started_at = told.started_at, ended_at = told.ended_at
        from unnest(@Ids, @States, @Starts, @Ends) as told (id, state, started_at, ended_at) where o.id = told.id
        """;
}
