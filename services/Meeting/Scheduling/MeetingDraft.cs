using System.Text.Json;
using Meetings.Meeting.Access;
using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Series;
using Meetings.ServiceDefaults.Http;

namespace Meetings.Meeting.Scheduling;

/// <summary>Everything about a meeting that people may change, the password apart. These fields and no others: whatever else a body holds is ignored.</summary>
internal sealed record MeetingDraft(
    string Title, string? Description, DateTimeOffset StartsAt, int DurationMinutes, string TimeZone, Guid? ClassId, Audience Audience, bool WaitingRoom,
    MeetingSettings Settings, Guid HostId, IReadOnlyList<Guid> CoHostIds, Recurrence? Recurrence)
{
    private const int MaxCoHosts = 20;

    /// <param name="row">Of a recurring meeting the series is meant, and not the date that stands in its row.</param>
    public static MeetingDraft Of(MeetingRow row) => Of(row, Recurrence.Stored(row.Recurrence));

    private static MeetingDraft Of(MeetingRow row, Recurrence? series) => new(
        row.Title, row.Description, (series?.StartsAt ?? row.StartsAt).ToUniversalTime(), series?.DurationMinutes ?? row.DurationMinutes, row.TimeZone, row.ClassId,
        Enum.Parse<Audience>(row.Audience, ignoreCase: true), row.WaitingRoom, JsonSerializer.Deserialize<MeetingSettings>(row.Settings, ApiJson.Options)!,
        row.HostId, row.CoHostIds, series);

    /// <summary>What it is to become. Null when <paramref name="errors"/> says what is wrong with the body.</summary>
    /// <param name="body">What it does not mention stays.</param>
    /// <param name="password">What becomes of the password.</param>
    /// <param name="errors">Of all fields at once.</param>
    public MeetingDraft? With(JsonElement body, out PasswordChange password, out IDictionary<string, string[]> errors)
    {
        password = PasswordChange.None;
        if (body.ValueKind is not JsonValueKind.Object)
        {
            errors = new Dictionary<string, string[]> { [""] = ["The body must be a JSON object."] };
            return null;
        }

        var fields = new FieldReader(body);
        var secret = MeetingFields.Password(fields);
        if (fields.Has("password")) password = new PasswordChange(true, secret);

        var startsAt = MeetingFields.StartsAt(fields, fields.Has("startsAt")) ?? StartsAt;
        var minutes = MeetingFields.Minutes(fields, fields.Has("durationMinutes")) ?? DurationMinutes;
        var zone = MeetingFields.Zone(fields, fields.Has("timeZone")) ?? TimeZone;
        var draft = new MeetingDraft(
            MeetingFields.Title(fields, fields.Has("title")) ?? Title,
            fields.Has("description") ? MeetingFields.Description(fields) : Description,
            startsAt, minutes, zone,
            fields.Has("classId") ? fields.Id("classId") : ClassId,
            MeetingFields.Audience(fields, fields.Has("audience")) ?? Audience,
            Given(fields, "waitingRoom", fields.Flag("waitingRoom")) ?? WaitingRoom,
            MeetingFields.Settings(fields, Settings),
            Given(fields, "hostId", fields.Id("hostId")) ?? HostId,
            fields.Has("coHosts") ? fields.Ids("coHosts", MaxCoHosts) ?? [] : CoHostIds,
            Planned(fields, startsAt, minutes, zone));
        draft = draft with { CoHostIds = [.. draft.CoHostIds.Where(id => id != draft.HostId)] };
        if (draft is { Audience: Audience.Class, ClassId: null }) fields.Refuse("classId", "Is required for the audience 'class'.");

        errors = fields.Errors;
        return errors.Count == 0 ? draft : null;
    }

    /// <summary>The names of the fields that differ, as in the API.</summary>
    public IReadOnlyList<string> Differences(MeetingDraft other) => [.. new (string Field, bool Differs)[]
    {
        ("title", Title != other.Title), ("description", Description != other.Description), ("startsAt", StartsAt != other.StartsAt),
        ("durationMinutes", DurationMinutes != other.DurationMinutes), ("timeZone", TimeZone != other.TimeZone), ("classId", ClassId != other.ClassId),
        ("audience", Audience != other.Audience), ("waitingRoom", WaitingRoom != other.WaitingRoom), ("settings", Settings != other.Settings),
        ("recurrence", Recurrence is { } series && !series.Means(other.Recurrence)), ("hostId", HostId != other.HostId), ("coHosts", !CoHostIds.SequenceEqual(other.CoHostIds)),
    }.Where(one => one.Differs).Select(one => one.Field)];

    /// <summary>
    /// Whether a meeting in this state may be changed so. When and for which class it is decides about attendance, so that stands once it has begun;
    /// what is called off or settled stays as it is altogether. A series is changed from its next date on, so that its times may be changed while one runs.
    /// </summary>
    public bool MayChange(MeetingState state, IReadOnlyCollection<string> fields) => state switch
    {
        MeetingState.Scheduled or MeetingState.Ready => true,
        MeetingState.Live or MeetingState.Ended => !fields.Any(field => field is "classId" || (Recurrence is null && IsWhen(field))),
        _ => false,
    };

    /// <summary>Whether it says when the meeting is.</summary>
    public static bool IsWhen(string field) => field is "startsAt" or "durationMinutes" or "timeZone" or "recurrence";

    /// <summary>Whether the provider has to be told: of these fields it has something of its own.</summary>
    public static bool ConcernsProvider(IEnumerable<string> fields) => fields.Any(field => field is not ("classId" or "audience"));

    /// <summary>The series with the new start, length and zone, too. A meeting does not become one, nor cease to be one.</summary>
    private Recurrence? Planned(FieldReader fields, DateTimeOffset startsAt, int minutes, string zone)
    {
        if (Recurrence is null)
        {
            if (fields.Given("recurrence")) fields.Refuse("recurrence", "Is for recurring meetings only.");
            return null;
        }

        if (fields.Has("recurrence"))
        {
            if (!fields.Given("recurrence")) fields.Refuse("recurrence", "Must not be null.");
            return Recurrence.Read(fields, startsAt, minutes, zone) ?? Recurrence;
        }

        var series = Recurrence with { StartsAt = startsAt, DurationMinutes = minutes };
        if (series.Dates(zone).Count == 0) fields.Refuse("startsAt", "The series would have no date.");
        return series;
    }

    private static T? Given<T>(FieldReader fields, string field, T? value)
        where T : struct
    {
        if (value is null && fields.Has(field) && !fields.Refused(field)) fields.Refuse(field, "Must not be null.");
        return value;
    }
}

/// <summary>What becomes of a password.</summary>
/// <param name="Asked">False: it stays.</param>
/// <param name="Secret">The new one; null: none any more.</param>
internal readonly record struct PasswordChange(bool Asked, string? Secret)
{
    public static PasswordChange None => default;

    /// <summary>Never with the secret.</summary>
    public override string ToString() => Asked ? Secret is null ? "removed" : "given" : "stays";
}
