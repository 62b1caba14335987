using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.Registration.Registrants;

/// <summary>What the caller, and the children of a parent, are registered for; the next first. Only the caller's own come with the link to join.</summary>
internal sealed class ListMyRegistrations(Database database, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/me/registrations",
        (bool? upcoming, Caller caller, PageRequest page, ListMyRegistrations useCase, CancellationToken ct) => useCase.HandleAsync(upcoming ?? false, caller, page, ct));

    private async Task<Ok<Page<RegistrantView>>> HandleAsync(bool upcoming, Caller caller, PageRequest page, CancellationToken ct)
    {
        var args = new { upcoming, caller.PersonId, page.Limit, page.Offset, now = clock.GetUtcNow() };
        await using var session = await database.BeginAsync(caller, ct);
        var total = await session.ScalarAsync<long>(Count, args, ct);
        var items = await session.QueryAsync<RegistrantView>(Read, args, ct);
        return TypedResults.Ok(new Page<RegistrantView>(items, total, page.Limit, page.Offset));
    }

    private const string Mine = """
        r.person_id in (select @PersonId union all select my_children()) and r.state not in ('left', 'void')
        and (not @upcoming or exists (select from meeting_date d where d.meeting_id = m.id and d.ends_at > @now))
        """;

    private const string Count = $"select count(*) {RegistrantView.From} where {Mine}";

    private const string Read = $"""
        select mine.* from ({RegistrantView.Select} where {Mine}) mine
        cross join lateral (
            select exists (select from meeting_date d where d.meeting_id = mine.meeting_id and d.ends_at > @now) as is_upcoming) when_
        order by not is_upcoming, case when is_upcoming then starts_at end, starts_at desc nulls last, meeting_id, user_id limit @Limit offset @Offset
        """;
}
