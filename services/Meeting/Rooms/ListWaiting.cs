using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Rooms;

/// <summary>Who waits, the longest first; or who was refused, for whoever wants to lift it. For those who may admit only.</summary>
internal sealed class ListWaiting(Database db, RoomVisitors visitors)
{
    public static void Map(RouteGroupBuilder meetings) => meetings.MapGet(
        "/{id}/waiting", (string id, string? status, PageRequest page, Caller caller, ListWaiting useCase, CancellationToken ct) =>
            useCase.HandleAsync(id, status, page, caller, ct))
        .WithName("ListWaiting")
        .Produces<Page<PlaceResponse>>();

    private async Task<IResult> HandleAsync(string id, string? status, PageRequest page, Caller caller, CancellationToken ct)
    {
        PlaceStatus[]? wanted = status switch
        {
            null or "" or "waiting" => [PlaceStatus.Waiting, PlaceStatus.WaitingForHost],
            "rejected" => [PlaceStatus.Rejected],
            _ => null,
        };
        if (wanted is null) return Problem.Invalid("status", "Must be waiting or rejected.");

        var (visit, refusal) = await visitors.FindForAdmitterAsync(id, caller, ct);
        if (visit is null) return refusal!;

        var meeting = visit.Meeting;
        var args = new
        {
            MeetingId = meeting.Row.Id, meeting.IsLive, Statuses = Array.ConvertAll(wanted, one => one.Word()), page.Limit, page.Offset,
        };
        await using var session = await db.BeginAsync(caller, ct);
        var total = await session.ScalarAsync<long>($"select count(*) {Selected}", args, ct);
        var places = await session.QueryAsync<PlaceRow>($"select {PlaceRow.Columns} {Selected} order by p.joined_at, p.person_id limit @Limit offset @Offset", args, ct);
        return TypedResults.Ok(new Page<PlaceResponse>([.. places.Select(place => PlaceResponse.Of(meeting, place))], total, page.Limit, page.Offset));
    }

    private const string Selected = """
        from place p join room_sitting r using (meeting_id, epoch)
        where p.meeting_id = @MeetingId and p.status = any(@Statuses) and r.closed_at is null and (r.opened_at is null or @IsLive)
        """;
}
