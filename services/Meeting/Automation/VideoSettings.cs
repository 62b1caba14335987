using System.Globalization;
using System.Text.Json;
using Meetings.Meeting.Scheduling;

namespace Meetings.Meeting.Automation;

/// <summary>What an academy wants of its rooms (seed 003). Times of day and days are those of its own time zone.</summary>
/// <param name="AutoCreateMeetings">Rooms are opened ahead of lessons. Default true.</param>
/// <param name="CreationMinutesBefore">How long before its start, 1 to 120 minutes. Default 60.</param>
/// <param name="CreationWindowStart">Only from this time of day on, included; null, like the end: at any time.</param>
/// <param name="CreationWindowEnd">Only until this time of day, not included. When it is before the start, the window spans midnight.</param>
/// <param name="CreationBlockedDays"><c>monday</c> to <c>sunday</c>: what starts on such a day gets no room ahead.</param>
/// <param name="AutoEndMeetings">What is past its end and the buffer is ended. Default true.</param>
/// <param name="EndBufferMinutes">0 to 240 minutes. Default 30.</param>
/// <param name="MaxParticipants">People at a time, 1 to 1000, where neither the meeting nor its teacher says otherwise; null leaves it to the installation (50).</param>
/// <param name="RecordingEnabled">Likewise whether it is recorded. Default false.</param>
/// <param name="AllowAdHocRooms">Joining a room that nobody has made makes it, for those who may create. Default: the installation's.</param>
public sealed record VideoSettings(
    bool AutoCreateMeetings, int CreationMinutesBefore, TimeOnly? CreationWindowStart, TimeOnly? CreationWindowEnd, IReadOnlyList<DayOfWeek> CreationBlockedDays,
    bool AutoEndMeetings, int EndBufferMinutes, int? MaxParticipants, bool RecordingEnabled, bool AllowAdHocRooms)
{
    internal const int MaxMinutesBefore = 120;
    private const int MaxBuffer = 240;
    internal const int MaxPeople = 1000;

    private static readonly Dictionary<string, DayOfWeek> Days = Enum.GetValues<DayOfWeek>().ToDictionary(day => day.ToString().ToLowerInvariant());

    /// <summary>Of an academy that saved nothing.</summary>
    internal static VideoSettings Default(bool adHocRooms) => new(
        AutoCreateMeetings: true, CreationMinutesBefore: 60, null, null, [], AutoEndMeetings: true, EndBufferMinutes: 30, MaxParticipants: null, RecordingEnabled: false, adHocRooms);

    /// <summary>Reads a body that replaces all of it: what it does not mention is the default. Null when <paramref name="errors"/> says what is wrong.</summary>
    internal static VideoSettings? Read(JsonElement body, VideoSettings whenMissing, out IDictionary<string, string[]> errors)
    {
        if (body.ValueKind is not JsonValueKind.Object)
        {
            errors = new Dictionary<string, string[]> { [""] = ["The body must be a JSON object."] };
            return null;
        }

        var fields = new FieldReader(body);
        var (start, end) = (Time(fields, "creationWindowStart"), Time(fields, "creationWindowEnd"));
        if (fields.Given("creationWindowStart") != fields.Given("creationWindowEnd")) fields.Refuse("creationWindowStart", "A window has a start and an end.");
        else if (start is not null && start == end) fields.Refuse("creationWindowEnd", "Must not be the start; without either, it is any time.");
        var settings = new VideoSettings(
            fields.Flag("autoCreateMeetings") ?? whenMissing.AutoCreateMeetings,
            fields.Whole("creationMinutesBefore", 1, MaxMinutesBefore) ?? whenMissing.CreationMinutesBefore,
            start, end, fields.Words("creationBlockedDays", Days) ?? [],
            fields.Flag("autoEndMeetings") ?? whenMissing.AutoEndMeetings,
            fields.Whole("endBufferMinutes", 0, MaxBuffer) ?? whenMissing.EndBufferMinutes,
            fields.Whole("maxParticipants", 1, MaxPeople),
            fields.Flag("recordingEnabled") ?? whenMissing.RecordingEnabled,
            fields.Flag("allowAdHocRooms") ?? whenMissing.AllowAdHocRooms);
        errors = fields.Errors;
        return errors.Count == 0 ? settings : null;
    }

    private static TimeOnly? Time(FieldReader fields, string field)
    {
        if (fields.Text(field, max: 8) is not { } text) return null;
        if (TimeOnly.TryParseExact(text, ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return time;
        fields.Refuse(field, "Must be a time of day such as 06:30.");
        return null;
    }
}
