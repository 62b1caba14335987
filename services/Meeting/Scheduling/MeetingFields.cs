using System.Text.RegularExpressions;
using Meetings.Meeting.Access;
using Meetings.Meeting.Passwords;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Rooms;

namespace Meetings.Meeting.Scheduling;

/// <summary>The fields of a meeting as people send them: the same bounds whether it is planned or changed.</summary>
internal static partial class MeetingFields
{
    private const int MaxTitle = 200;
    private const int MaxDescription = 2000;
    private const int MaxMinutes = 1440;
    private const int MaxPeople = 1000;
    private const int MaxEmptyMinutes = 240;

    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Dictionary<string, Audience> Audiences = Enum.GetValues<Audience>().ToDictionary(AudienceWords.Word);

    public static string? Title(FieldReader fields, bool required) => fields.Text("title", MaxTitle, required);

    public static string? Description(FieldReader fields) => fields.Text("description", MaxDescription, lines: true);

    public static DateTimeOffset? StartsAt(FieldReader fields, bool required) => fields.Instant("startsAt", Earliest, Latest, required);

    public static int? Minutes(FieldReader fields, bool required) => fields.Whole("durationMinutes", 1, MaxMinutes, required);

    public static Audience? Audience(FieldReader fields, bool required = false) =>
        fields.OneOf("audience", Audiences.Keys, required) is { } word ? Audiences[word] : null;

    public static string? Zone(FieldReader fields, bool required)
    {
        // The form is checked before the name is looked up, since zones are files.
        if (fields.Text("timeZone", 64, required) is not { } zone) return null;
        if (ZoneForm().IsMatch(zone) && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)) return zone;
        fields.Refuse("timeZone", "Must be the name of a time zone, such as Asia/Manila.");
        return null;
    }

    public static string? Password(FieldReader fields)
    {
        if (fields.Raw("password", PasswordHasher.MaxLength) is not { } password) return null;
        if (password.Length > 0 && !password.Contains('\0', StringComparison.Ordinal)) return password;
        fields.Refuse("password", $"Must be 1 to {PasswordHasher.MaxLength} characters.");
        return null;
    }

    /// <summary>What is not mentioned stays as it is in <paramref name="current"/>; null leaves all of it to the provider.</summary>
    public static MeetingSettings Settings(FieldReader fields, MeetingSettings current) =>
        fields.Object("settings", settings => new MeetingSettings(
            Flag(settings, "muteOnEntry", current.MuteOnEntry), Flag(settings, "hostVideo", current.HostVideo),
            Flag(settings, "participantVideo", current.ParticipantVideo), Flag(settings, "allowMultipleDevices", current.AllowMultipleDevices),
            Word(settings, "admitters", [WhoMayAdmit.Hosts, WhoMayAdmit.AllAdmitted], current.Admitters),
            Word(settings, "onHostLeave", [RoomEnd.Keep, RoomEnd.EndAfter, RoomEnd.End], current.OnHostLeave),
            Whole(settings, "endAfterMinutes", 1, MaxEmptyMinutes, current.EndAfterMinutes),
            Whole(settings, "latecomersWaitAfterMinutes", 0, MaxMinutes, current.LatecomersWaitAfterMinutes),
            Word(settings, "guardians", ["join", "view"], current.Guardians))
        {
            MaxParticipants = Whole(settings, "maxParticipants", 1, MaxPeople, current.MaxParticipants),
            RecordingEnabled = Flag(settings, "recordingEnabled", current.RecordingEnabled),
        })
        ?? (fields.Has("settings") ? new MeetingSettings() : current);

    private static bool? Flag(FieldReader fields, string name, bool? current) => fields.Has(name) ? fields.Flag(name) : current;

    private static int? Whole(FieldReader fields, string name, int least, int most, int? current) => fields.Has(name) ? fields.Whole(name, least, most) : current;

    private static string? Word(FieldReader fields, string name, IReadOnlyCollection<string> words, string? current) =>
        fields.Has(name) ? fields.OneOf(name, words) : current;

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}\z")]
    private static partial Regex ZoneForm();
}
