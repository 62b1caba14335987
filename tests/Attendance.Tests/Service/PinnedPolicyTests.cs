using Meetings.Testing;
using static Meetings.Attendance.Tests.Service.Views;

namespace Meetings.Attendance.Tests.Service;

/// <summary>A changed policy holds for lessons that are finalised from then on.</summary>
public sealed class PinnedPolicyTests(AttendanceService service) : IClassFixture<AttendanceService>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Acceptance", "X1")]
    [Trait("Acceptance", "X33")]
    public async Task A_late_fact_is_marked_by_the_policy_of_the_first_finalisation_and_a_new_lesson_by_the_current_one(bool ofClass)
    {
        var old = new TestLesson(service.Clock.GetUtcNow());
        await service.TellAsync([.. old.School, old.MeetingChanged(), old.Joined("ana", 0), old.Left("ana", 20), old.Ended()]);
        await service.FinalAsync(old.Meeting, old.Teacher);

        // Of 45 minutes 20 are present by the old policy and partial by the new one; 5 are partial by the old one and absent by the new one.
        await service.TellAsync(ofClass ? old.ClassChanged(2, "academy-80-30") : old.AcademyChanged with { Version = 2, AttendancePolicy = "academy-80-30" });
        await Eventually.Holds(async () => await service.AskAsync<long>("""
            select (select count(*) from class where id = @Class and attendance_policy = 'academy-80-30')
                + (select count(*) from academy where id = @Academy and attendance_policy = 'academy-80-30')
            """, new { old.Class, old.Academy }) == 1, "the new policy");
        await service.TellAsync([old.Joined("ben", 40), old.Left("ben", 45)]);

        var remarked = await service.FinalAsync(old.Meeting, old.Teacher, body => Statuses(body)[1] != "absent");
        Assert.Equal(["present", "partial"], Statuses(remarked));
        Assert.Equal("deped-15 v1", await service.AskAsync<string>("select string_agg(distinct policy, ',') from attendance_record where occurrence_id = @Occurrence", new { old.Occurrence }));

        // Reopened by another sitting it is still that lesson.
        await service.TellAsync([old.Started(45.5, "again"), old.Joined("teacher", 45.5, "2", "again")]);
        var reopened = await service.AttendanceAsync(old.Meeting, old.Teacher, body => !body.GetProperty("isFinal").GetBoolean());
        Assert.Contains("policy deped-15 v1", reopened.GetProperty("records")[0].GetProperty("explanation").GetString(), StringComparison.Ordinal);

        var next = old.Another(TimeSpan.FromMinutes(1));
        await service.TellAsync([next.MeetingChanged(), next.Started(), next.Joined("ana", 0), next.Left("ana", 20)]);
        await service.AttendanceAsync(next.Meeting, next.Teacher, live => !live.GetProperty("isFinal").GetBoolean() && Statuses(live) is ["partial", "absent"]);
        await service.TellAsync(next.Ended());
        Assert.Equal(["partial", "absent"], Statuses(await service.FinalAsync(next.Meeting, next.Teacher)));
        Assert.Equal("academy-80-30 v1", await service.AskAsync<string>("select policy from occurrence_result where occurrence_id = @Occurrence", new { next.Occurrence }));
    }
}
