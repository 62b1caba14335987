using System.Text.Json;
using Meetings.Meeting.Access;
using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Joining;

/// <summary>Opens the room of a planned meeting ahead of its time, once: one that is there is refused (S3-10).</summary>
internal sealed class OpenRoom(MeetingChanges changes, RoomOpener opener, MeetingProviders providers, TimeProvider clock)
{
    /// <param name="MaxParticipants">1 to 1000 people at a time. Default: what was planned.</param>
    public sealed record Body(int? MaxParticipants);

    /// <param name="RoomName">The provider's name of it.</param>
    /// <param name="MaxParticipants">Null where it was left to the provider's default.</param>
    public sealed record Response(
        Guid MeetingId, string RoomId, string Provider, string RoomName, string? JoinUrl, int? MaxParticipants, DateTimeOffset CreatedAt);

    public static void Map(RouteGroupBuilder meetings) => meetings.MapPost(
        "/{id}/room", (string id, Caller caller, JsonElement body, OpenRoom useCase, CancellationToken ct) => useCase.HandleAsync(id, caller, body, ct))
        .WithName("OpenRoom")
        .Accepts<Body>("application/json")
        .Produces<Response>(StatusCodes.Status201Created);

    private async Task<IResult> HandleAsync(string id, Caller caller, JsonElement body, CancellationToken ct)
    {
        if (body.ValueKind is not JsonValueKind.Object) return Problem.Invalid("", "The body must be a JSON object.");
        var fields = new FieldReader(body);
        var places = fields.Whole("maxParticipants", 1, 1000);
        if (fields.Errors is { Count: > 0 } errors) return Problem.Invalid(errors);

        var (meeting, refusal) = await changes.FindAsync(id, caller, MeetingAction.Manage, ct);
        if (meeting is null) return refusal!;
        if (meeting.State is MeetingState.Cancelled) return Problems.MeetingCancelled;
        if (meeting.ProviderMeetingId is not { } room) return Scheduling.Problems.CreationInProgress;
        if (providers.Find(meeting.Provider) is null) return Problems.ProviderNotAvailable;
        if (meeting.IsAtProvider) return Problems.RoomExists;

        return await Scheduling.Problems.AnswerAsync(async () =>
        {
            var now = clock.GetUtcNow();
            // Of several at the same moment one has opened it.
            if (!await opener.OpenAsync(meeting, ct, places)) return Problems.RoomExists;
            var planned = JsonSerializer.Deserialize<MeetingSettings>(meeting.Settings, ApiJson.Options)!.MaxParticipants;
            return TypedResults.Created(
                $"/api/v1/meetings/{meeting.Id}/room",
                new Response(meeting.Id, meeting.RoomId, meeting.Provider, room, meeting.JoinUrl, places ?? planned, now));
        });
    }
}
