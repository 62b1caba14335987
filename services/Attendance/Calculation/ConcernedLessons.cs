using Meetings.Attendance.Identity;
using Meetings.Attendance.School;
using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Attendance.Calculation;

/// <summary>
/// Plans the lessons that a change of the school concerns: those whose records are there, final or reopened, and those that are being calculated at this
/// moment. A lesson that is yet to be calculated will read the change anyway. To be called under <see cref="SchoolLock"/>.
/// </summary>
internal static class ConcernedLessons
{
    // One row for a lesson, however often it is planned: what is waiting stays as it is, what is being calculated finds its version changed.
    private const string Again = """
        on conflict (occurrence_id) do update set
            due_at = case when calculation.reason = 'report' then excluded.due_at else calculation.due_at end,
            reason = case when calculation.reason = 'report' then excluded.reason else calculation.reason end,
            version = nextval('calculation_version')
        where calculation.reason = 'report' or calculation.leased_until is not null
        """;

    // Per student the dates on which they are on exactly one of the two rosters. A place that ends before it begins holds on no date. Lessons under
    // way are compared by the date in UTC, which is next to the academy's: calculating one of them once more does no harm.
    private const string OfRoster = $"""
        with old as (
            select person_id, range_agg(daterange(from_date, to_date, '[]')) as dates from class_member
            where class_id = @ClassId and role = 'student' and (to_date is null or from_date <= to_date) group by person_id
        ), new as (
            select person_id, range_agg(daterange(from_date, to_date, '[]')) as dates
            from unnest(@people, @roles, @froms, @tos) as told (person_id, role, from_date, to_date)
            where role = 'student' and (to_date is null or from_date <= to_date) group by person_id
        ), both_rosters as (
            select coalesce(old.dates, datemultirange()) as old, coalesce(new.dates, datemultirange()) as new from old full join new using (person_id)
        ), changed as (
            select coalesce(range_agg(span), datemultirange()) as dates from both_rosters, unnest((old + new) - (old * new)) as span
        )
        insert into calculation (occurrence_id, due_at, reason)
        select occurrence_id, @due, 'changed' from (
            select r.occurrence_id from occurrence_result r, changed
            where r.class_id = @ClassId and changed.dates @> r.date and exists (select from occurrence o where o.id = r.occurrence_id)
            union
            select w.occurrence_id from calculation w join occurrence o on o.id = w.occurrence_id join meeting m on m.id = o.meeting_id, changed
            where w.leased_until is not null and m.class_id = @ClassId
              and changed.dates && daterange((o.starts_at at time zone 'UTC')::date - 1, (o.starts_at at time zone 'UTC')::date + 1, '[]')
        ) as concerned order by occurrence_id
        {Again}
        """;

    // Only who was on the roster of the lesson's date has a mark by it.
    private const string OfPeople = $"""
        insert into calculation (occurrence_id, due_at, reason)
        select occurrence_id, @due, 'changed' from (
            select r.occurrence_id
            from unnest(@academies, @kinds, @values, @people) as told (academy_id, kind, value, person_id)
            join lesson_identity i on (i.academy_id, i.kind, i.value) = (told.academy_id, told.kind, told.value)
            join occurrence_result r on r.occurrence_id = i.occurrence_id
            where exists (select from occurrence o where o.id = r.occurrence_id)
              and exists (
                select from class_member c
                where c.class_id = r.class_id and c.person_id = told.person_id and c.role = 'student'
                  and c.from_date <= r.date and (c.to_date is null or r.date <= c.to_date))
            union
            select w.occurrence_id
            from calculation w join occurrence o on o.id = w.occurrence_id join meeting m on m.id = o.meeting_id
            where w.leased_until is not null
              and exists (select from class_member c where c.class_id = m.class_id and c.role = 'student' and c.person_id = any(@people))
        ) as concerned order by occurrence_id
        {Again}
        """;

    private const string OfAlias = $"""
        insert into calculation (occurrence_id, due_at, reason)
        select occurrence_id, @due, 'changed' from (
            select i.occurrence_id from lesson_identity i
            where i.academy_id = @academy and i.kind = @kind and i.value = @value and exists (select from occurrence o where o.id = i.occurrence_id)
            union
            select w.occurrence_id from calculation w join occurrence o on o.id = w.occurrence_id join meeting m on m.id = o.meeting_id
            where w.leased_until is not null and m.academy_id = @academy
        ) as concerned order by occurrence_id
        {Again}
        """;

    /// <summary>Lessons of the class on whose dates its roster was another. Called while the table still has that other roster.</summary>
    /// <returns>How many lessons were planned.</returns>
    public static Task<int> PlanAsync(DatabaseSession session, ClassChanged told, DateTimeOffset due, CancellationToken ct) =>
        session.ExecuteAsync(OfRoster, new
        {
            told.ClassId,
            due,
            people = told.Members.Select(member => member.PersonId).ToArray(),
            roles = told.Members.Select(member => member.Role).ToArray(),
            froms = told.Members.Select(member => member.From).ToArray(),
            tos = told.Members.Select(member => member.To).ToArray(),
        }, ct);

    /// <summary>Lessons in which somebody was heard who can be recognised only now, and who was on the roster of that date.</summary>
    /// <inheritdoc cref="PlanAsync(DatabaseSession, ClassChanged, DateTimeOffset, CancellationToken)"/>
    public static async Task<int> PlanAsync(DatabaseSession session, IReadOnlyCollection<RecognisablePerson> people, DateTimeOffset due, CancellationToken ct)
    {
        var names = people.SelectMany(Names).ToArray();
        return names.Length == 0 ? 0 : await session.ExecuteAsync(OfPeople, new
        {
            due,
            academies = names.Select(name => name.Person.AcademyId).ToArray(),
            kinds = names.Select(name => name.Kind).ToArray(),
            values = names.Select(name => name.Value).ToArray(),
            people = names.Select(name => name.Person.PersonId).ToArray(),
        }, ct);
    }

    /// <summary>Lessons in which that id was heard.</summary>
    /// <inheritdoc cref="PlanAsync(DatabaseSession, ClassChanged, DateTimeOffset, CancellationToken)"/>
    public static Task<int> PlanAsync(DatabaseSession session, Guid academy, AliasKind kind, string value, DateTimeOffset due, CancellationToken ct) =>
        session.ExecuteAsync(OfAlias, new { academy, kind = (short)kind, value, due }, ct);

    private static IEnumerable<(RecognisablePerson Person, short Kind, string Value)> Names(RecognisablePerson person)
    {
        if (person.IsNew) yield return (person, LessonIdentities.OwnId, person.PersonId.ToString());
        if (person.Email is { } email) yield return (person, (short)AliasKind.Email, email);
    }
}
