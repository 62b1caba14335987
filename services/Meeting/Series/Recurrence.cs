using System.Text.Json;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Http;

namespace Meetings.Meeting.Series;

/// <summary>How the dates of a recurring meeting are planned.</summary>
/// <param name="Rule">RFC 5545: FREQ (DAILY, WEEKLY, MONTHLY), INTERVAL, BYDAY, BYMONTHDAY, WKST, and COUNT or UNTIL. At most 366 dates.</param>
/// <param name="ExDates">Days, in the meeting's time zone, on which there is none although the rule means them.</param>
/// <param name="StartsAt">From when on, and at which time of day.</param>
/// <param name="DurationMinutes">Of a date that was not changed by itself.</param>
public sealed record Recurrence(string Rule, IReadOnlyList<DateOnly> ExDates, DateTimeOffset StartsAt, int DurationMinutes)
{
    private const int MaxExDates = 366;

    internal static Recurrence? Stored(string? json) => json is null ? null : JsonSerializer.Deserialize<Recurrence>(json, ApiJson.Options);

    internal string Store() => JsonSerializer.Serialize(this, ApiJson.Options);

    internal bool Means(Recurrence? other) =>
        other is not null && Rule == other.Rule && ExDates.SequenceEqual(other.ExDates);

    /// <summary>The dates. Whatever was stored was checked, so there are some.</summary>
    internal IReadOnlyList<DateTimeOffset> Dates(string timeZone) =>
        RecurrenceRule.Read(Rule, out _) is { } rule
            ? RecurrenceDates.Of(rule, StartsAt, TimeZoneInfo.FindSystemTimeZoneById(timeZone), ExDates, out _)
            : [];

    /// <summary>Reads <c>recurrence {rule, exDates?}</c>. Null when missing, or refused.</summary>
    /// <param name="fields">Of the meeting's body.</param>
    /// <param name="startsAt">Null when that was refused: then the dates cannot be told, and only the form is looked at.</param>
    /// <param name="minutes">Likewise.</param>
    /// <param name="timeZone">Likewise.</param>
    internal static Recurrence? Read(FieldReader fields, DateTimeOffset? startsAt, int? minutes, string? timeZone) => fields.Object("recurrence", inner =>
    {
        var exDates = inner.Dates("exDates", MaxExDates) ?? [];
        if (inner.Text("rule", RecurrenceRule.MaxLength, required: true) is not { } text) return null;
        if (RecurrenceRule.Read(text, out var error) is { } rule && startsAt is { } start && minutes is { } length && timeZone is not null)
        {
            RecurrenceDates.Of(rule, start, TimeZoneInfo.FindSystemTimeZoneById(timeZone), exDates, out error);
            if (error is null) return new Recurrence(text, exDates, start, length);
        }

        if (error is not null) inner.Refuse("rule", error);
        return null;
    });
}
