using Meetings.Attendance.Policies;
using static Meetings.Attendance.Tests.Ledger.Given;

namespace Meetings.Attendance.Tests.Policies;

public sealed class PolicyTests
{
    private static readonly AttendancePolicy Itqan = new("itqan", 1, PolicyMode.Percent, 80_00, 50_00, null);

    [Theory]
    [InlineData(900_000, AttendanceStatus.Present)]
    [InlineData(899_999, AttendanceStatus.Partial)]
    [InlineData(899_000, AttendanceStatus.Partial)]
    [InlineData(1_000, AttendanceStatus.Partial)]
    [InlineData(1, AttendanceStatus.Partial)]
    [InlineData(0, AttendanceStatus.Absent)]
    [Trait("Acceptance", "S0-10")]
    [Trait("Acceptance", "S2-09")]
    [Trait("Acceptance", "X1")]
    [Trait("Acceptance", "X2")]
    [Trait("Property", "P9")]
    public void Deped_15_is_exact_to_the_millisecond(int milliseconds, AttendanceStatus expected) =>
        Assert.Equal(expected, Decide(PolicyPresets.Deped15, TimeSpan.FromMilliseconds(milliseconds), 60, "09:00"));

    [Theory]
    [InlineData("29.99", AttendanceStatus.Absent)]
    [InlineData("30", AttendanceStatus.Partial)]
    [InlineData("79.99", AttendanceStatus.Partial)]
    [InlineData("80", AttendanceStatus.Present)]
    [InlineData("100", AttendanceStatus.Present)]
    [InlineData("117", AttendanceStatus.Present)]
    [InlineData("0", AttendanceStatus.Absent)]
    [Trait("Acceptance", "S3-23")]
    [Trait("Property", "P9")]
    public void Academy_80_30_is_exact_to_the_hundredth(string percent, AttendanceStatus expected)
    {
        var counted = TimeSpan.FromTicks((long)(decimal.Parse(percent, System.Globalization.CultureInfo.InvariantCulture) * TimeSpan.TicksPerMinute * 60 / 100));

        Assert.Equal(expected, Decide(PolicyPresets.Academy8030, counted, 60, "09:00"));
    }

    [Fact]
    [Trait("Property", "P9")]
    public void One_tick_short_of_80_percent_is_partial_and_shows_as_79_99()
    {
        var counted = TimeSpan.FromMinutes(48) - TimeSpan.FromTicks(1);

        Assert.Equal(AttendanceStatus.Partial, Decide(PolicyPresets.Academy8030, counted, 60, "09:00"));
        Assert.Equal(79.99m, AttendancePolicy.Percentage(counted, TimeSpan.FromHours(1)));
    }

    [Theory]
    [InlineData("08:50", AttendanceStatus.Present)]
    [InlineData("09:15", AttendanceStatus.Present)]
    [InlineData("09:15:00.0010000", AttendanceStatus.Late)]
    [InlineData("09:16", AttendanceStatus.Late)]
    [Trait("Acceptance", "S3-23")]
    [Trait("Acceptance", "S3-24")]
    [Trait("Acceptance", "X32")]
    public void A_join_at_start_and_grace_is_on_time(string firstJoin, AttendanceStatus expected) =>
        Assert.Equal(expected, Decide(PolicyPresets.Academy8030, TimeSpan.FromMinutes(50), 60, firstJoin));

    [Fact]
    [Trait("Acceptance", "X3")]
    public void Late_is_told_only_of_who_was_there_long_enough()
    {
        Assert.Equal(AttendanceStatus.Partial, Decide(PolicyPresets.Academy8030, TimeSpan.FromMinutes(40), 60, "09:20"));
        Assert.Equal(AttendanceStatus.Present, Decide(PolicyPresets.Deped15, TimeSpan.FromMinutes(40), 60, "09:20"));
        var withGrace = PolicyPresets.Deped15 with { Grace = TimeSpan.FromMinutes(15) };
        Assert.Equal(AttendanceStatus.Late, Decide(withGrace, TimeSpan.FromMinutes(40), 60, "09:20"));
        Assert.Equal(AttendanceStatus.Partial, Decide(withGrace, TimeSpan.FromMinutes(14), 60, "09:46"));
    }

    [Theory]
    [InlineData(60, 48, AttendanceStatus.Present)]
    [InlineData(60, 47, AttendanceStatus.Partial)]
    [InlineData(60, 30, AttendanceStatus.Partial)]
    [InlineData(60, 29, AttendanceStatus.Absent)]
    [InlineData(60, 70, AttendanceStatus.Present)]
    [InlineData(60, 0, AttendanceStatus.Absent)]
    [InlineData(0, 60, AttendanceStatus.Absent)]
    [InlineData(90, 72, AttendanceStatus.Present)]
    [InlineData(90, 71, AttendanceStatus.Partial)]
    [Trait("Acceptance", "Itqan boundaries")]
    [Trait("Acceptance", "S3-22")]
    public void Itqan_boundary_cases(int planned, int minutes, AttendanceStatus expected) =>
        Assert.Equal(expected, Decide(Itqan, TimeSpan.FromMinutes(minutes), planned, "09:00"));

    [Theory]
    [InlineData(54, AttendanceStatus.Present)]
    [InlineData(53, AttendanceStatus.Partial)]
    [Trait("Acceptance", "Itqan boundaries")]
    public void Itqan_teacher_thresholds(int minutes, AttendanceStatus expected) =>
        Assert.Equal(expected, Decide(Itqan with { Present = 90_00 }, TimeSpan.FromMinutes(minutes), 60, "09:00"));

    [Fact]
    [Trait("Acceptance", "Itqan boundaries")]
    public void Time_without_a_first_join_is_absent() =>
        Assert.Equal(AttendanceStatus.Absent, Itqan.Decide(TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(60), At("09:00"), null));

    [Theory]
    [InlineData(70, 60, "100")]
    [InlineData(41, 48, "85.41")]
    [InlineData(1, 3, "33.33")]
    [InlineData(2, 3, "66.66")]
    [InlineData(10, 0, "0")]
    [Trait("Acceptance", "S3-22")]
    public void Percentage_is_capped_and_cut_to_two_decimals(int minutes, int planned, string expected) =>
        Assert.Equal(decimal.Parse(expected, System.Globalization.CultureInfo.InvariantCulture),
            AttendancePolicy.Percentage(TimeSpan.FromMinutes(minutes), TimeSpan.FromMinutes(planned)));

    [Theory]
    [InlineData("academy-80-30", "deped-15", "academy-80-30")]
    [InlineData(null, "deped-15", "deped-15")]
    [InlineData("", "deped-15", "deped-15")]
    [InlineData("no-such", "deped-15", null)]
    [Trait("Acceptance", "X1")]
    public void The_policy_of_the_class_wins(string? ofClass, string ofAcademy, string? expected) =>
        Assert.Equal(expected, PolicyPresets.Effective(ofClass, ofAcademy)?.Name);

    [Fact]
    [Trait("Acceptance", "X33")]
    public void A_record_names_the_policy_that_it_is_marked_by_again_and_no_other_will_do()
    {
        foreach (var policy in new[] { PolicyPresets.Deped15, PolicyPresets.Academy8030 }) Assert.Same(policy, PolicyPresets.Pinned(policy.ToString()));
        Assert.Throws<InvalidOperationException>(() => PolicyPresets.Pinned("deped-15 v999"));
    }

    private static AttendanceStatus Decide(AttendancePolicy policy, TimeSpan counted, int plannedMinutes, string firstJoin) =>
        policy.Decide(counted, TimeSpan.FromMinutes(plannedMinutes), At("09:00"), At(firstJoin));
}
