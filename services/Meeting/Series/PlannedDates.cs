using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Series;

/// <summary>A date as it stands in the plan.</summary>
/// <param name="PlannedFor">Where the rule had it.</param>
/// <param name="IsOwn">It was moved or called off by itself.</param>
internal sealed record ExistingDate(Guid Id, DateTimeOffset StartsAt, DateTimeOffset PlannedFor, int DurationMinutes, string State, bool IsOwn);

/// <param name="Keep">Dates that become one of the new ones, and which.</param>
/// <param name="Remove">Dates that are not meant any more.</param>
/// <param name="Add">Dates that are new.</param>
internal sealed record PlanChange(IReadOnlyList<(Guid Id, NewDate Date)> Keep, IReadOnlyList<Guid> Remove, IReadOnlyList<NewDate> Add);

/// <summary>What becomes of the dates of a meeting when its time or its rule changes.</summary>
internal static class PlannedDates
{
    /// <summary>
    /// What has begun, is past, or was moved or called off by itself stays as it is. A date to come that is still meant stays the same date, also at another time
    /// of its day: what hangs on it stays with it.
    /// </summary>
    /// <param name="existing">What there is.</param>
    /// <param name="wanted">All that the series means from its start on.</param>
    /// <param name="minutes">Length of the wanted ones.</param>
    /// <param name="zone">Where days begin.</param>
    /// <param name="now">What is over by then is past, and not planned any more.</param>
    public static PlanChange Decide(
        IReadOnlyList<ExistingDate> existing, IReadOnlyList<NewDate> wanted, int minutes, TimeZoneInfo zone, DateTimeOffset now)
    {
        bool IsFixed(ExistingDate date) => date.IsOwn || date.State is not ("scheduled" or "ready") || date.StartsAt.AddMinutes(date.DurationMinutes) <= now;
        DateOnly DayOf(DateTimeOffset at) => RecurrenceDates.DayOf(at, zone);

        // First those at the very same time, then those of the same day.
        var open = wanted.ToList();
        var left = existing.ToList();
        var keep = new List<(Guid, NewDate)>();
        foreach (var same in new Func<ExistingDate, NewDate, bool>[]
            { (date, want) => date.PlannedFor == want.StartsAt, (date, want) => DayOf(date.PlannedFor) == DayOf(want.StartsAt) })
        {
            foreach (var date in left.ToList())
            {
                if (open.Find(want => same(date, want)) is not { } match) continue;
                open.Remove(match);
                left.Remove(date);
                if (!IsFixed(date)) keep.Add((date.Id, match));
            }
        }

        IReadOnlyList<Guid> remove = [.. left.Where(date => !IsFixed(date)).Select(date => date.Id)];
        IReadOnlyList<NewDate> add = [.. open.Where(want => want.StartsAt.AddMinutes(minutes) > now)];
        // A meeting has a date, be it a past one.
        return new PlanChange(keep, remove, add.Count == 0 && remove.Count == existing.Count ? open : add);
    }

    /// <summary>Writes the dates of a changed meeting.</summary>
    /// <param name="session">Of the service, holding the meeting.</param>
    /// <param name="meetingId">The meeting.</param>
    /// <param name="draft">What it is to become.</param>
    /// <param name="dates">All that it means.</param>
    /// <param name="now">When.</param>
    public static async Task WriteAsync(DatabaseSession session, Guid meetingId, MeetingDraft draft, IReadOnlyList<NewDate> dates, DateTimeOffset now)
    {
        var existing = await session.QueryAsync<ExistingDate>(Read, new { meetingId }, CancellationToken.None);
        var change = draft.Recurrence is null
            ? new PlanChange([(existing[0].Id, dates[0])], [], [])
            : Decide(existing, dates, draft.DurationMinutes, TimeZoneInfo.FindSystemTimeZoneById(draft.TimeZone), now);
        await session.ExecuteAsync(Move, new
        {
            Ids = change.Keep.Select(one => one.Id).ToArray(), Starts = change.Keep.Select(one => one.Date.StartsAt).ToArray(),
            Days = change.Keep.Select(one => one.Date.LocalDate).ToArray(), draft.DurationMinutes, Removed = change.Remove.ToArray(),
        }, CancellationToken.None);
        await session.ExecuteAsync(CreationLedger.InsertDates, new
        {
            Ids = change.Add.Select(_ => Guid.CreateVersion7(now)).ToArray(), Starts = change.Add.Select(date => date.StartsAt).ToArray(),
            Days = change.Add.Select(date => date.LocalDate).ToArray(), meetingId, draft.DurationMinutes,
        }, CancellationToken.None);
    }

    private const string Read = """
        select id, starts_at, planned_for, duration_minutes, state, changed or cancelled_at is not null as is_own
        from occurrence where meeting_id = @meetingId order by starts_at, id
        """;

    private const string Move = """
        with gone as (delete from occurrence where id = any(@Removed))
        update occurrence o set starts_at = told.starts_at, planned_for = told.starts_at, local_date = told.local_date, duration_minutes = @DurationMinutes
        from unnest(@Ids, @Starts, @Days) as told (id, starts_at, local_date) where o.id = told.id
        """;
}
