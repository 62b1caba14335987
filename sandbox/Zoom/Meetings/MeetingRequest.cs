using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Meetings.ZoomSandbox.Meetings;

/// <summary>What a create or an update asks for. Null: not mentioned.</summary>
internal sealed partial record MeetingRequest
{
    public string? Topic { get; private init; }
    public string? Agenda { get; private init; }
    public int? Type { get; private init; }
    public DateTimeOffset? StartTime { get; private init; }
    public int? Duration { get; private init; }
    public string? Timezone { get; private init; }
    public string? Password { get; private init; }
    public string? ScheduleFor { get; private init; }
    public JsonObject? Settings { get; private init; }
    public JsonObject? Recurrence { get; private init; }
    public JsonArray? TrackingFields { get; private init; }

    /// <summary>Reads a body, or says what is wrong with it.</summary>
    /// <param name="body">The request's body.</param>
    /// <param name="zone">The zone of local times, when the body names none.</param>
    /// <param name="request">What was read.</param>
    public static ZoomError? Read(JsonObject body, TimeZoneInfo zone, out MeetingRequest request)
    {
        var reader = new BodyReader(body);
        var asked = reader.Zone("timezone");
        request = new MeetingRequest
        {
            Topic = reader.Text("topic", 200),
            Agenda = reader.Text("agenda", 2000),
            Type = reader.Whole("type", type => type is 1 or 2 or 3 or 8 or 10),
            StartTime = reader.Instant("start_time", asked ?? zone),
            Duration = reader.Whole("duration", minutes => minutes > 0),
            Timezone = asked is null ? null : reader.Text("timezone", 64),
            Password = reader.Text("password", 10),
            ScheduleFor = reader.Text("schedule_for", 254),
            Settings = reader.Object("settings") is { } settings ? MeetingSettings.Read(settings, reader) : null,
            Recurrence = reader.Object("recurrence") is { } recurrence ? RecurrenceRule.Check(recurrence, reader) : null,
            TrackingFields = reader.Array("tracking_fields"),
        };

        if (request.Password is { } password && !PasswordLetters().IsMatch(password)) reader.Refuse("password");
        return reader.Error;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9@_*-]*\z")]
    private static partial Regex PasswordLetters();
}
