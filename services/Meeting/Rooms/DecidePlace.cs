using System.Text.Json;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Rooms;

/// <summary>Lets one person in, or refuses them. The decision is written only over what it was made of: of two at the same moment, one finds it decided.</summary>
internal sealed partial class DecidePlace(Database db, RoomVisitors visitors, RoomNotices notices, TimeProvider clock, ILogger<DecidePlace> logger)
{
    private const int MaxEmail = 254;

    /// <param name="UserId">The person. One of the two is needed.</param>
    /// <param name="Email">Their e-mail address in the school directory, in any case of letters.</param>
    public sealed record Who(Guid? UserId, string? Email);

    public static void Map(RouteGroupBuilder meetings)
    {
        Map(meetings, "admit", "AdmitPerson", PlaceMove.Admit);
        Map(meetings, "reject", "RejectPerson", PlaceMove.Reject);
    }

    private static void Map(RouteGroupBuilder meetings, string path, string name, PlaceMove move) => meetings.MapPost(
        $"/{{id}}/{path}", (string id, Caller caller, JsonElement body, DecidePlace useCase, CancellationToken ct) => useCase.HandleAsync(id, caller, body, move, ct))
        .WithName(name)
        .Accepts<Who>("application/json")
        .Produces<PlaceResponse>();

    private async Task<IResult> HandleAsync(string id, Caller caller, JsonElement body, PlaceMove move, CancellationToken ct)
    {
        if (Read(body, out var errors) is not { } who) return Problem.Invalid(errors);
        var (visit, refusal) = await visitors.FindForAdmitterAsync(id, caller, ct);
        if (visit is null) return refusal!;

        var meeting = visit.Meeting;
        var now = clock.GetUtcNow();
        await using var session = await db.BeginAsServiceAsync(ct);
        var args = new { MeetingId = meeting.Row.Id, who.UserId, who.Email, meeting.IsLive };
        if (await session.QuerySingleOrDefaultAsync<PlaceRow>(FindPlace, args, ct) is not { } place) return RoomProblems.PlaceNotFound;

        var after = PlaceMoves.After(place.Stands, move);
        if (place.Stands == (move is PlaceMove.Admit ? PlaceStatus.Admitted : PlaceStatus.Rejected)) return TypedResults.Ok(PlaceResponse.Of(meeting, place));
        // A refusal sticks until it is lifted by those who hold the meeting, not by the next one at the door.
        if (place.Stands is PlaceStatus.Rejected && meeting.Role is not (PlaceRole.Host or PlaceRole.Staff)) return RoomProblems.MayNotAdmit;
        if (after is not { } status) return RoomProblems.NotWaiting(place.Status);

        var write = new
        {
            place.MeetingId, place.Epoch, place.PersonId, now, By = caller.PersonId, From = place.Status, To = status.Word(),
            IsIn = status is PlaceStatus.Admitted,
        };
        var decided = await session.ExecuteAsync(Decide, write, ct);
        var found = await session.QuerySingleOrDefaultAsync<PlaceRow>(FindPlace, args, ct);
        if (decided == 0 && found!.Status != status.Word()) return RoomProblems.NotWaiting(found.Status);
        if (decided > 0)
        {
            // Whom a host put out and lets in is out no more.
            if (status is PlaceStatus.Admitted) await session.ExecuteAsync(LetBack, write, ct);
            await new AuditEntry(move is PlaceMove.Admit ? "admitted" : "rejected", place.PersonId).SaveAsync(session, meeting.Row, caller, now, ct);
        }

        await session.CommitAsync(ct);
        LogDecided(place.MeetingId, place.Epoch, status);
        if (decided > 0)
            notices.Tell(place.MeetingId, status is PlaceStatus.Admitted ? RoomNotices.Admitted : RoomNotices.Refused, [place.PersonId], subject: null, caller.PersonId);
        return TypedResults.Ok(PlaceResponse.Of(meeting, found!));
    }

    private static Who? Read(JsonElement body, out IDictionary<string, string[]> errors)
    {
        if (body.ValueKind is not JsonValueKind.Object)
        {
            errors = new Dictionary<string, string[]> { [""] = ["The body must be a JSON object."] };
            return null;
        }

        var fields = new FieldReader(body);
        var who = new Who(fields.Id("userId"), fields.Text("email", MaxEmail));
        errors = fields.Errors;
        if (errors.Count == 0 && (who.UserId is null) == (who.Email is null)) errors["userId"] = ["Say who: either by userId or by email."];
        return errors.Count == 0 ? who : null;
    }

    private const string FindPlace = $"""
        select {PlaceRow.Columns} from place p join room_sitting r using (meeting_id, epoch)
        where p.meeting_id = @MeetingId and p.person_id = coalesce(@UserId, (
            select person_id from person where lower(email) = lower(@Email) and academy_id is not distinct from (select academy_id from meeting where id = @MeetingId)
            order by person_id limit 1))
        order by p.epoch desc limit 1
        """;

    private const string LetBack = "delete from meeting_expulsion where meeting_id = @MeetingId and person_id = @PersonId";

    // A refusal of an earlier sitting is lifted there: who comes next is somebody who was not refused.
    private const string Decide = """
        update place
        set status = @To, decided_by = @By, admitted_at = case when @IsIn then coalesce(admitted_at, @now) else admitted_at end,
            entered_at = case when @IsIn then @now else entered_at end
        where meeting_id = @MeetingId and epoch = @Epoch and person_id = @PersonId and status = @From
        """;

    [LoggerMessage(Level = LogLevel.Information, Message = "Somebody at meeting {MeetingId}, sitting {Epoch}, is {Status} by decision of a person")]
    private partial void LogDecided(Guid meetingId, int epoch, PlaceStatus status);
}
