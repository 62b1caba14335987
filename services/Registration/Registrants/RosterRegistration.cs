using Meetings.ServiceDefaults.Data;

namespace Meetings.Registration.Registrants;

/// <summary>
/// Registers the students of a class for all of its meetings that are not over and take registrants (S2-07, X15), and takes those off whose enrolment no
/// longer covers any of a meeting's dates. A function of what is stored: when and how often it is done does not matter.
/// </summary>
internal static class RosterRegistration
{
    /// <param name="session">Of the service itself.</param>
    /// <param name="classId">The class.</param>
    /// <param name="now">A meeting is over when the last of its dates is (X14b).</param>
    /// <param name="ct">Cancels the work.</param>
    public static async Task BringInLineAsync(DatabaseSession session, Guid classId, DateTimeOffset now, CancellationToken ct)
    {
        await session.ExecuteAsync(Add, new { classId, now }, ct);
        await session.ExecuteAsync(Remove, new { classId, now }, ct);
    }

    /// <summary>The meeting takes nobody any more: what was registered is void (X18).</summary>
    public static async Task CloseAsync(DatabaseSession session, Guid meetingId, DateTimeOffset now, CancellationToken ct)
    {
        await session.ExecuteAsync(Void, new { meetingId, now }, ct);
        await session.ExecuteAsync("delete from registrant_link where meeting_id = @meetingId", new { meetingId }, ct);
    }

    private const string Expected = """
        expected as (
            select distinct m.id as meeting_id, m.academy_id, e.person_id
            from meeting m
            join academy a on a.id = m.academy_id
            join meeting_date d on d.meeting_id = m.id and d.ends_at > @now
            join enrolment e on e.class_id = m.class_id and e.role = 'student'
                and daterange(e.from_date, e.to_date, '[]') @> (d.starts_at at time zone a.time_zone)::date
            where m.class_id = @classId and m.is_open)
        """;

    // Who waits for the provider to forget them is told to it again after that. In one order, so that two who add the same people wait for one another.
    private const string Add = $"""
        with {Expected}
        insert into registrant (meeting_id, person_id, academy_id, state, by_roster, due_at, created_at, updated_at)
        select meeting_id, person_id, academy_id, 'queued', true, @now, @now, @now from expected order by meeting_id, person_id
        on conflict (meeting_id, person_id) do update set state = 'queued', by_roster = true, reason = null, provider_code = null, tries = 0,
            due_at = greatest(registrant.due_at, @now), version = registrant.version + 1, updated_at = @now
        where not registrant.is_barred and registrant.state in ('requested', 'leaving', 'left', 'void')
        """;

    private const string Remove = $"""
        with {Expected},
        gone as (
            select r.meeting_id, r.person_id from registrant r join meeting m on m.id = r.meeting_id
            where m.class_id = @classId and m.is_open and r.by_roster and r.state in ('queued', 'approved', 'refused')
              and exists (select from meeting_date d where d.meeting_id = m.id and d.ends_at > @now)
              and not exists (select from expected e where e.meeting_id = r.meeting_id and e.person_id = r.person_id)
            order by r.meeting_id, r.person_id for update of r)
        update registrant r set state = case when r.state = 'refused' then 'left' else 'leaving' end, reason = null, provider_code = null, tries = 0,
            due_at = case when r.state = 'refused' then null else greatest(r.due_at, @now) end, version = r.version + 1, updated_at = @now
        from gone where r.meeting_id = gone.meeting_id and r.person_id = gone.person_id
        """;

    private const string Void = """
        update registrant set state = 'void', reason = null, provider_code = null, due_at = null, version = version + 1, updated_at = @now
        where meeting_id = @meetingId and state in ('requested', 'queued', 'approved', 'refused', 'leaving')
        """;
}
