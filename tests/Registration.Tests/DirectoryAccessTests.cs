using Meetings.Contracts.Directory;
using Meetings.Registration.Access;
using Meetings.ServiceDefaults.Security;
using Xunit;
using static Meetings.Registration.Access.DirectoryAction;

namespace Meetings.Registration.Tests;

/// <summary>The whole matrix: every role, every action, every relation, in the caller's academy and in another.</summary>
public sealed class DirectoryAccessTests
{
    private static readonly Guid Academy = Guid.NewGuid();

    private static readonly DirectoryAction[] All = Enum.GetValues<DirectoryAction>();

    private static readonly DirectoryAction[] AllButChange = [.. All.Except([ChangeRoster])];

    private static readonly string[] EveryRole =
        [Roles.SuperAdmin, Roles.AcademyAdmin, Roles.Supervisor, Roles.Teacher, Roles.QuranTeacher, Roles.AcademicTeacher, Roles.Student, Roles.Parent];

    /// <summary>What is allowed in one's own academy. What is not listed is refused.</summary>
    private static DirectoryAction[] Allowed(string role, Relation relation) => (role, relation) switch
    {
        (Roles.SuperAdmin or Roles.AcademyAdmin, _) => All,
        (Roles.Supervisor, _) => AllButChange,
        (Roles.Parent, Relation.Self) => [SeeAcademy, SeePerson, SeeAddress, SeeEnrolment, SeeChildren],
        (_, Relation.Self) => [SeeAcademy, SeePerson, SeeAddress, SeeEnrolment],
        (Roles.Teacher or Roles.QuranTeacher or Roles.AcademicTeacher, Relation.InTaughtClass) => [SeeAcademy, SeePerson, SeeAddress],
        (Roles.Teacher or Roles.QuranTeacher or Roles.AcademicTeacher, Relation.Taught) => [SeeAcademy, SeeClass, SeeRoster, SeeEnrolment],
        (Roles.Parent, Relation.Child) => [SeeAcademy, SeePerson, SeeEnrolment],
        (Roles.Student or Roles.Parent, Relation.Teacher) => [SeeAcademy, SeePerson],
        (Roles.Student or Roles.Parent, Relation.Attended) => [SeeAcademy, SeeClass],
        (Roles.Student or Roles.Parent, Relation.Attended | Relation.Teacher) => [SeeAcademy, SeeClass, SeePerson, SeeEnrolment],
        _ => [SeeAcademy],
    };

    public static TheoryData<string, Relation> Matrix()
    {
        var data = new TheoryData<string, Relation>();
        foreach (var role in EveryRole)
        {
            foreach (var relation in Enum.GetValues<Relation>().Append(Relation.Attended | Relation.Teacher)) data.Add(role, relation);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void In_the_own_academy_the_matrix_holds(string role, Relation relation)
    {
        var caller = new Caller(Guid.NewGuid(), role == Roles.SuperAdmin ? null : Academy, [role]);

        var allowed = All.Where(action => DirectoryAccess.May(caller, action, new(Academy, relation)));

        Assert.Equal(Allowed(role, relation).Order(), allowed.Order());
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void In_another_academy_only_a_super_admin_may_anything(string role, Relation relation)
    {
        var caller = new Caller(Guid.NewGuid(), role == Roles.SuperAdmin ? null : Guid.NewGuid(), [role]);

        Assert.All(All, action => Assert.Equal(role == Roles.SuperAdmin, DirectoryAccess.May(caller, action, new(Academy, relation))));
    }

    [Fact]
    public void A_token_without_an_academy_or_without_a_role_opens_nothing_of_others()
    {
        Assert.All(All, action => Assert.False(DirectoryAccess.May(new(Guid.NewGuid(), null, [Roles.AcademyAdmin]), action, new(Academy))));
        Assert.All(All, action => Assert.False(DirectoryAccess.May(new(Guid.NewGuid(), null, [Roles.AcademyAdmin]), action, new(null))));
        Assert.All(All.Except([SeeAcademy]), action => Assert.False(DirectoryAccess.May(new(Guid.NewGuid(), Academy, []), action, new(Academy, Relation.Taught))));
    }
}
