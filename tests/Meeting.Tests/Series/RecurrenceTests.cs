using System.Globalization;
using Meetings.Meeting.Series;

namespace Meetings.Meeting.Tests.Series;

/// <summary>When the lessons of a series are: a pure function of its rule, its start and its time zone.</summary>
[Trait("Acceptance", "S2-04")]
public sealed class RecurrenceTests
{
    private const string NewYork = "America/New_York";

    // RFC 5545, 3.8.5.3, as far as schools plan so; local dates, all at 09:00 in New York.
    [Theory]
    [InlineData("1997-09-02", "FREQ=DAILY;COUNT=10", "09-02 09-03 09-04 09-05 09-06 09-07 09-08 09-09 09-10 09-11")]
    [InlineData("1997-09-02", "FREQ=DAILY;INTERVAL=10;COUNT=5", "09-02 09-12 09-22 10-02 10-12")]
    [InlineData("1997-12-20", "FREQ=DAILY;UNTIL=19971224T000000Z", "12-20 12-21 12-22 12-23")]
    [InlineData("1997-09-02", "FREQ=WEEKLY;COUNT=10", "09-02 09-09 09-16 09-23 09-30 10-07 10-14 10-21 10-28 11-04")]
    [InlineData("1997-09-02", "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH", "09-02 09-04 09-09 09-11 09-16 09-18 09-23 09-25 09-30 10-02")]
    [InlineData("1997-09-01", "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971010T000000Z;WKST=SU;BYDAY=MO,WE,FR", "09-01 09-03 09-05 09-15 09-17 09-19 09-29 10-01 10-03")]
    [InlineData("1997-09-02", "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "09-02 09-04 09-16 09-18 09-30 10-02 10-14 10-16")]
    [InlineData("1997-09-05", "FREQ=MONTHLY;COUNT=4;BYDAY=1FR", "09-05 10-03 11-07 12-05")]
    [InlineData("1997-09-07", "FREQ=MONTHLY;INTERVAL=2;COUNT=4;BYDAY=1SU,-1SU", "09-07 09-28 11-02 11-30")]
    [InlineData("1997-09-22", "FREQ=MONTHLY;COUNT=4;BYDAY=-2MO", "09-22 10-20 11-17 12-22")]
    [InlineData("1997-09-28", "FREQ=MONTHLY;COUNT=3;BYMONTHDAY=-3", "09-28 10-29 11-28")]
    [InlineData("1997-09-02", "FREQ=MONTHLY;COUNT=6;BYMONTHDAY=2,15", "09-02 09-15 10-02 10-15 11-02 11-15")]
    [InlineData("1997-09-30", "FREQ=MONTHLY;COUNT=4;BYMONTHDAY=1,-1", "09-30 10-01 10-31 11-01")]
    [InlineData("1997-09-02", "FREQ=MONTHLY;COUNT=3;BYDAY=FR;BYMONTHDAY=13", "02-13 03-13 11-13")]
    // WKST matters: weeks of two begin elsewhere.
    [InlineData("1997-08-05", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "08-05 08-10 08-19 08-24")]
    [InlineData("1997-08-05", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "08-05 08-17 08-19 08-31")]
    // Months without a 31st have no date.
    [InlineData("1998-01-31", "FREQ=MONTHLY;COUNT=4", "01-31 03-31 05-31 07-31")]
    // The first date is the first that the rule means, and not the start.
    [InlineData("1997-09-02", "FREQ=WEEKLY;BYDAY=MO;COUNT=2", "09-08 09-15")]
    [InlineData("1997-09-02", "RRULE:freq=daily;byday=sa,su;until=19970914", "09-06 09-07 09-13 09-14")]
    public void Rules_mean_the_dates_that_the_standard_says(string start, string rule, string expected)
    {
        var dates = Dates(rule, At(start, "09:00", NewYork), NewYork);

        Assert.Equal(expected, string.Join(' ', dates.Select(date => Local(date, NewYork).ToString("MM-dd", CultureInfo.InvariantCulture))));
        Assert.All(dates, date => Assert.Equal(new TimeSpan(9, 0, 0), Local(date, NewYork).TimeOfDay));
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-23", "07:30", "FREQ=WEEKLY;COUNT=2", "06:30 05:30")]
    [InlineData("Europe/Berlin", "2026-10-19", "07:30", "FREQ=WEEKLY;COUNT=2", "05:30 06:30")]
    [InlineData("Asia/Manila", "2026-03-23", "07:30", "FREQ=WEEKLY;COUNT=2", "23:30 23:30")]
    // 02:30 is skipped on 29 March: as much later as the clocks are put forward. On 25 October it comes twice: the first is meant.
    [InlineData("Europe/Berlin", "2026-03-28", "02:30", "FREQ=DAILY;COUNT=3", "01:30 01:30 00:30")]
    [InlineData("Europe/Berlin", "2026-10-24", "02:30", "FREQ=DAILY;COUNT=3", "00:30 00:30 01:30")]
    public void A_lesson_keeps_its_time_of_day_through_daylight_saving(string zone, string day, string time, string rule, string utc) =>
        Assert.Equal(utc, string.Join(' ', Dates(rule, At(day, time, zone), zone).Select(date => date.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture))));

    [Fact]
    public void Holidays_are_left_out_and_still_count()
    {
        DateOnly[] holidays = [new(2026, 12, 25), new(2027, 1, 1)];

        var dates = Dates("FREQ=WEEKLY;BYDAY=FR;COUNT=4", At("2026-12-18", "07:30", "Asia/Manila"), "Asia/Manila", holidays);

        Assert.Equal(["12-18", "01-08"], dates.Select(date => Local(date, "Asia/Manila").ToString("MM-dd", CultureInfo.InvariantCulture)));
    }

    [Theory]
    [Trait("Hostile", "recurrence")]
    [InlineData("", "parts such as")]
    [InlineData("weekly", "parts such as")]
    [InlineData("FREQ=WEEKLY", "COUNT or UNTIL")]
    [InlineData("FREQ=WEEKLY;COUNT=3;UNTIL=20270101", "COUNT or UNTIL")]
    [InlineData("FREQ=YEARLY;COUNT=3", "FREQ must be")]
    [InlineData("FREQ=1;COUNT=3", "FREQ must be")]
    [InlineData("COUNT=3", "FREQ must be")]
    [InlineData("FREQ=DAILY;COUNT=0", "COUNT must be")]
    [InlineData("FREQ=DAILY;COUNT=367", "COUNT must be")]
    [InlineData("FREQ=DAILY;COUNT=1000000000", "COUNT must be")]
    [InlineData("FREQ=DAILY;COUNT=99999999999999999999", "COUNT must be")]
    [InlineData("FREQ=DAILY;COUNT=+3", "COUNT must be")]
    [InlineData("FREQ=DAILY;COUNT=3;INTERVAL=0", "INTERVAL must be")]
    [InlineData("FREQ=DAILY;COUNT=3;INTERVAL=2147483648", "INTERVAL must be")]
    [InlineData("FREQ=DAILY;COUNT=3;COUNT=4", "COUNT stands there twice")]
    [InlineData("FREQ=DAILY;COUNT=3;BYSETPOS=1", "are understood")]
    [InlineData("FREQ=DAILY;COUNT=3;BYHOUR=9", "are understood")]
    [InlineData("FREQ=DAILY;UNTIL=tomorrow", "UNTIL must be")]
    [InlineData("FREQ=DAILY;UNTIL=20261301", "UNTIL must be")]
    [InlineData("FREQ=DAILY;UNTIL=20261218T160000", "UNTIL must be")]
    [InlineData("FREQ=WEEKLY;COUNT=3;BYDAY=XX", "BYDAY must be")]
    [InlineData("FREQ=WEEKLY;COUNT=3;BYDAY=1MO", "BYDAY must be")]
    [InlineData("FREQ=MONTHLY;COUNT=3;BYDAY=6MO", "BYDAY must be")]
    [InlineData("FREQ=MONTHLY;COUNT=3;BYDAY=0MO", "BYDAY must be")]
    [InlineData("FREQ=MONTHLY;COUNT=3;BYMONTHDAY=32", "BYMONTHDAY must be")]
    [InlineData("FREQ=WEEKLY;COUNT=3;BYMONTHDAY=1", "BYMONTHDAY must be")]
    [InlineData("FREQ=WEEKLY;COUNT=3;WKST=1", "WKST must be")]
    public void What_is_no_rule_is_told_why(string rule, string why)
    {
        Assert.Null(RecurrenceRule.Read(rule, out var error));
        Assert.Contains(why, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FREQ=DAILY;UNTIL=20260101", "at least one date")]
    [InlineData("FREQ=DAILY;UNTIL=20990101", "more than 366 dates")]
    [InlineData("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31;COUNT=50", "within 10 years")]
    [InlineData("FREQ=MONTHLY;INTERVAL=12;BYDAY=5FR;BYMONTHDAY=1;COUNT=1", "at least one date")]
    public void A_rule_that_means_nothing_or_too_much_is_told_so(string rule, string why)
    {
        RecurrenceDates.Of(RecurrenceRule.Read(rule, out _)!, At("2026-10-05", "08:00", "Asia/Manila"), Zone("Asia/Manila"), [], out var error);

        Assert.Contains(why, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_series_that_is_all_holidays_has_no_date()
    {
        RecurrenceDates.Of(RecurrenceRule.Read("FREQ=DAILY;COUNT=1", out _)!, At("2026-10-05", "08:00", "Asia/Manila"), Zone("Asia/Manila"), [new(2026, 10, 5)], out var error);

        Assert.Contains("at least one date", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_the_rule_its_dates_are_in_order_each_once_and_no_more_than_may_be()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        string[] zones = ["Asia/Manila", "Europe/Berlin", NewYork, "Australia/Lord_Howe", "UTC"];
        for (var i = 0; i < 2000; i++)
        {
            var zone = zones[random.Next(zones.Length)];
            var rule = AnyRule(random);
            var start = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(10 * 365 * 1440));
            var dates = RecurrenceDates.Of(RecurrenceRule.Read(rule, out var wrong)!, start, Zone(zone), [], out var error);

            var what = $"seed {seed}: {rule} from {start:O} in {zone}";
            Assert.True(wrong is null && (dates.Count == 0) == (error is not null), what);
            Assert.True(dates.SequenceEqual(dates.Distinct().Order()), what);
            Assert.True(dates.Count <= RecurrenceRule.MaxDates && dates.All(date => date >= start.AddHours(-1)), what);
            Assert.True(dates.Select(date => DateOnly.FromDateTime(Local(date, zone))).Distinct().Count() == dates.Count, what);
        }
    }

    private static string AnyRule(Random random)
    {
        string[] days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
        string Some(string[] of) => string.Join(',', of.Where(_ => random.Next(3) == 0).DefaultIfEmpty(of[random.Next(of.Length)]));
        var end = random.Next(2) == 0 ? $"COUNT={random.Next(1, 60)}" : $"UNTIL={random.Next(2020, 2032)}0615";
        var interval = random.Next(3) == 0 ? $";INTERVAL={random.Next(1, 5)}" : "";
        return random.Next(3) switch
        {
            0 => $"FREQ=DAILY;{end}{interval}",
            1 => $"FREQ=WEEKLY;{end}{interval};BYDAY={Some(days)};WKST={days[random.Next(7)]}",
            _ => $"FREQ=MONTHLY;{end}{interval};" + (random.Next(2) == 0
                ? $"BYDAY={Some([.. days.Select(day => $"{random.Next(1, 5)}{day}")])}"
                : $"BYMONTHDAY={Some(["1", "15", "31", "-1", "-3"])}"),
        };
    }

    private static IReadOnlyList<DateTimeOffset> Dates(string text, DateTimeOffset start, string zone, params DateOnly[] except)
    {
        var rule = RecurrenceRule.Read(text, out var error);
        Assert.True(rule is not null, error);
        var dates = RecurrenceDates.Of(rule, start, Zone(zone), except, out error);
        Assert.True(error is null, error);
        return dates;
    }

    private static DateTimeOffset At(string day, string time, string zone) => RecurrenceDates.At(
        DateOnly.Parse(day, CultureInfo.InvariantCulture), TimeOnly.Parse(time, CultureInfo.InvariantCulture), Zone(zone));

    private static DateTime Local(DateTimeOffset at, string zone) => TimeZoneInfo.ConvertTime(at, Zone(zone)).DateTime;

    private static TimeZoneInfo Zone(string id) => TimeZoneInfo.FindSystemTimeZoneById(id);
}
