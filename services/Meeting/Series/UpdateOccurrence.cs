using System.Text.Json;
using Meetings.Meeting.Access;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Series;

/// <summary>Moves one date of a series, with the meeting's <c>ETag</c>. It stays that date: a change of the series leaves it alone from then on.</summary>
internal sealed class UpdateOccurrence(OccurrenceChanges changes, MeetingPlaceFinder places)
{
    /// <param name="StartsAt">What is not mentioned stays.</param>
    /// <param name="DurationMinutes">1 to 1440.</param>
    public sealed record Body(DateTimeOffset? StartsAt, int? DurationMinutes);

    public static void Map(RouteGroupBuilder meetings) => meetings.MapPatch(
        "/{id}/occurrences/{occurrenceId:guid}",
        (string id, Guid occurrenceId, Caller caller, HttpContext http, JsonElement body, UpdateOccurrence useCase, CancellationToken ct) =>
            useCase.HandleAsync(id, occurrenceId, caller, Preconditions.Read(http.Request.Headers.IfMatch), body, http.Response, ct))
        .WithName("UpdateOccurrence")
        .Accepts<Body>("application/json")
        .Produces<OccurrenceResponse>();

    private async Task<IResult> HandleAsync(
        string id, Guid occurrenceId, Caller caller, Preconditions? seen, JsonElement body, HttpResponse response, CancellationToken ct)
    {
        var (meeting, date, refusal) = await changes.FindAsync(id, occurrenceId, caller, MeetingAction.Edit, ct);
        if (meeting is null || date is null) return refusal!;
        if (seen is null) return Preconditions.Required;
        if (Read(body, date, out var errors) is not { } wanted) return Problem.Invalid(errors);
        if (!seen.Hold(MeetingResponse.Tag(meeting.Version))) return Problems.Stale;
        if (OccurrenceChanges.Refuse(date) is { } now) return now;
        // The one date of a meeting is the meeting's: there is one way to move it.
        if (meeting.Recurrence is null) return Problems.NotRecurring;

        return await Problems.AnswerAsync(async () =>
        {
            var day = await places.DateAsync(meeting.AcademyId, wanted.StartsAt, ct);
            var (row, moved, late) = await changes.CompleteAsync(
                caller, meeting, occurrenceId, unchanged: true, new AuditEntry("occurrence-moved", Detail: new { occurrenceId }),
                async (session, current) =>
                {
                    if (OccurrenceChanges.Refuse(current) is { } begun) return begun;
                    await session.ExecuteAsync(Move, new { occurrenceId, wanted.StartsAt, wanted.Minutes, day }, CancellationToken.None);
                    return null;
                }, ct);
            return row is null ? late! : OccurrenceChanges.Answer(row, moved!, response);
        });
    }

    private sealed record Wanted(DateTimeOffset StartsAt, int Minutes);

    private static Wanted? Read(JsonElement body, OccurrenceRow date, out IDictionary<string, string[]> errors)
    {
        if (body.ValueKind is not JsonValueKind.Object)
        {
            errors = new Dictionary<string, string[]> { [""] = ["The body must be a JSON object."] };
            return null;
        }

        var fields = new FieldReader(body);
        var wanted = new Wanted(
            MeetingFields.StartsAt(fields, fields.Has("startsAt")) ?? date.StartsAt,
            MeetingFields.Minutes(fields, fields.Has("durationMinutes")) ?? date.DurationMinutes);
        errors = fields.Errors;
        return errors.Count == 0 ? wanted : null;
    }

    private const string Move = """
        update occurrence set starts_at = @StartsAt, duration_minutes = @Minutes, local_date = @day, changed = true where id = @occurrenceId
        """;
}
