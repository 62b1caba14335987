using System.Text.Json.Nodes;
using Meetings.ZoomSandbox.Limits;
using Meetings.ZoomSandbox.OAuth;
using Meetings.ZoomSandbox.State;

namespace Meetings.ZoomSandbox.Reports;

/// <summary>What was: participants and instances of meetings that have ended.</summary>
internal static class ReportsFeature
{
    // Segments of /v2/past_meetings/{id}/… and /v2/report/meetings/{id}/….
    private const int PastMeetingSegment = 2;
    private const int ReportMeetingSegment = 3;

    public static void AddReports(this IServiceCollection services) => services.AddSingleton<PageTokens>();

    public static void MapReports(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v2/past_meetings/{id}/participants", PastParticipants).ZoomCall(RateLabel.Medium, "meeting:read:list_past_participants:admin");
        app.MapGet("/v2/past_meetings/{id}/instances", PastInstances).ZoomCall(RateLabel.Medium, "meeting:read:list_past_instances:admin");
        app.MapGet("/v2/report/meetings/{id}/participants", ReportParticipants).ZoomCall(RateLabel.Heavy, "report:read:list_meeting_participants:admin");
    }

    private static IResult PastParticipants(HttpRequest request, SandboxState state, PageTokens pages) => state.Read<IResult>(data =>
        data.FindEnded(InstancePath.Read(request, PastMeetingSegment), out var meeting, out var sitting) is { } refused ? refused
        : !meeting.HostIsLicensed ? ZoomError.PaidOnly
        : pages.Answer(request, "participants", ParticipantRows.Past(sitting)));

    private static IResult ReportParticipants(HttpRequest request, SandboxState state, PageTokens pages)
    {
        var withRegistrants = request.Query["include_fields"].ToString().Split(',').Contains("registrant_id");
        return state.Read<IResult>(data =>
            data.FindEnded(InstancePath.Read(request, ReportMeetingSegment), out var meeting, out var sitting) is { } refused ? refused
            : !meeting.HostIsLicensed ? ZoomError.PaidOnly
            : pages.Answer(request, "participants", ParticipantRows.Report(sitting, withRegistrants)));
    }

    private static IResult PastInstances(string id, SandboxState state) => state.Read<IResult>(data =>
        data.FindMeeting(id, out var meeting) is { } refused ? refused
        : ZoomJson.Answer(new JsonObject
        {
            ["meetings"] = new JsonArray([.. meeting.Sittings.Where(s => s.EndedAt is not null).Select(s => new JsonObject
            {
                ["uuid"] = s.Uuid,
                ["start_time"] = ZoomJson.Text(s.StartedAt),
            })]),
        }));
}
