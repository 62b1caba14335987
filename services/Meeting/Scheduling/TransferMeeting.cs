using System.Text.Json;
using Meetings.Meeting.Access;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Scheduling;

/// <summary>Gives a meeting to another owner, with an audit entry. Who made it stays known for ever (S4-01), and who holds it is another matter.</summary>
internal sealed class TransferMeeting(MeetingChanges changes, HostFinder hosts)
{
    public static void Map(RouteGroupBuilder meetings) => meetings.MapPost(
        "/{id}/transfer", (string id, Caller caller, JsonElement body, HttpResponse response, TransferMeeting useCase, CancellationToken ct) =>
            useCase.HandleAsync(id, caller, body, response, ct))
        .WithName("TransferMeeting")
        .Accepts<Body>("application/json")
        .Produces<MeetingResponse>();

    /// <param name="UserId">Someone who teaches in the academy or is on its staff.</param>
    public sealed record Body(Guid UserId);

    private async Task<IResult> HandleAsync(string id, Caller caller, JsonElement body, HttpResponse response, CancellationToken ct)
    {
        var (meeting, refusal) = await changes.FindAsync(id, caller, MeetingAction.Transfer, ct);
        if (meeting is null) return refusal!;
        if (Read(body, out var errors) is not { } userId) return Problem.Invalid(errors);
        if (meeting.OwnerId == userId) return MeetingAnswer.Of(meeting, response);
        if (meeting.ProviderMeetingId is null) return Problems.CreationInProgress;

        return await Problems.AnswerAsync(() => GiveAsync(caller, meeting, userId, response, ct));
    }

    private async Task<IResult> GiveAsync(Caller caller, VisibleMeeting meeting, Guid userId, HttpResponse response, CancellationToken ct)
    {
        if (await hosts.FindAsync(meeting.AcademyId, [userId], ct) is null) return Problems.CannotHost;

        var (lease, busy) = await changes.BeginAsync(caller, meeting, ChangeLedger.Transfer, unchanged: false, ct);
        if (lease is null) return busy!;
        var (row, late) = await changes.CompleteAsync(
            lease, caller, new AuditEntry("transferred", userId, new { from = meeting.OwnerId, to = userId }),
            async (session, _) =>
            {
                await session.ExecuteAsync("update meeting set owner_id = @userId where id = @Id", new { meeting.Id, userId }, CancellationToken.None);
                return null;
            }, providerState: null);
        return row is null ? late! : MeetingAnswer.Of(row, response);
    }

    private static Guid? Read(JsonElement body, out IDictionary<string, string[]> errors)
    {
        if (body.ValueKind is not JsonValueKind.Object)
        {
            errors = new Dictionary<string, string[]> { [""] = ["The body must be a JSON object."] };
            return null;
        }

        var fields = new FieldReader(body);
        var userId = fields.Id("userId");
        if (userId is null && !fields.Refused("userId")) fields.Refuse("userId", "Is required.");
        errors = fields.Errors;
        return userId;
    }
}
