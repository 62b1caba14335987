using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Series;

/// <summary>The dates of a meeting, in order, for everyone who sees it.</summary>
internal sealed class ListOccurrences(Database db)
{
    public static void Map(RouteGroupBuilder meetings) => meetings.MapGet(
        "/{id}/occurrences", (string id, DateTimeOffset? from, DateTimeOffset? to, PageRequest page, Caller caller, ListOccurrences useCase, CancellationToken ct) =>
            useCase.HandleAsync(id, from, to, page, caller, ct))
        .WithName("ListOccurrences")
        .Produces<Page<OccurrenceResponse>>();

    private async Task<IResult> HandleAsync(
        string id, DateTimeOffset? from, DateTimeOffset? to, PageRequest page, Caller caller, CancellationToken ct)
    {
        await using var session = await db.BeginAsync(caller, ct);
        if (await VisibleMeeting.FindAsync(session, id, ct) is not { } meeting || !meeting.MayBeSeenBy(caller)) return Problems.MeetingNotFound;

        var args = new { meeting.Id, From = from?.ToUniversalTime(), To = to?.ToUniversalTime(), page.Limit, page.Offset };
        var total = await session.ScalarAsync<long>($"select count(*) {Matching}", args, ct);
        var rows = await session.QueryAsync<OccurrenceRow>($"select {OccurrenceRow.Columns} {Matching} order by o.starts_at, o.id limit @Limit offset @Offset", args, ct);
        return TypedResults.Ok(new Page<OccurrenceResponse>([.. rows.Select(OccurrenceResponse.Of)], total, page.Limit, page.Offset));
    }

    private const string Matching = """
        from occurrence o
        where o.meeting_id = @Id and (@From::timestamptz is null or o.starts_at >= @From) and (@To::timestamptz is null or o.starts_at < @To)
        """;
}
