using Meetings.Registration.Access;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.Registration.Registrants;

/// <summary>
/// Who is registered for a meeting (S2-08): all for the academy's staff and for those who hold it; their own registration for students, their children's for parents.
/// </summary>
internal sealed class ListRegistrants(Database database, KnownMeetings meetings, TimeProvider clock)
{
    /// <param name="Summary">Of all whom the caller may see, whatever the filter: how far the queue to the provider has come.</param>
    public sealed record Response(IReadOnlyList<RegistrantView> Items, long Total, int Limit, long Offset, Progress Summary);

    /// <summary>How many registrations are in which state.</summary>
    public sealed record Progress(long Pending, long Approved, long Denied, long Cancelled);

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/meetings/{id}/registrants",
        (string id, string? status, Caller caller, PageRequest page, ListRegistrants useCase, CancellationToken ct) => useCase.HandleAsync(id, status, caller, page, ct));

    private async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(string id, string? status, Caller caller, PageRequest page, CancellationToken ct)
    {
        if (status is not null && !RegistrantState.Statuses.Contains(status))
            return Problem.Invalid("status", $"Must be one of {string.Join(", ", RegistrantState.Statuses)}.");
        var (meeting, refusal) = await meetings.FindAsync(id, caller, ct);
        return meeting is null ? refusal! : TypedResults.Ok(await ReadAsync(meeting, status, caller, page, ct));
    }

    private async Task<Response> ReadAsync(KnownMeeting meeting, string? status, Caller caller, PageRequest page, CancellationToken ct)
    {
        var args = new
        {
            meeting.Id, status, page.Limit, page.Offset, now = clock.GetUtcNow(), caller.PersonId,
            All = RegistrantAccess.May(caller, RegistrantAction.SeeAll, meeting.Resource),
        };
        await using var session = await database.BeginAsync(caller, ct);
        var summary = await session.QuerySingleOrDefaultAsync<Progress>(Count, args, ct) ?? new Progress(0, 0, 0, 0);
        var items = await session.QueryAsync<RegistrantView>(Read, args, ct);
        var total = status switch
        {
            "pending" => summary.Pending,
            "approved" => summary.Approved,
            "denied" => summary.Denied,
            "cancelled" => summary.Cancelled,
            _ => summary.Pending + summary.Approved + summary.Denied + summary.Cancelled,
        };
        return new Response(items, total, page.Limit, page.Offset, summary);
    }

    private const string Mine = "r.meeting_id = @Id and (@All or r.person_id = @PersonId or r.person_id in (select my_children()))";

    private const string Count = $"""
        select count(*) filter (where status = 'pending') as pending, count(*) filter (where status = 'approved') as approved,
            count(*) filter (where status = 'denied') as denied, count(*) filter (where status = 'cancelled') as cancelled
        from (select {RegistrantState.StatusSql} as status {RegistrantView.From} where {Mine}) seen
        """;

    private const string Read = $"""
        {RegistrantView.Select} where {Mine} and (@status::text is null or {RegistrantState.StatusSql} = @status)
        order by p.name, r.person_id limit @Limit offset @Offset
        """;
}
