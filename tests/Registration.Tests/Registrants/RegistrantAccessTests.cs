using Meetings.Contracts.Directory;
using Meetings.Registration.Access;
using Meetings.ServiceDefaults.Security;
using Xunit;
using static Meetings.Registration.Access.RegistrantAction;

namespace Meetings.Registration.Tests.Registrants;

/// <summary>The whole matrix: every role, every action, every tie, in the caller's academy and in another.</summary>
[Trait("Acceptance", "S1-14")]
[Trait("Acceptance", "S2-08")]
[Trait("Acceptance", "X15")]
public sealed class RegistrantAccessTests
{
    private static readonly Guid Academy = Guid.NewGuid();

    private static readonly RegistrantAction[] All = Enum.GetValues<RegistrantAction>();

    private static readonly string[] EveryRole =
        [Roles.SuperAdmin, Roles.AcademyAdmin, Roles.Supervisor, Roles.Teacher, Roles.QuranTeacher, Roles.AcademicTeacher, Roles.Student, Roles.Parent];

    /// <summary>What is allowed in one's own academy. What is not listed is refused.</summary>
    private static RegistrantAction[] Allowed(string role, MeetingTie tie) => (role, tie) switch
    {
        (Roles.SuperAdmin or Roles.AcademyAdmin, _) => All,
        (Roles.Supervisor, _) => [SeeOwn, SeeAll],
        (Roles.Teacher or Roles.QuranTeacher or Roles.AcademicTeacher, var t) when t.HasFlag(MeetingTie.Holds) => [SeeOwn, SeeAll, Ask],
        // Whoever holds a meeting sees who comes.
        (_, var t) when t.HasFlag(MeetingTie.Holds) => [SeeOwn, SeeAll],
        (_, MeetingTie.Attends) => [SeeOwn],
        _ => [],
    };

    public static TheoryData<string, MeetingTie> Matrix()
    {
        var data = new TheoryData<string, MeetingTie>();
        foreach (var role in EveryRole)
        {
            foreach (var tie in new[] { MeetingTie.None, MeetingTie.Holds, MeetingTie.Attends, MeetingTie.Holds | MeetingTie.Attends }) data.Add(role, tie);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void In_the_own_academy_the_matrix_holds(string role, MeetingTie tie)
    {
        var caller = new Caller(Guid.NewGuid(), role == Roles.SuperAdmin ? null : Academy, [role]);

        Assert.Equal(Allowed(role, tie), All.Where(action => RegistrantAccess.May(caller, action, new MeetingResource(Academy, tie))));
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void In_another_academy_nobody_may_anything_but_a_super_admin(string role, MeetingTie tie)
    {
        var caller = new Caller(Guid.NewGuid(), role == Roles.SuperAdmin ? null : Guid.NewGuid(), [role]);

        Assert.Equal(role == Roles.SuperAdmin ? All : [], All.Where(action => RegistrantAccess.May(caller, action, new MeetingResource(Academy, tie))));
    }
}
