using Meetings.Attendance.Calculation;
using Meetings.Attendance.Identity;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Attendance.School;

/// <summary>
/// What staff or registration say that a provider's id stands for. Every change plans, in the caller's transaction, the calculation of the lessons in
/// which that id was heard; the caller wakes the finaliser after its commit.
/// </summary>
internal static class AliasStore
{
    private const string Upsert = """
        insert into alias (academy_id, kind, value, person_id) values (@academy, @kind, @value, @person)
        on conflict (academy_id, kind, value) do update set person_id = excluded.person_id where alias.person_id <> excluded.person_id
        """;

    private const string Delete = "delete from alias where academy_id = @academy and kind = @kind and value = @value";

    /// <returns>How many lessons were planned; 0 when it said so already.</returns>
    public static async Task<int> KeepAsync(DatabaseSession session, Guid academy, KnownAlias alias, DateTimeOffset due, CancellationToken ct)
    {
        await SchoolLock.ForChangeAsync(session, [academy], ct);
        var value = Compared(alias.Kind, alias.Value);
        var changed = await session.ExecuteAsync(Upsert, new { academy, kind = (short)alias.Kind, value, person = alias.PersonId }, ct);
        return changed == 0 ? 0 : await ConcernedLessons.PlanAsync(session, academy, alias.Kind, value, due, ct);
    }

    /// <returns>How many lessons were planned; 0 when nobody had said so.</returns>
    public static async Task<int> RemoveAsync(DatabaseSession session, Guid academy, AliasKind kind, string value, DateTimeOffset due, CancellationToken ct)
    {
        await SchoolLock.ForChangeAsync(session, [academy], ct);
        value = Compared(kind, value);
        var removed = await session.ExecuteAsync(Delete, new { academy, kind = (short)kind, value }, ct);
        return removed == 0 ? 0 : await ConcernedLessons.PlanAsync(session, academy, kind, value, due, ct);
    }

    private static string Compared(AliasKind kind, string value) => kind == AliasKind.Email ? EmailAddress.Normalise(value) ?? value : value;
}
