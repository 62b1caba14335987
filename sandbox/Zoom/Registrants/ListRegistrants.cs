using System.Text.Json.Nodes;
using Meetings.ZoomSandbox.Limits;
using Meetings.ZoomSandbox.Meetings;
using Meetings.ZoomSandbox.OAuth;
using Meetings.ZoomSandbox.Reports;
using Meetings.ZoomSandbox.State;

namespace Meetings.ZoomSandbox.Registrants;

/// <summary>Lists registrants of one status, in pages.</summary>
internal sealed class ListRegistrants(SandboxState state, PageTokens pages)
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet(
        "/v2/meetings/{meetingId}/registrants",
        (string meetingId, HttpRequest request, ListRegistrants useCase) => useCase.Handle(meetingId, request))
        .ZoomCall(RateLabel.Medium, "meeting:read:list_registrants:admin");

    private IResult Handle(string meetingId, HttpRequest request)
    {
        var status = request.Query["status"].ToString() is { Length: > 0 } asked ? asked : Registrant.Approved;
        if (status is not (Registrant.Approved or Registrant.Pending or Registrant.Denied)) return ZoomError.Validation("status", "Invalid field.");

        return state.Read<IResult>(data =>
        {
            if (data.FindMeeting(meetingId, out var meeting) is { } unknown) return unknown;
            if (Registration.Refusal(meeting) is { } refused) return refused;

            var rows = meeting.Registrants.Where(r => r.Status == status).Select(r => Row(meeting, r)).ToList();
            return pages.Answer(request, "registrants", rows);
        });
    }

    private static JsonObject Row(Meeting meeting, Registrant registrant)
    {
        var row = new JsonObject
        {
            ["id"] = registrant.Id,
            ["email"] = registrant.Email,
            ["first_name"] = registrant.FirstName,
            ["last_name"] = registrant.LastName,
        };
        foreach (var (name, value) in registrant.Details) row[name] = value?.DeepClone();
        row["status"] = registrant.Status;
        row["create_time"] = ZoomJson.Text(registrant.CreatedAt);
        if (registrant.Status == Registrant.Approved) row["join_url"] = registrant.JoinUrl(meeting.Id);
        row["participant_pin_code"] = registrant.PinCode;
        return row;
    }
}
