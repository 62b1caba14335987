using System.Text.Json.Nodes;
using Meetings.ZoomSandbox.State;

namespace Meetings.ZoomSandbox.Meetings;

/// <summary>A meeting as the REST API shows it.</summary>
internal static class MeetingView
{
    public static JsonObject Of(Meeting meeting, DateTimeOffset now)
    {
        var view = new JsonObject
        {
            ["uuid"] = meeting.Running?.Uuid ?? meeting.Uuid,
            ["id"] = meeting.Id,
            ["host_id"] = meeting.HostId,
            ["host_email"] = meeting.HostEmail,
            ["topic"] = meeting.Topic,
            ["type"] = meeting.Type,
            ["status"] = meeting.Running is null ? "waiting" : "started",
        };
        if (meeting.StartTime is { } start) view["start_time"] = ZoomJson.Text(start);
        view["duration"] = meeting.Duration;
        view["timezone"] = meeting.Timezone;
        view["agenda"] = meeting.Agenda;
        view["created_at"] = ZoomJson.Text(meeting.CreatedAt);

        // Whoever holds it is the host for two hours; every reading makes a new one.
        view["start_url"] = $"https://us02web.zoom.us/s/{meeting.Id}?zak={Ids.Short()}.{now.AddHours(2).ToUnixTimeSeconds()}";
        view["join_url"] = meeting.JoinUrl;
        view["password"] = meeting.Password;
        if (meeting.HasRegistration) view["registration_url"] = $"https://us02web.zoom.us/meeting/register/{meeting.Id}";
        if (meeting.Occurrences.Count > 0) view["occurrences"] = Occurrences(meeting);
        if (meeting.TrackingFields is { } tracking) view["tracking_fields"] = tracking.DeepClone();
        if (meeting.Recurrence is { } recurrence) view["recurrence"] = recurrence.DeepClone();
        view["settings"] = meeting.Settings.DeepClone();
        return view;
    }

    public static JsonArray Occurrences(Meeting meeting) => new([.. meeting.Occurrences.Select(o => new JsonObject
    {
        ["occurrence_id"] = o.Id,
        ["start_time"] = ZoomJson.Text(o.StartTime),
        ["duration"] = o.Duration,
        ["status"] = o.Deleted ? "deleted" : "available",
    })]);
}
