using Meetings.ServiceDefaults.Data;

namespace Meetings.Registration.Registrants;

/// <summary>
/// Registers the students of a class for all of its meetings that are not over and take registrants (S2-07, X15), and takes those off whose enrolment does not
/// cover any of a meeting's dates (any more). A function of what is stored: when and how often it is done does not matter.
/// </summary>
internal static class RosterRegistration
{
    /// <summary>
    /// From now until the end of the transaction nobody else works on the registrations of these classes: whoever comes second sees what the first wrote. Before
    /// anything is read that they depend on.
    /// </summary>
    public static Task LockAsync(DatabaseSession session, IEnumerable<Guid?> classes, CancellationToken ct) => session.ExecuteAsync(
        Lock, new { Classes = classes.OfType<Guid>().Distinct().ToArray() }, ct);

    /// <summary>All meetings of a class: its roster has changed.</summary>
    /// <param name="session">Of the service itself, which holds the lock.</param>
    /// <param name="classId">The class.</param>
    /// <param name="now">A meeting is over when the last of its dates is (X14b).</param>
    /// <param name="ct">Cancels the work.</param>
    public static Task ClassChangedAsync(DatabaseSession session, Guid classId, DateTimeOffset now, CancellationToken ct) =>
        BringInLineAsync(session, "m.class_id = @id", classId, now, ct);

    /// <inheritdoc cref="ClassChangedAsync"/>
    /// <summary>One meeting has changed: its dates, or its class, or that it takes registrants.</summary>
    public static Task MeetingChangedAsync(DatabaseSession session, Guid meetingId, DateTimeOffset now, CancellationToken ct) =>
        BringInLineAsync(session, "m.id = @id", meetingId, now, ct);

    /// <summary>The meeting takes nobody any more.</summary>
    /// <param name="session">Of the service itself, which holds the lock.</param>
    /// <param name="meetingId">The meeting.</param>
    /// <param name="isGone">It was called off or deleted: what was registered is void (X18). Otherwise it is over, and only what was never decided is.</param>
    /// <param name="now">When.</param>
    /// <param name="ct">Cancels the work.</param>
    public static async Task CloseAsync(DatabaseSession session, Guid meetingId, bool isGone, DateTimeOffset now, CancellationToken ct)
    {
        string[] states = isGone ? ["requested", "queued", "approved", "refused", "leaving"] : ["requested"];
        await session.ExecuteAsync(Void, new { meetingId, states, now }, ct);
        if (isGone) await session.ExecuteAsync("delete from registrant_link where meeting_id = @meetingId", new { meetingId }, ct);
    }

    private static async Task BringInLineAsync(DatabaseSession session, string scope, Guid id, DateTimeOffset now, CancellationToken ct)
    {
        await session.ExecuteAsync(Add(scope), new { id, now }, ct);
        await session.ExecuteAsync(Change(scope), new { id, now }, ct);
    }

    private const string Lock = """
        select pg_advisory_xact_lock(hashtextextended('roster ' || id, 0)) from (select id from unnest(@Classes) id order by id) classes
        """;

    private static string Expected(string scope) => $"""
        expected as (
            select distinct m.id as meeting_id, m.academy_id, e.person_id
            from meeting m
            join academy a on a.id = m.academy_id
            join meeting_date d on d.meeting_id = m.id and d.ends_at > @now
            join enrolment e on e.class_id = m.class_id and e.role = 'student'
                and daterange(e.from_date, e.to_date, '[]') @> (d.starts_at at time zone a.time_zone)::date
            where {scope} and m.is_open)
        """;

    private static string Add(string scope) => $"""
        with {Expected(scope)}
        insert into registrant (meeting_id, person_id, academy_id, state, by_roster, due_at, created_at, updated_at)
        select meeting_id, person_id, academy_id, 'queued', true, @now, @now, @now from expected
        where not exists (select from registrant r where r.meeting_id = expected.meeting_id and r.person_id = expected.person_id)
        order by meeting_id, person_id
        on conflict (meeting_id, person_id) do nothing
        """;

    // Those that change, and no others, in the order of everybody who takes several. Who waits for the provider to forget them is told to it again after that.
    private static string Change(string scope) => $"""
        with {Expected(scope)},
        changing as (
            select r.meeting_id, r.person_id, e.person_id is not null as is_expected
            from registrant r
            join meeting m on m.id = r.meeting_id
            left join expected e on e.meeting_id = r.meeting_id and e.person_id = r.person_id
            where {scope} and m.is_open and case
                when e.person_id is not null then not r.is_barred and r.state in ('requested', 'leaving', 'left', 'void')
                else r.by_roster and r.state in ('queued', 'approved', 'refused') and exists (
                    select from meeting_date d where d.meeting_id = m.id and d.ends_at > @now) end
            order by r.meeting_id, r.person_id for update of r)
        update registrant r set
            state = case when c.is_expected then 'queued' when r.state = 'refused' then 'left' else 'leaving' end,
            due_at = case when c.is_expected or r.state <> 'refused' then greatest(r.due_at, @now) end,
            by_roster = true, reason = null, provider_code = null, tries = 0, version = r.version + 1, updated_at = @now
        from changing c where r.meeting_id = c.meeting_id and r.person_id = c.person_id
        """;

    private const string Void = """
        with closing as (
            select meeting_id, person_id from registrant where meeting_id = @meetingId and state = any(@states) order by meeting_id, person_id for update)
        update registrant r set state = 'void', reason = null, provider_code = null, due_at = null, version = r.version + 1, updated_at = @now
        from closing where r.meeting_id = closing.meeting_id and r.person_id = closing.person_id
        """;
}
