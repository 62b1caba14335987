using System.Text.Json.Nodes;
using Meetings.ZoomSandbox.Limits;
using Meetings.ZoomSandbox.OAuth;
using Meetings.ZoomSandbox.Reports;
using Meetings.ZoomSandbox.State;
using Meetings.ZoomSandbox.Users;
using Microsoft.Extensions.Options;

namespace Meetings.ZoomSandbox.Meetings;

/// <summary>Lists a user's meetings, in pages: all that are planned, those running, or those to come. Instant ones only while they run.</summary>
internal sealed class ListMeetings(SandboxState state, PageTokens pages, IOptions<ZoomOptions> options, TimeProvider clock)
{
    // A list shows the beginning of an agenda; the whole is with the meeting.
    private const int AgendaShown = 250;

    public static void Map(IEndpointRouteBuilder app) => app.MapGet(
        "/v2/users/{userId}/meetings", (string userId, HttpRequest request, ListMeetings useCase) => useCase.Handle(userId, request))
        .ZoomCall(RateLabel.Medium, "meeting:read:list_meetings:admin");

    private IResult Handle(string userId, HttpRequest request)
    {
        var type = request.Query["type"].ToString() is { Length: > 0 } asked ? asked : "scheduled";
        if (type is not ("scheduled" or "live" or "upcoming" or "upcoming_meetings")) return ZoomError.Validation("type", "Invalid field.");

        var now = clock.GetUtcNow();
        return state.Change<IResult>(data =>
        {
            if (data.FindUser(userId, options.Value, now) is not { } user) return ZoomError.NoUser(userId);

            var listed = data.Meetings.Values.Where(m => m.HostId == user.Id && type switch
            {
                "live" => m.Running is not null,
                "scheduled" => m.Type != Meeting.Instant,
                _ => m.Type != Meeting.Instant && m.StartTime > now,
            });
            return pages.Answer(request, "meetings", [.. listed.OrderBy(m => m.StartTime).ThenBy(m => m.Id).Select(Row)]);
        });
    }

    private static JsonObject Row(Meeting meeting)
    {
        var row = new JsonObject
        {
            ["uuid"] = meeting.Uuid,
            ["id"] = meeting.Id,
            ["host_id"] = meeting.HostId,
            ["topic"] = meeting.Topic,
            ["type"] = meeting.Type,
        };
        if (meeting.StartTime is { } start) row["start_time"] = ZoomJson.Text(start);
        row["duration"] = meeting.Duration;
        row["timezone"] = meeting.Timezone;
        if (meeting.Agenda.Length > 0) row["agenda"] = Beginning(meeting.Agenda);
        row["created_at"] = ZoomJson.Text(meeting.CreatedAt);
        row["join_url"] = meeting.JoinUrl;
        return row;
    }

    private static string Beginning(string agenda) =>
        agenda.Length <= AgendaShown ? agenda : agenda[..(char.IsHighSurrogate(agenda[AgendaShown - 1]) ? AgendaShown - 1 : AgendaShown)];
}
