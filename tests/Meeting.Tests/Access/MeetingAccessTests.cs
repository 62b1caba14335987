using Meetings.Contracts.Directory;
using Meetings.Meeting.Access;
using Meetings.Meeting.Rooms;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Tests.Access;

public sealed class MeetingAccessTests
{
    private static readonly Guid Academy = Guid.NewGuid();

    public static TheoryData<string, string> EveryRoleAndTie =>
        [.. Matrix.RoleNames.SelectMany(role => Matrix.Ties.Keys.Select(tie => (role, tie)))];

    [Theory]
    [Trait("Acceptance", "S2-03")]
    [MemberData(nameof(EveryRoleAndTie))]
    public void Who_sees_a_meeting(string role, string tie)
    {
        foreach (var audience in Enum.GetValues<Audience>())
        {
            var expected = Matrix.Sees(role, tie, audience);
            Assert.True(expected == Allows([role], MeetingAction.See, Matrix.Ties[tie], audience), $"{role}, {tie}, {audience}: expected {expected}");
            Assert.True(
                (role == Roles.SuperAdmin) == Allows([role], MeetingAction.See, Matrix.Ties[tie], audience, elsewhere: true), $"{role} elsewhere, {tie}, {audience}");
        }
    }

    // Seed 003, section 6: of one student's own sessions no other student knows, nor a teacher who does not teach them, whatever audience was said.
    [Theory]
    [Trait("Acceptance", "S3-26")]
    [Trait("Acceptance", "X26")]
    [Trait("Acceptance", "X27")]
    [MemberData(nameof(EveryRoleAndTie))]
    public void Who_joins_and_who_manages_sessions_of_each_kind(string role, string tie)
    {
        foreach (var kind in Matrix.Kinds)
        foreach (var audience in Enum.GetValues<Audience>())
        foreach (var elsewhere in (bool[])[false, true])
        {
            var subject = new MeetingSubject(Academy, HasClass: true, audience, Matrix.Ties[tie]) { Kind = kind };
            var caller = Someone([role], elsewhere ? Guid.NewGuid() : Academy);
            var meant = Matrix.IsOneToOne(kind) && audience is not Audience.Personal ? Audience.Class : audience;
            var sees = elsewhere ? role == Roles.SuperAdmin : Matrix.Sees(role, tie, meant);
            Assert.True(sees == MeetingAccess.Allows(caller, MeetingAction.See, subject), $"{role}, {tie}, {audience}, {kind}: expected {sees}");
            foreach (var action in Enum.GetValues<MeetingAction>().Except([MeetingAction.Create, MeetingAction.See]))
                Assert.Equal(Matrix.Does(role, tie, action) && (!elsewhere || role == Roles.SuperAdmin), MeetingAccess.Allows(caller, action, subject));

            // At the door: strangers of the academy wait at a group's, and find none at one student's own.
            var comes = AdmissionDecision.RoleOf(caller, subject, childOnRoster: false) is not null;
            if (Matrix.IsOneToOne(kind)) Assert.True(comes == sees, $"{role}, {tie}, {audience}, {kind}: comes {comes}");
        }
    }

    [Theory]
    [Trait("Acceptance", "S4-05")]
    [MemberData(nameof(EveryRoleAndTie))]
    public void Who_creates_and_changes_is_the_matrix_of_seed_003(string role, string tie)
    {
        foreach (var audience in Enum.GetValues<Audience>())
        {
            Assert.Equal(Matrix.Plans(role, tie, withClass: true), Allows([role], MeetingAction.Create, Matrix.Ties[tie], audience));
            Assert.Equal(Matrix.Plans(role, tie, withClass: false), Allows([role], MeetingAction.Create, Matrix.Ties[tie], audience, hasClass: false));
            Assert.Equal(role == Roles.SuperAdmin, Allows([role], MeetingAction.Create, Matrix.Ties[tie], audience, elsewhere: true));
            foreach (var action in Enum.GetValues<MeetingAction>().Except([MeetingAction.Create, MeetingAction.See]))
            {
                var expected = Matrix.Does(role, tie, action);
                Assert.True(expected == Allows([role], action, Matrix.Ties[tie], audience), $"{role}, {tie}, {action}: expected {expected}");
                Assert.Equal(expected && role == Roles.SuperAdmin, Allows([role], action, Matrix.Ties[tie], audience, elsewhere: true));
            }
        }
    }

    [Fact]
    public void Who_is_tied_twice_sees_what_either_tie_shows_and_who_has_two_roles_what_either_may()
    {
        foreach (var role in Matrix.RoleNames)
        foreach (var other in Matrix.RoleNames.Where(other => other != role))
        foreach (var (tie, one) in Matrix.Ties)
        foreach (var (second, two) in Matrix.Ties)
        foreach (var audience in Enum.GetValues<Audience>())
        {
            var both = new Relation(
                one.Owns || two.Owns, one.Hosts || two.Hosts, one.TeachesClass || two.TeachesClass, one.IsEnrolled || two.IsEnrolled,
                one.HasChildEnrolled || two.HasChildEnrolled, one.HasChild || two.HasChild, one.CoHosts || two.CoHosts);
            Assert.Equal(Matrix.Sees(role, tie, audience) || Matrix.Sees(role, second, audience), Allows([role], MeetingAction.See, both, audience));
            if (tie == second) Assert.Equal(Matrix.Sees(role, tie, audience) || Matrix.Sees(other, tie, audience), Allows([role, other], MeetingAction.See, one, audience));
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
        Assert.Equal(expected, MeetingAccess.MayCreateSome(Someone([role], Academy)));

    private static bool Allows(string[] roles, MeetingAction action, Relation relation, Audience audience, bool elsewhere = false, bool hasClass = true) =>
        MeetingAccess.Allows(Someone(roles, elsewhere ? Guid.NewGuid() : Academy), action, new MeetingSubject(Academy, hasClass, audience, relation));

    private static Caller Someone(string[] roles, Guid academy) => new(Guid.NewGuid(), roles is [Roles.SuperAdmin] ? null : academy, roles);
}
