using Meetings.Attendance.Calculation;
using static Meetings.Attendance.Tests.Ledger.Given;

namespace Meetings.Attendance.Tests.Calculation;

public sealed class FinalityTests
{
    [Theory]
    [InlineData("* started 09:00; * ended 09:50", "09:55", true, "ended")]
    [InlineData("* started 09:00", "09:55", false, "it runs")]
    [InlineData("* started 09:00", "10:29:59", false, "it overruns")]
    [InlineData("* started 09:00", "10:30", true, "an end that never came is waited for half an hour")]
    [InlineData("ana join 09:00", "10:30", true, "nobody told that it started either")]
    [InlineData("", "10:00", false, "nothing yet")]
    [InlineData("", "10:30", true, "nothing at all")]
    [InlineData("* started 08:30; * ended 08:40", "08:50", false, "a rehearsal before the lesson is not the lesson")]
    [InlineData("* started 09:00; * ended 09:20; *@S2 started 09:30", "09:40", false, "another sitting runs")]
    [InlineData("* started 09:00; * ended 09:20; ana@S2 join 09:30", "09:40", false, "another sitting runs, as far as its participants tell")]
    [InlineData("* started 09:00; * ended 09:20; *@S2 started 09:30; *@S2 ended 09:50", "09:55", true, "both ended")]
    [InlineData("*@S0 started 08:00; * started 09:00; * ended 09:20", "09:40", true, "an earlier sitting that never ended does not hold it up")]
    [Trait("Acceptance", "X33")]
    public void A_lesson_is_over_when_its_last_sitting_ended_or_time_is_out(string facts, string now, bool over, string because) =>
        Assert.True(over == Finality.IsOver(Lesson(), Facts([.. facts.Split("; ", StringSplitOptions.RemoveEmptyEntries)]), At("08:00"), At(now)), because);

    [Theory]
    [InlineData("10:20", "10:49", false)]
    [InlineData("10:20", "10:50", true)]
    [InlineData("23:00", "23:29", false)]
    public void Time_is_not_out_while_something_is_heard(string heard, string now, bool over) =>
        Assert.Equal(over, Finality.IsOver(Lesson(), Facts("* started 09:00"), At(heard), At(now)));

    [Theory]
    [InlineData("* started 09:00; ana join 09:01; * ended 09:50", "09:50", "as it was told")]
    [InlineData("* started 09:00; ana join 09:01; * ended 09:20; *@S2 started 09:30; *@S2 ended 09:55", "09:55", "of the last sitting")]
    [InlineData("* started 09:00; ana join 09:01; ana left 09:40", "09:40", "nobody told the end, and the last one left then")]
    [InlineData("* started 09:00; ana join 09:01; ben join 09:02; ben left 09:40", "10:00", "somebody was still there, and the lesson ended")]
    [InlineData("* started 09:00; ana join 09:01; ana left 10:20", "10:20", "it overran")]
    [InlineData("* started 09:00", null, "nobody came, and no end was told")]
    [InlineData("", null, "nothing is known")]
    public void A_lesson_ended_as_told_or_with_the_last_stay(string facts, string? end, string because)
    {
        var known = Facts([.. facts.Split("; ", StringSplitOptions.RemoveEmptyEntries)]);

        Assert.True((end is null ? null : At(end)) == LessonEnd.Of(Lesson(), known, Sheet(known)), because);
    }

    [Fact]
    public void The_report_and_the_webhooks_are_compared_session_by_session()
    {
        var differences = Reconciliation.Compare(Facts(
            "ana join 09:00", "ana left 09:30", "ana reported-join 09:00:01", "ana reported-left 09:30",
            "ben join 09:00", "ben left 09:30", "ben reported-join 09:05", "ben reported-left 09:30",
            "carl reported-join 09:00", "carl reported-left 09:30", "dina join 09:00", "eve waits 09:00"));

        Assert.Equal(
            ["ben-1 join_differs", "carl-1 join_not_told", "carl-1 leave_not_told", "dina-1 not_in_report"],
            differences.Select(one => $"{one.SessionNumber} {one.What}"));
    }

    [Fact]
    public void Without_a_report_nothing_differs() => Assert.Empty(Reconciliation.Compare(Facts("ana join 09:00", "ana left 09:30")));
}
