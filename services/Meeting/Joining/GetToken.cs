using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Rooms;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Joining;

/// <summary>A token for the room of a meeting, for those who were let in or need not be. The room is made when it is not there.</summary>
internal sealed class GetToken(RoomVisitors visitors, RoomPass pass, RoomOpener opener, MeetingProviders providers, PersonNames names, TimeProvider clock)
{
    /// <param name="AccessToken">Opens the room until it runs out: to be kept like a password.</param>
    /// <param name="ServerUrl">Where the client connects to.</param>
    /// <param name="Identity">As others see the participant: <c>{userId}_{slug of the name}</c>.</param>
    public sealed record Response(
        string AccessToken, Uri ServerUrl, string RoomName, string Identity, Permissions Permissions, DateTimeOffset ExpiresAt);

    public sealed record Permissions(bool CanPublish, bool CanSubscribe);

    public static void Map(RouteGroupBuilder meetings) => meetings.MapGet(
        "/{id}/token", (string id, string? canPublish, string? canSubscribe, Caller caller, HttpResponse response, GetToken useCase, CancellationToken ct) =>
            useCase.HandleAsync(id, canPublish, canSubscribe, caller, response, ct))
        .WithName("GetRoomToken")
        .Produces<Response>();

    private async Task<IResult> HandleAsync(
        string id, string? canPublish, string? canSubscribe, Caller caller, HttpResponse response, CancellationToken ct)
    {
        if (!TryReadWish(canPublish, out var publish)) return Problem.Invalid("canPublish", "Must be true or false.");
        if (!TryReadWish(canSubscribe, out var subscribe)) return Problem.Invalid("canSubscribe", "Must be true or false.");
        if (await visitors.FindAsync(id, caller, ct) is not { } visit) return Scheduling.Problems.MeetingNotFound;
        if (!visit.MayEnter(clock.GetUtcNow())) return visit.Meeting.SeesMeeting ? Problems.AdmissionRequired : Scheduling.Problems.MeetingNotFound;

        var meeting = visit.Meeting.Row;
        if (meeting.State is MeetingState.Cancelled) return Problems.MeetingCancelled;
        if (meeting.ProviderMeetingId is null) return Scheduling.Problems.CreationInProgress;
        if (providers.Find(meeting.Provider) is null) return Problems.ProviderNotAvailable;

        return await Scheduling.Problems.AnswerAsync(async () =>
        {
            var rights = RoomRoles.Rights(visit.Meeting.As, visit.Meeting.IsRunBy, publish, subscribe);
            var name = await names.FindAsync(caller.PersonId, ct);
            if (pass.Issue(visit.Meeting, caller, name, rights) is not { } token)
                return Problems.NoTokens;

            await opener.OpenAsync(meeting, ct);
            response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(new Response(
                token.AccessToken, token.ServerUrl, token.RoomName, token.Identity, new Permissions(rights.CanPublish, rights.CanSubscribe), token.ExpiresAt));
        });
    }

    private static bool TryReadWish(string? text, out bool? wish)
    {
        wish = text switch { "true" or "1" => true, "false" or "0" => false, _ => null };
        return text is null || wish is not null;
    }
}
