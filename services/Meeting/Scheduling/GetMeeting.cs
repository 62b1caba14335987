using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Scheduling;

/// <summary>One meeting, by UUID or room id. What the caller may not see does not exist: row level security sees to both.</summary>
internal sealed class GetMeeting(Database db)
{
    public static void Map(RouteGroupBuilder meetings) => meetings.MapGet(
        "/{id}", (string id, Caller caller, HttpResponse response, GetMeeting useCase, CancellationToken ct) => useCase.HandleAsync(id, caller, response, ct))
        .WithName("GetMeeting")
        .Produces<MeetingResponse>()
        .ProducesProblem(StatusCodes.Status404NotFound);

    private async Task<IResult> HandleAsync(string id, Caller caller, HttpResponse response, CancellationToken ct)
    {
        await using var session = await db.BeginAsync(caller, ct);
        if (await MeetingRow.FindAsync(session, id, ct) is not { } row) return Problems.MeetingNotFound;

        response.Headers.ETag = MeetingResponse.Tag(row.Version);
        return TypedResults.Ok(MeetingResponse.Of(row));
    }
}
