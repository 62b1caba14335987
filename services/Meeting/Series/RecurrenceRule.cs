using System.Globalization;

namespace Meetings.Meeting.Series;

internal enum RecurrenceFrequency
{
    Daily,
    Weekly,
    Monthly,
}

/// <summary>A day of the week; in a month the n-th of its kind, from the end when negative. 0: each.</summary>
internal readonly record struct RecurrenceDay(DayOfWeek Day, int Nth);

/// <summary>
/// The part of RFC 5545's RRULE (section 3.3.10) by which schools plan: days, weeks and months, every so many of them, on certain days, and an end. What is
/// left out is refused and not ignored: a lesson too many is as wrong as a lesson too few.
/// </summary>
internal sealed record RecurrenceRule(
    RecurrenceFrequency Frequency, int Interval, IReadOnlyList<RecurrenceDay> Days, IReadOnlyList<int> MonthDays, DayOfWeek WeekStart, int? Count,
    DateTime? Until, bool UntilIsUtc)
{
    public const int MaxLength = 500;

    /// <summary>A school year of lessons on every day.</summary>
    public const int MaxDates = 366;

    private const int MaxInterval = 366;

    private static readonly Dictionary<string, DayOfWeek> DayNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["SU"] = DayOfWeek.Sunday, ["MO"] = DayOfWeek.Monday, ["TU"] = DayOfWeek.Tuesday, ["WE"] = DayOfWeek.Wednesday, ["TH"] = DayOfWeek.Thursday,
        ["FR"] = DayOfWeek.Friday, ["SA"] = DayOfWeek.Saturday,
    };

    /// <returns>Null when <paramref name="error"/> says what is wrong with it.</returns>
    public static RecurrenceRule? Read(string text, out string? error)
    {
        var rule = text.StartsWith("RRULE:", StringComparison.OrdinalIgnoreCase) ? text["RRULE:".Length..] : text;
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in rule.Split(';'))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || at == part.Length - 1) return Refused("Must be parts such as FREQ=WEEKLY;BYDAY=MO,WE;COUNT=20.", out error);
            if (!parts.TryAdd(part[..at], part[(at + 1)..])) return Refused($"{part[..at].ToUpperInvariant()} stands there twice.", out error);
        }

        if (parts.Keys.Except(Known, StringComparer.OrdinalIgnoreCase).Any())
            return Refused($"Only {string.Join(", ", Known)} are understood.", out error);
        if (!parts.TryGetValue("FREQ", out var word) || !Enum.TryParse<RecurrenceFrequency>(word, ignoreCase: true, out var frequency) || int.TryParse(word, out _))
            return Refused("FREQ must be DAILY, WEEKLY or MONTHLY.", out error);
        if (!TryWhole(parts, "INTERVAL", MaxInterval, out var interval)) return Refused($"INTERVAL must be a whole number from 1 to {MaxInterval}.", out error);
        if (!TryWhole(parts, "COUNT", MaxDates, out var count)) return Refused($"COUNT must be a whole number from 1 to {MaxDates}.", out error);
        if (parts.ContainsKey("COUNT") == parts.ContainsKey("UNTIL")) return Refused("Either COUNT or UNTIL must say when it ends.", out error);
        if (!TryUntil(parts, out var until, out var utc)) return Refused("UNTIL must be a date (20261218) or an instant in UTC (20261218T160000Z).", out error);
        if (!TryDays(parts, out var days) || (frequency is not RecurrenceFrequency.Monthly && days.Any(day => day.Nth != 0)))
            return Refused("BYDAY must be days such as MO,WE; in months also 1MO or -1FR.", out error);
        if (!TryMonthDays(parts, out var monthDays) || (frequency is RecurrenceFrequency.Weekly && monthDays.Count > 0))
            return Refused("BYMONTHDAY must be days from 1 to 31, or -1 to -31 from the end; not in weeks.", out error);
        var weekStart = DayOfWeek.Monday;
        if (parts.TryGetValue("WKST", out var start) && !DayNames.TryGetValue(start, out weekStart)) return Refused("WKST must be a day such as MO.", out error);

        error = null;
        return new RecurrenceRule(frequency, interval ?? 1, days, monthDays, weekStart, count, until, utc);
    }

    /// <summary>The days that it means, from a first one on, without end: COUNT and UNTIL are for who takes them.</summary>
    public IEnumerable<DateOnly> DaysFrom(DateOnly first) => Periods(first).SelectMany(days => days).Where(day => day >= first);

    private IEnumerable<IEnumerable<DateOnly>> Periods(DateOnly first)
    {
        for (var step = 0; ; step++)
        {
            if (Period(first, step) is not { } days) yield break;
            yield return days.Order();
        }
    }

    // Null beyond the calendar's end.
    private IEnumerable<DateOnly>? Period(DateOnly first, int step)
    {
        var by = (long)step * Interval;
        switch (Frequency)
        {
            case RecurrenceFrequency.Daily:
                if (first.DayNumber + by > DateOnly.MaxValue.DayNumber) return null;
                var day = first.AddDays((int)by);
                return Matches(day) ? [day] : [];
            case RecurrenceFrequency.Weekly:
                var monday = first.DayNumber - ((first.DayOfWeek - WeekStart + 7) % 7) + (by * 7);
                if (monday + 6 > DateOnly.MaxValue.DayNumber) return null;
                return Enumerable.Range(0, 7).Select(offset => DateOnly.FromDayNumber((int)monday + offset))
                    .Where(one => Days.Count == 0 ? one.DayOfWeek == first.DayOfWeek : Days.Any(wanted => wanted.Day == one.DayOfWeek));
            default:
                var month = (first.Year * 12L) + first.Month - 1 + by;
                return month / 12 > DateOnly.MaxValue.Year ? null : InMonth((int)(month / 12), (int)(month % 12) + 1, first.Day);
        }
    }

    private bool Matches(DateOnly day) =>
        (Days.Count == 0 || Days.Any(wanted => wanted.Day == day.DayOfWeek)) && (MonthDays.Count == 0 || MonthDays.Any(wanted => IsMonthDay(day, wanted)));

    private IEnumerable<DateOnly> InMonth(int year, int month, int dayOfFirst)
    {
        var length = DateTime.DaysInMonth(year, month);
        var all = Enumerable.Range(1, length).Select(day => new DateOnly(year, month, day));
        if (Days.Count == 0 && MonthDays.Count == 0) return all.Where(day => day.Day == dayOfFirst);
        return all.Where(day =>
            (MonthDays.Count == 0 || MonthDays.Any(wanted => IsMonthDay(day, wanted)))
            && (Days.Count == 0 || Days.Any(wanted => wanted.Day == day.DayOfWeek && IsNth(day.Day, length, wanted.Nth))));
    }

    private static bool IsMonthDay(DateOnly day, int wanted) => day.Day == (wanted > 0 ? wanted : DateTime.DaysInMonth(day.Year, day.Month) + 1 + wanted);

    private static bool IsNth(int day, int length, int nth) => nth switch
    {
        0 => true,
        > 0 => (day - 1) / 7 == nth - 1,
        _ => (length - day) / 7 == -nth - 1,
    };

    private static readonly string[] Known = ["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "WKST"];

    private static RecurrenceRule? Refused(string why, out string? error)
    {
        error = why;
        return null;
    }

    // A part that is not there is well.
    private static bool TryWhole(Dictionary<string, string> parts, string part, int max, out int? value)
    {
        value = null;
        if (!parts.TryGetValue(part, out var text)) return true;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 || number > max) return false;
        value = number;
        return true;
    }

    private static bool TryUntil(Dictionary<string, string> parts, out DateTime? until, out bool utc)
    {
        (until, utc) = (null, false);
        if (!parts.TryGetValue("UNTIL", out var text)) return true;
        utc = text.EndsWith('Z');
        if (!DateTime.TryParseExact(text, utc ? "yyyyMMdd'T'HHmmss'Z'" : "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var value)) return false;
        until = value;
        return true;
    }

    private static bool TryDays(Dictionary<string, string> parts, out IReadOnlyList<RecurrenceDay> days)
    {
        days = [];
        if (!parts.TryGetValue("BYDAY", out var text)) return true;
        var read = new List<RecurrenceDay>();
        foreach (var one in text.Split(','))
        {
            if (one.Length < 2 || !DayNames.TryGetValue(one[^2..], out var day)) return false;
            var nth = 0;
            if (one.Length > 2 && (!TrySigned(one[..^2], 5, out nth))) return false;
            read.Add(new RecurrenceDay(day, nth));
        }

        days = read;
        return true;
    }

    private static bool TryMonthDays(Dictionary<string, string> parts, out IReadOnlyList<int> days)
    {
        days = [];
        if (!parts.TryGetValue("BYMONTHDAY", out var text)) return true;
        var read = new List<int>();
        foreach (var one in text.Split(','))
        {
            if (!TrySigned(one, 31, out var day)) return false;
            read.Add(day);
        }

        days = read;
        return true;
    }

    private static bool TrySigned(string text, int max, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value != 0 && value >= -max && value <= max;
}
