using Meetings.ZoomSandbox.Limits;
using Meetings.ZoomSandbox.OAuth;
using Meetings.ZoomSandbox.State;

namespace Meetings.ZoomSandbox.Meetings;

/// <summary>Shows a meeting.</summary>
internal static class GetMeeting
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/v2/meetings/{meetingId}", Handle).ZoomCall(RateLabel.Light, "meeting:read:meeting:admin");

    private static IResult Handle(string meetingId, SandboxState state, TimeProvider clock) => state.Read<IResult>(data =>
        data.FindMeeting(meetingId, out var meeting) is { } refused ? refused : ZoomJson.Answer(MeetingView.Of(meeting, clock.GetUtcNow())));
}
