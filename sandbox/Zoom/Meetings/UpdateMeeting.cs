using System.Text.Json.Nodes;
using Meetings.ZoomSandbox.Limits;
using Meetings.ZoomSandbox.OAuth;
using Meetings.ZoomSandbox.State;
using Meetings.ZoomSandbox.Webhooks;
using Microsoft.Extensions.Options;

namespace Meetings.ZoomSandbox.Meetings;

/// <summary>Changes what a meeting, or one occurrence of it, mentions in the body and leaves the rest.</summary>
internal sealed class UpdateMeeting(
    SandboxState state, DailyCounters counters, ManagementEvents events, DeliveryQueue deliveries, IOptions<ZoomOptions> options, TimeProvider clock)
{
    private const int UpdatesPerMeetingPerDay = 100;

    public static void Map(IEndpointRouteBuilder app) => app.MapPatch(
        "/v2/meetings/{meetingId}",
        (string meetingId, HttpRequest request, UpdateMeeting useCase, CancellationToken ct) => useCase.HandleAsync(meetingId, request, ct))
        .ZoomCall(RateLabel.Light, "meeting:update:meeting:admin");

    private async Task<IResult> HandleAsync(string meetingId, HttpRequest request, CancellationToken ct)
    {
        if (await BodyReader.ReadAsync(request, ct) is not { } body) return ZoomError.NotJson;

        var occurrenceId = request.Query["occurrence_id"].ToString();
        return state.Change<IResult>(data =>
        {
            if (data.FindMeeting(meetingId, out var meeting) is { } refused) return refused;
            if (MeetingRequest.Read(body, TimeZoneInfo.FindSystemTimeZoneById(meeting.Timezone), out var asked) is { } invalid) return invalid;
            if (!counters.TryTake($"meetings:{meeting.HostId}", options.Value.MeetingCallsPerHostPerDay)) return CreateMeeting.HostLimit(options.Value);
            if (!counters.TryTake($"updates:{meeting.Id}", UpdatesPerMeetingPerDay)) return CreateMeeting.HostLimit(options.Value);

            var now = clock.GetUtcNow();

            // A start in the past is ignored, not refused.
            var start = asked.StartTime > now ? asked.StartTime : null;
            var changes = new MeetingChanges();
            if (occurrenceId.Length > 0)
            {
                if (meeting.Occurrences.Find(o => o.Id == occurrenceId && !o.Deleted) is not { } occurrence) return ZoomError.NoOccurrence(occurrenceId);
                ChangeOccurrence(occurrence, start, asked.Duration, changes);
            }
            else
            {
                Change(meeting, asked, start, changes);
            }

            if (changes.Any) deliveries.Send(events.Updated(meeting, changes, occurrenceId.Length > 0 ? "single" : "all", now));
            return Results.NoContent();
        });
    }

    private static void ChangeOccurrence(Occurrence occurrence, DateTimeOffset? start, int? duration, MeetingChanges changes)
    {
        if (start is { } at && changes.Note("start_time", ZoomJson.Text(occurrence.StartTime), ZoomJson.Text(at))) occurrence.StartTime = at;
        if (duration is { } minutes && changes.Note("duration", occurrence.Duration, minutes)) occurrence.Duration = minutes;
    }

    private static void Change(Meeting meeting, MeetingRequest asked, DateTimeOffset? start, MeetingChanges changes)
    {
        if (asked.Topic is { Length: > 0 } topic && changes.Note("topic", meeting.Topic, topic)) meeting.Topic = topic;
        if (asked.Agenda is { } agenda && changes.Note("agenda", meeting.Agenda, agenda)) meeting.Agenda = agenda;
        if (asked.Type is { } type && changes.Note("type", meeting.Type, type)) meeting.Type = type;
        if (asked.Timezone is { } zone && changes.Note("timezone", meeting.Timezone, zone)) meeting.Timezone = zone;
        if (asked.Password is { } password && changes.Note("password", meeting.Password, password)) meeting.Password = password;

        var moved = start is { } at && changes.Note("start_time", meeting.StartTime is { } old ? ZoomJson.Text(old) : null, ZoomJson.Text(at));
        if (moved) meeting.StartTime = start;
        var lengthened = asked.Duration is { } minutes && changes.Note("duration", meeting.Duration, minutes);
        if (lengthened) meeting.Duration = asked.Duration!.Value;
        var repeated = asked.Recurrence is { } recurrence && changes.Note("recurrence", meeting.Recurrence, recurrence);
        if (repeated) meeting.Recurrence = asked.Recurrence;
        if (moved || lengthened || repeated) CreateMeeting.Reschedule(meeting);

        if (asked.TrackingFields is { } tracking && changes.Note("tracking_fields", meeting.TrackingFields, tracking))
        {
            meeting.TrackingFields = (JsonArray)tracking.DeepClone();
        }

        if (asked.Settings is { } settings)
        {
            changes.NoteSettings(meeting.Settings, settings);
            foreach (var (name, value) in settings) meeting.Settings[name] = value?.DeepClone();
        }
    }
}
