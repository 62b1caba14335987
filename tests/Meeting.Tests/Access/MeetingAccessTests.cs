using Meetings.Contracts.Directory;
using Meetings.Meeting.Access;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Tests.Access;

public sealed class MeetingAccessTests
{
    private static readonly Guid Academy = Guid.NewGuid();

    private static readonly Dictionary<string, Relation> Relations = new()
    {
        ["nothing"] = new(),
        ["owner"] = new(Owns: true),
        ["host"] = new(Hosts: true),
        ["class teacher"] = new(TeachesClass: true),
        ["enrolled"] = new(IsEnrolled: true),
        ["parent of enrolled"] = new(HasChildEnrolled: true, HasChild: true),
        ["other parent"] = new(HasChild: true),
    };

    // role, and for which relations and audiences (a all, s students, t teachers, c class, p personal) it sees a meeting of its academy.
    [Theory]
    [Trait("Acceptance", "S2-03")]
    [InlineData(Roles.SuperAdmin, "nothing", "astcp")]
    [InlineData(Roles.AcademyAdmin, "nothing", "astcp")]
    [InlineData(Roles.Supervisor, "nothing", "astcp")]
    [InlineData(Roles.Teacher, "nothing", "at")]
    [InlineData(Roles.QuranTeacher, "nothing", "at")]
    [InlineData(Roles.AcademicTeacher, "nothing", "at")]
    [InlineData(Roles.Teacher, "owner", "astcp")]
    [InlineData(Roles.Teacher, "host", "astcp")]
    [InlineData(Roles.Teacher, "class teacher", "astcp")]
    [InlineData(Roles.Student, "nothing", "as")]
    [InlineData(Roles.Student, "enrolled", "asc")]
    [InlineData(Roles.Parent, "nothing", "a")]
    [InlineData(Roles.Parent, "other parent", "as")]
    [InlineData(Roles.Parent, "parent of enrolled", "asc")]
    [InlineData(Roles.Student, "parent of enrolled", "as")]
    public void Who_sees_a_meeting(string role, string relation, string audiences)
    {
        foreach (var audience in Enum.GetValues<Audience>())
        {
            var expected = audiences.Contains(audience.ToString().ToLowerInvariant()[0], StringComparison.Ordinal);
            Assert.True(expected == Allows(role, MeetingAction.See, relation, audience), $"{role}, {relation}, {audience}: expected {expected}");
            Assert.True(role == Roles.SuperAdmin || !Allows(role, MeetingAction.See, relation, audience, elsewhere: true), $"{role} of another academy sees {audience}");
        }
    }

    [Fact]
    public void Who_creates_and_manages_is_the_matrix_of_seed_003()
    {
        foreach (var role in new[] { Roles.SuperAdmin, Roles.AcademyAdmin, Roles.Supervisor, Roles.Teacher, Roles.QuranTeacher, Roles.AcademicTeacher, Roles.Student, Roles.Parent })
        {
            foreach (var (relation, _) in Relations)
            {
                var staff = role is Roles.SuperAdmin or Roles.AcademyAdmin or Roles.Supervisor;
                var teacher = role is Roles.Teacher or Roles.QuranTeacher or Roles.AcademicTeacher;

                Assert.Equal(staff || (teacher && relation == "class teacher"), Allows(role, MeetingAction.Create, relation, Audience.Class));
                Assert.Equal(staff || teacher, Allows(role, MeetingAction.Create, relation, Audience.Personal, hasClass: false));
                Assert.Equal(staff || (teacher && relation is "owner" or "host" or "class teacher" && teacher), Allows(role, MeetingAction.Manage, relation, Audience.All));

                foreach (var action in Enum.GetValues<MeetingAction>())
                    Assert.Equal(role == Roles.SuperAdmin, Allows(role, action, relation, Audience.All, elsewhere: true));
            }
        }
    }

    [Theory]
    [InlineData(Roles.SuperAdmin, true)]
    [InlineData(Roles.AcademyAdmin, true)]
    [InlineData(Roles.Supervisor, true)]
    [InlineData(Roles.Teacher, true)]
    [InlineData(Roles.Student, false)]
    [InlineData(Roles.Parent, false)]
    [InlineData("janitor", false)]
    public void Only_staff_and_teachers_have_any_meeting_to_create(string role, bool expected) =>
        Assert.Equal(expected, MeetingAccess.MayCreateSome(Someone(role, Academy)));

    private static bool Allows(string role, MeetingAction action, string relation, Audience audience, bool elsewhere = false, bool hasClass = true) =>
        MeetingAccess.Allows(Someone(role, elsewhere ? Guid.NewGuid() : Academy), action, new MeetingSubject(Academy, hasClass, audience, Relations[relation]));

    private static Caller Someone(string role, Guid academy) => new(Guid.NewGuid(), role == Roles.SuperAdmin ? null : academy, [role]);
}
