using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Rooms;

/// <summary>Lets in everybody who waits, in one statement: nobody is let in twice, and who comes a moment later just waits.</summary>
internal sealed partial class AdmitAll(Database db, RoomVisitors visitors, RoomNotices notices, TimeProvider clock, ILogger<AdmitAll> logger)
{
    /// <param name="Admitted">How many were let in by this.</param>
    /// <param name="Items">Their places.</param>
    public sealed record Response(int Admitted, IReadOnlyList<PlaceResponse> Items);

    public static void Map(RouteGroupBuilder meetings) => meetings.MapPost(
        "/{id}/admit-all", (string id, Caller caller, AdmitAll useCase, CancellationToken ct) => useCase.HandleAsync(id, caller, ct))
        .WithName("AdmitAll")
        .Produces<Response>();

    private async Task<IResult> HandleAsync(string id, Caller caller, CancellationToken ct)
    {
        var (visit, refusal) = await visitors.FindForAdmitterAsync(id, caller, ct);
        if (visit is null) return refusal!;

        var meeting = visit.Meeting;
        await using var session = await db.BeginAsServiceAsync(ct);
        var places = await session.QueryAsync<PlaceRow>(Admit, new
        {
            MeetingId = meeting.Row.Id, meeting.IsLive, Now = clock.GetUtcNow(), By = caller.PersonId,
            From = PlaceMoves.From(PlaceMove.AdmitAll), To = PlaceMoves.To(PlaceMove.AdmitAll),
        }, ct);
        if (places.Count > 0)
            await new AuditEntry("admitted-all", Detail: new { people = places.Select(place => place.PersonId) }).SaveAsync(session, meeting.Row, caller, clock.GetUtcNow(), ct);
        await session.CommitAsync(ct);
        LogAdmitted(meeting.Row.Id, places.Count);
        notices.Tell(meeting.Row.Id, RoomNotices.Admitted, [.. places.Select(place => place.PersonId)], subject: null, caller.PersonId);
        return TypedResults.Ok(new Response(places.Count, [.. places.OrderBy(place => place.JoinedAt).Select(place => PlaceResponse.Of(meeting, place))]));
    }

    private const string Admit = $"""
        update place p
        set status = @To, decided_by = @By, admitted_at = coalesce(p.admitted_at, @Now), entered_at = @Now
        from room_sitting r
        where r.meeting_id = @MeetingId and r.closed_at is null and (r.opened_at is null or @IsLive)
          and p.meeting_id = r.meeting_id and p.epoch = r.epoch and p.status = any(@From)
        returning {PlaceRow.Columns}
        """;

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} who waited at meeting {MeetingId} were let in at once")]
    private partial void LogAdmitted(Guid meetingId, int count);
}
