using System.Text.Json;
using Meetings.Registration.Publishing;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Registration.Import;

/// <summary>What an import did.</summary>
/// <param name="Errors">When there are any, nothing was changed.</param>
public sealed record ImportOutcome(IReadOnlyList<ImportError> Errors, int Academies = 0, int People = 0, int Classes = 0)
{
    public bool Succeeded => Errors.Count == 0;
}

/// <summary>
/// The one way in for a school: checks a document, brings the tables up to it in sets, gives a new version to what differs and to nothing else,
/// and tells everyone, all in one transaction.
/// </summary>
public sealed partial class ImportSchool(Database database, TimeProvider clock, ILogger<ImportSchool> logger)
{
    private static readonly JsonSerializerOptions Rows = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <param name="document">The school.</param>
    /// <param name="onceAs">
    /// When set, a document that was imported under this checksum before is left alone, whatever people have changed since: it was theirs from then on.
    /// </param>
    public async Task<ImportOutcome> HandleAsync(SchoolDocument document, string? onceAs, CancellationToken ct)
    {
        var (rows, errors) = SchoolCheck.Check(document);
        if (errors.Count > 0) return new ImportOutcome(errors);

        await using var session = await database.BeginAsServiceAsync(ct);
        await session.ExecuteAsync(OneAtATime, null, ct);
        if (onceAs is not null && await session.ExecuteAsync(MarkImported, new { onceAs, now = clock.GetUtcNow() }, ct) == 0)
            return new ImportOutcome([]);

        var academies = await ChangeAsync(session, UpsertAcademies, rows.Academies, ct);
        var people = await ChangeAsync(session, UpsertPeople, rows.People, ct);
        people.UnionWith(await ChangeAsync(session, AddGuardians, rows.Guardians, ct));
        var classes = await ChangeAsync(session, UpsertClasses, rows.Classes, ct);

        var overlapping = await session.QueryAsync<string>(FindOverlaps, new { rows = JsonSerializer.Serialize(rows.Enrolments, Rows) }, ct);
        if (overlapping.Count > 0)
            return new ImportOutcome([.. overlapping.Select(path => new ImportError(path, "overlaps an enrolment that is there already"))]);

        classes.UnionWith(await ChangeAsync(session, UpsertEnrolments, rows.Enrolments, ct));

        await DirectoryChanges.PublishAsync(session, academies, people, classes, ct);
        await session.CommitAsync(ct);
        LogImported(academies.Count, people.Count, classes.Count);
        return new ImportOutcome([], academies.Count, people.Count, classes.Count);
    }

    /// <returns>Ids of what the rows changed: the new and the different, not those that were so before.</returns>
    private static async Task<HashSet<Guid>> ChangeAsync<T>(DatabaseSession session, string sql, IReadOnlyList<T> rows, CancellationToken ct) =>
        rows.Count == 0 ? [] : [.. await session.QueryAsync<Guid>(sql, new { rows = JsonSerializer.Serialize(rows, Rows) }, ct)];

    // Two imports at once (two replicas that load the demo school) wait for one another rather than meet in the middle. Any constant will do.
    private const string OneAtATime = "select pg_advisory_xact_lock(7310579640310)";

    private const string MarkImported =
        "insert into imported_document (checksum, imported_at) values (@onceAs, @now) on conflict do nothing";

    // Ordered by key: whoever locks several rows locks them in this order.
    private const string UpsertAcademies = """
        insert into academy as a (id, slug, name, time_zone, email_domains, attendance_policy)
        select id, slug, name, time_zone, email_domains, attendance_policy
        from jsonb_to_recordset(@rows::jsonb) as r(id uuid, slug text, name text, time_zone text, email_domains text[], attendance_policy text)
        order by slug
        on conflict on constraint academy_one_per_slug do update
            set name = excluded.name, time_zone = excluded.time_zone,
                email_domains = excluded.email_domains, attendance_policy = excluded.attendance_policy
            where (a.name, a.time_zone, a.email_domains, a.attendance_policy)
                is distinct from (excluded.name, excluded.time_zone, excluded.email_domains, excluded.attendance_policy)
        returning id
        """;

    private const string UpsertPeople = """
        insert into person as p (id, academy_id, name, email, roles)
        select id, academy_id, name, email, roles
        from jsonb_to_recordset(@rows::jsonb) as r(id uuid, academy_id uuid, name text, email text, roles text[])
        order by academy_id, email
        on conflict on constraint person_one_per_email do update
            set name = excluded.name, roles = excluded.roles
            where (p.name, p.roles) is distinct from (excluded.name, excluded.roles)
        returning id
        """;

    // The parent's is the state that changes: a person's event carries their children.
    private const string AddGuardians = """
        insert into guardian (academy_id, parent_id, child_id)
        select r.academy_id, parent.id, child.id
        from jsonb_to_recordset(@rows::jsonb) as r(academy_id uuid, parent text, child text)
        join person parent on parent.academy_id = r.academy_id and parent.email = r.parent
        join person child on child.academy_id = r.academy_id and child.email = r.child
        on conflict do nothing
        returning parent_id
        """;

    private const string UpsertClasses = """
        insert into class as c (id, academy_id, key, name, kind, attendance_policy)
        select id, academy_id, key, name, kind, attendance_policy
        from jsonb_to_recordset(@rows::jsonb) as r(id uuid, academy_id uuid, key text, name text, kind text, attendance_policy text)
        order by academy_id, key
        on conflict on constraint class_one_per_key do update
            set name = excluded.name, kind = excluded.kind, attendance_policy = excluded.attendance_policy
            where (c.name, c.kind, c.attendance_policy) is distinct from (excluded.name, excluded.kind, excluded.attendance_policy)
        returning id
        """;

    private const string ResolvedEnrolments = """
        select r.id, r.academy_id, c.id as class_id, p.id as person_id, r.role, r.from_date, r.to_date, r.path
        from jsonb_to_recordset(@rows::jsonb)
            as r(id uuid, academy_id uuid, class_key text, person text, role text, from_date date, to_date date, path text)
        join class c on c.academy_id = r.academy_id and c.key = r.class_key
        join person p on p.academy_id = r.academy_id and p.email = r.person
        """;

    // The exclusion constraint would refuse these too, but could not say which row of the document is to blame. What starts on the same day is
    // the same enrolment, and takes the document's end: it overlaps nothing any more, or the check of the document would have said so.
    private const string FindOverlaps = $"""
        select distinct w.path from ({ResolvedEnrolments}) w
        join enrolment e on e.class_id = w.class_id and e.person_id = w.person_id and e.from_date <> w.from_date
            and daterange(e.from_date, e.to_date, '[]') && daterange(w.from_date, w.to_date, '[]')
        where not exists (
            select from ({ResolvedEnrolments}) given
            where given.class_id = e.class_id and given.person_id = e.person_id and given.from_date = e.from_date)
        order by w.path
        """;

    private const string UpsertEnrolments = $"""
        insert into enrolment as e (id, academy_id, class_id, person_id, role, from_date, to_date)
        select id, academy_id, class_id, person_id, role, from_date, to_date from ({ResolvedEnrolments}) w
        order by class_id, person_id, from_date
        on conflict on constraint enrolment_one_per_start do update
            set role = excluded.role, to_date = excluded.to_date
            where (e.role, e.to_date) is distinct from (excluded.role, excluded.to_date)
        returning class_id
        """;

    [LoggerMessage(Level = LogLevel.Information, Message = "Imported a school: {Academies} academies, {People} people and {Classes} classes changed")]
    private partial void LogImported(int academies, int people, int classes);
}
