using System.Text.Json;
using System.Text.RegularExpressions;
using Meetings.Meeting.Access;
using Meetings.Meeting.Passwords;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Rooms;

namespace Meetings.Meeting.Scheduling;

/// <summary>A checked request for a meeting: nothing in it is out of bounds. What is null was not said.</summary>
internal sealed partial record MeetingRequest(
    string Provider, string Type, string? Title, string? Description, DateTimeOffset? StartsAt, int? DurationMinutes, string? TimeZone, Guid? ClassId,
    Audience Audience, string? RoomId, string? Password, bool WaitingRoom, MeetingSettings Settings)
{
    public const string Zoom = "zoom";
    public const string LiveKit = "livekit";
    public const string Scheduled = "scheduled";
    public const string Instant = "instant";
    public const string Recurring = "recurring";

    private const int MaxTitle = 200;
    private const int MaxDescription = 2000;
    private const int MaxMinutes = 1440;
    private const int MaxPeople = 1000;

    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Dictionary<string, Audience> Audiences = Enum.GetValues<Audience>().ToDictionary(AudienceWords.Word);

    /// <summary>Reads a body. Null when <paramref name="errors"/> says what is wrong with it.</summary>
    public static MeetingRequest? Read(JsonElement body, out IDictionary<string, string[]> errors)
    {
        if (body.ValueKind is not JsonValueKind.Object)
        {
            errors = new Dictionary<string, string[]> { [""] = ["The body must be a JSON object."] };
            return null;
        }

        var fields = new FieldReader(body);
        var provider = fields.OneOf("provider", [Zoom, LiveKit], required: true);
        var type = fields.OneOf("type", [Scheduled, Instant, Recurring]) ?? Scheduled;
        var planned = type != Instant;
        var classId = fields.Id("classId");
        var audience = fields.OneOf("audience", Audiences.Keys) is { } word ? Audiences[word] : classId is null ? Audience.Personal : Audience.Class;
        if (audience is Audience.Class && classId is null) fields.Refuse("classId", "Is required for the audience 'class'.");

        var request = new MeetingRequest(
            provider ?? "", type,
            fields.Text("title", MaxTitle, required: planned),
            fields.Text("description", MaxDescription, lines: true),
            fields.Instant("startsAt", Earliest, Latest, required: planned),
            fields.Whole("durationMinutes", 1, MaxMinutes, required: planned),
            Zone(fields, required: planned),
            classId, audience,
            Room(fields),
            Secret(fields),
            fields.Flag("waitingRoom") ?? true,
            fields.Object("settings", settings => new MeetingSettings(
                settings.Flag("muteOnEntry"), settings.Flag("hostVideo"), settings.Flag("participantVideo"), settings.Flag("allowMultipleDevices"),
                settings.OneOf("admitters", [WhoMayAdmit.Hosts, WhoMayAdmit.AllAdmitted]),
                settings.OneOf("onHostLeave", [RoomEnd.Keep, RoomEnd.EndAfter, RoomEnd.End]),
                settings.Whole("endAfterMinutes", 1, 240), settings.Whole("latecomersWaitAfterMinutes", 0, MaxMinutes),
                settings.OneOf("guardians", ["join", "view"]))
                {
                    MaxParticipants = settings.Whole("maxParticipants", 1, MaxPeople),
                })
                ?? new MeetingSettings());

        errors = fields.Errors;
        return errors.Count == 0 ? request : null;
    }

    private static string? Zone(FieldReader fields, bool required)
    {
        // The form is checked before the name is looked up, since zones are files.
        if (fields.Text("timeZone", 64, required) is not { } zone) return null;
        if (ZoneForm().IsMatch(zone) && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)) return zone;
        fields.Refuse("timeZone", "Must be the name of a time zone, such as Asia/Manila.");
        return null;
    }

    private static string? Room(FieldReader fields)
    {
        if (fields.Raw("roomId", max: 255) is not { } room) return null;
        if (RoomIds.IsWellFormed(room)) return room;
        fields.Refuse("roomId", "Must be 1 to 255 of the characters A-Z, a-z, 0-9, '_' and '-'.");
        return null;
    }

    private static string? Secret(FieldReader fields)
    {
        if (fields.Raw("password", PasswordHasher.MaxLength) is not { } password) return null;
        if (password.Length > 0 && !password.Contains('\0', StringComparison.Ordinal)) return password;
        fields.Refuse("password", $"Must be 1 to {PasswordHasher.MaxLength} characters.");
        return null;
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}\z")]
    private static partial Regex ZoneForm();
}

internal static class AudienceWords
{
    /// <summary>As it stands in the API, in events and in the database.</summary>
    public static string Word(this Audience audience) => audience.ToString().ToLowerInvariant();
}
