using Meetings.ServiceDefaults.Data;

namespace Meetings.Attendance.School;

/// <summary>
/// Whoever changes what marks follow from (rosters, people, aliases) and whoever reads it to make marks final must not pass one another unseen: the one
/// would not find the lesson that is being calculated, and the other would not see the change. A change holds the lock from before it looks until it
/// commits. A calculation takes it for a moment, when its lease is there to be seen and before it reads.
/// </summary>
internal static class SchoolLock
{
    private const string Exclusive = "select pg_advisory_xact_lock(hashtextextended('school ' || id, 0)) from unnest(@ids) as id order by id";
    private const string Shared = "select pg_advisory_xact_lock_shared(hashtextextended('school ' || @id, 0))";

    public static Task ForChangeAsync(DatabaseSession session, IEnumerable<Guid> academies, CancellationToken ct) =>
        session.ExecuteAsync(Exclusive, new { ids = academies.Distinct().Select(id => id.ToString()).ToArray() }, ct);

    public static Task ForCalculationAsync(DatabaseSession session, Guid academy, CancellationToken ct) =>
        session.ExecuteAsync(Shared, new { id = academy.ToString() }, ct);
}
