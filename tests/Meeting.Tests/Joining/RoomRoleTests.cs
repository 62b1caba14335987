using Meetings.Contracts.Directory;
using Meetings.Meeting.Access;
using Meetings.Meeting.Joining;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Tests.Joining;

public sealed class RoomRoleTests
{
    private static readonly Guid Academy = Guid.NewGuid();

    private static readonly Dictionary<string, (bool Publish, bool Subscribe, bool Moderate)> Most = new()
    {
        ["teacher"] = (true, true, true),
        ["admin"] = (true, true, true),
        ["supervisor"] = (true, true, false),
        ["student"] = (true, true, false),
        ["guardian"] = (false, true, false),
        ["guest"] = (false, true, false),
    };

    [Fact]
    [Trait("Acceptance", "S3-13")]
    [Trait("Acceptance", "S3-14")]
    public void Nobody_gets_more_than_the_role_allows_and_everybody_what_of_it_was_asked_for()
    {
        bool?[] wishes = [null, true, false];
        foreach (var role in Enum.GetValues<RoomRole>())
        {
            var most = Most[role.Word()];
            foreach (var publish in wishes)
            {
                foreach (var subscribe in wishes)
                {
                    foreach (var runsIt in (bool[])[true, false])
                    {
                        var rights = RoomRoles.Rights(role, runsIt, publish, subscribe);
                        Assert.True(
                            rights == new RoomRights(most.Publish && publish != false, most.Subscribe && subscribe != false, most.Moderate && runsIt),
                            $"{role}, runs it: {runsIt}, asks for {publish}/{subscribe}: {rights}");
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(Roles.Teacher, "owns", "teacher")]
    [InlineData(Roles.QuranTeacher, "teaches", "teacher")]
    [InlineData(Roles.AcademicTeacher, "hosts", "teacher")]
    [InlineData(Roles.Teacher, "", "teacher")]
    [InlineData(Roles.AcademyAdmin, "", "admin")]
    [InlineData(Roles.AcademyAdmin, "owns", "teacher")]
    [InlineData(Roles.Supervisor, "", "supervisor")]
    [InlineData(Roles.SuperAdmin, "", "admin")]
    [InlineData(Roles.Student, "enrolled", "student")]
    [InlineData(Roles.Student, "", "student")]
    [InlineData(Roles.Parent, "child", "guardian")]
    [InlineData(Roles.Parent, "", "guardian")]
    [InlineData("nobody-special", "", "guest")]
    public void The_role_comes_from_what_somebody_is_and_what_ties_them_to_the_meeting(string role, string tie, string expected)
    {
        var caller = new Caller(Guid.NewGuid(), role == Roles.SuperAdmin ? null : Academy, [role]);
        Assert.Equal(expected, RoomRoles.Of(caller, Academy, Tie(tie)).Word());
    }

    [Theory]
    [InlineData(Roles.AcademyAdmin)]
    [InlineData(Roles.Supervisor)]
    [InlineData(Roles.Teacher)]
    [InlineData(Roles.Student)]
    [InlineData(Roles.Parent)]
    public void Somebody_of_another_academy_is_a_guest_whatever_they_are_at_home(string role) =>
        Assert.Equal(RoomRole.Guest, RoomRoles.Of(new Caller(Guid.NewGuid(), Guid.NewGuid(), [role]), Academy, new Relation()));

    private static Relation Tie(string tie) => new(
        Owns: tie == "owns", Hosts: tie == "hosts", TeachesClass: tie == "teaches", IsEnrolled: tie == "enrolled", HasChildEnrolled: tie == "child");
}
