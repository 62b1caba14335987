using System.Globalization;
using System.Text.Json.Nodes;

namespace Meetings.ZoomSandbox.Meetings;

/// <summary>Zoom's recurrence object: its rules, and the occurrences that come of it.</summary>
internal static class RecurrenceRule
{
    private const int Daily = 1;
    private const int Weekly = 2;
    private const int Monthly = 3;
    private const int MaxOccurrences = 50;

    /// <summary>Tells what is wrong with a recurrence and gives a copy of it.</summary>
    public static JsonObject Check(JsonObject recurrence, BodyReader errors)
    {
        var reader = new BodyReader(recurrence);
        var type = reader.Whole("type", t => t is Daily or Weekly or Monthly);
        if (!reader.Has("type")) reader.Refuse("type", "Required field.");
        reader.Whole("repeat_interval", n => n >= 1 && n <= type switch { Weekly => 12, Monthly => 3, _ => 90 });
        reader.Whole("end_times", n => n is >= 1 and <= MaxOccurrences);
        reader.Instant("end_date_time", TimeZoneInfo.Utc);
        reader.Whole("monthly_day", n => n is >= 1 and <= 31);
        reader.Whole("monthly_week", n => n is -1 or (>= 1 and <= 4));
        reader.Whole("monthly_week_day", n => n is >= 1 and <= 7);
        if (reader.Text("weekly_days", 16) is { } days && days.Split(',').Any(d => d.Trim() is not [>= '1' and <= '7'])) reader.Refuse("weekly_days");
        if (reader.Has("end_times") && reader.Has("end_date_time")) reader.Refuse("end_date_time", "Cannot be used with end_times.");

        foreach (var error in reader.Error?.Fields ?? []) errors.Refuse($"recurrence.{error.Field}", error.Message);
        return (JsonObject)recurrence.DeepClone();
    }

    /// <summary>The dates of a series, at the same local time each. A checked rule only.</summary>
    public static List<Occurrence> Occurrences(JsonObject rule, DateTimeOffset start, int duration, TimeZoneInfo zone)
    {
        var first = TimeZoneInfo.ConvertTime(start, zone).DateTime;
        var end = rule["end_date_time"]?.GetValue<string>() is { Length: > 0 } text
            ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
            : (DateTimeOffset?)null;
        var count = end is null ? rule["end_times"]?.GetValue<int>() ?? MaxOccurrences : MaxOccurrences;

        return [.. Dates(rule, first)
            .Where(local => local >= first)
            .Select(local => new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime())
            .TakeWhile(at => end is null || at <= end)
            .Take(count)
            .Select(at => new Occurrence
            {
                Id = at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
                StartTime = at,
                Duration = duration,
            })];
    }

    // Always finite: no rule reaches further than fifty of its longest steps.
    private static IEnumerable<DateTime> Dates(JsonObject rule, DateTime first)
    {
        var every = rule["repeat_interval"]?.GetValue<int>() ?? 1;
        switch (rule["type"]!.GetValue<int>())
        {
            case Daily:
                return Enumerable.Range(0, MaxOccurrences).Select(n => first.AddDays(n * every));
            case Weekly:
                var sunday = first.AddDays(-(int)first.DayOfWeek);
                var days = (rule["weekly_days"]?.GetValue<string>() ?? $"{(int)first.DayOfWeek + 1}").Split(',')
                    .Select(d => int.Parse(d, CultureInfo.InvariantCulture) - 1).Order().ToList();
                return Enumerable.Range(0, MaxOccurrences + 1).SelectMany(n => days.Select(d => sunday.AddDays(n * 7 * every + d)));
            default:
                var month = first.AddDays(1 - first.Day);
                return Enumerable.Range(0, MaxOccurrences * 12).Select(n => DayIn(rule, month.AddMonths(n * every), first.Day)).OfType<DateTime>();
        }
    }

    private static DateTime? DayIn(JsonObject rule, DateTime month, int dayOfStart)
    {
        var days = DateTime.DaysInMonth(month.Year, month.Month);
        if (rule["monthly_week"]?.GetValue<int>() is not { } week)
        {
            var day = rule["monthly_day"]?.GetValue<int>() ?? dayOfStart;
            return day <= days ? month.AddDays(day - 1) : null;
        }

        var weekDay = (rule["monthly_week_day"]?.GetValue<int>() ?? 1) - 1;
        var matching = Enumerable.Range(0, days).Select(d => month.AddDays(d)).Where(d => (int)d.DayOfWeek == weekDay).ToList();
        return week == -1 ? matching[^1] : matching[week - 1];
    }
}
