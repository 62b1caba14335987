using System.Text.Json;
using Meetings.Meeting.Access;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Series;

namespace Meetings.Meeting.Scheduling;

/// <summary>A checked request for a meeting: nothing in it is out of bounds. What is null was not said.</summary>
internal sealed record MeetingRequest(
    string Provider, string Type, string? Title, string? Description, DateTimeOffset? StartsAt, int? DurationMinutes, string? TimeZone, Guid? ClassId,
    Audience Audience, string? RoomId, string? Password, bool WaitingRoom, MeetingSettings Settings, Recurrence? Recurrence)
{
    public const string Scheduled = "scheduled";
    public const string Instant = "instant";
    public const string Recurring = "recurring";

    /// <summary>Reads a body. Null when <paramref name="errors"/> says what is wrong with it.</summary>
    /// <param name="body">As it was sent.</param>
    /// <param name="providers">The words for providers.</param>
    /// <param name="errors">Of all fields at once.</param>
    public static MeetingRequest? Read(JsonElement body, IReadOnlyCollection<string> providers, out IDictionary<string, string[]> errors)
    {
        if (body.ValueKind is not JsonValueKind.Object)
        {
            errors = new Dictionary<string, string[]> { [""] = ["The body must be a JSON object."] };
            return null;
        }

        var fields = new FieldReader(body);
        var provider = fields.OneOf("provider", providers, required: true);
        var type = fields.OneOf("type", [Scheduled, Instant, Recurring]) ?? Scheduled;
        var planned = type != Instant;
        var classId = fields.Id("classId");
        var audience = MeetingFields.Audience(fields) ?? (classId is null ? Audience.Personal : Audience.Class);
        if (audience is Audience.Class && classId is null) fields.Refuse("classId", "Is required for the audience 'class'.");

        var startsAt = MeetingFields.StartsAt(fields, required: planned);
        var minutes = MeetingFields.Minutes(fields, required: planned);
        var zone = MeetingFields.Zone(fields, required: planned);
        var recurrence = Recurrence.Read(fields, startsAt, minutes, zone);
        if (type == Recurring && !fields.Given("recurrence")) fields.Refuse("recurrence", "Is required for the type 'recurring'.");
        if (type != Recurring && fields.Given("recurrence")) fields.Refuse("recurrence", "Is for the type 'recurring' only.");

        var request = new MeetingRequest(
            provider ?? "", type,
            MeetingFields.Title(fields, required: planned),
            MeetingFields.Description(fields),
            startsAt, minutes, zone,
            classId, audience,
            Room(fields),
            MeetingFields.Password(fields),
            fields.Flag("waitingRoom") ?? true,
            MeetingFields.Settings(fields, new MeetingSettings()), recurrence);

        errors = fields.Errors;
        return errors.Count == 0 ? request : null;
    }

    private static string? Room(FieldReader fields)
    {
        if (fields.Raw("roomId", max: 255) is not { } room) return null;
        // One in the form of a UUID would be found where a link means another meeting.
        if (RoomIds.IsWellFormed(room) && !Guid.TryParseExact(room, "D", out _)) return room;
        fields.Refuse("roomId", "Must be 1 to 255 of the characters A-Z, a-z, 0-9, '_' and '-', and no UUID.");
        return null;
    }
}

internal static class AudienceWords
{
    /// <summary>As it stands in the API, in events and in the database.</summary>
    public static string Word(this Audience audience) => audience.ToString().ToLowerInvariant();
}
