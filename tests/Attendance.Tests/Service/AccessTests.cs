using Meetings.Attendance.Reading;
using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Attendance.Tests.Service;

/// <summary>The whole matrix of who may see what of a meeting's attendance.</summary>
public sealed class AccessTests
{
    private static readonly Guid Ours = Guid.CreateVersion7();
    private static readonly Guid Me = Guid.CreateVersion7();
    private static readonly Guid Child = Guid.CreateVersion7();
    private static readonly Guid Other = Guid.CreateVersion7();

    public static TheoryData<string, bool, string, string, string> Matrix
    {
        get
        {
            var data = new TheoryData<string, bool, string, string, string>();
            string[] roles = [
                Roles.SuperAdmin, Roles.AcademyAdmin, Roles.Supervisor, Roles.Teacher, Roles.QuranTeacher, Roles.AcademicTeacher, Roles.Student, Roles.Parent];
            foreach (var role in roles)
            {
                foreach (var relation in new[] { "none", "owner", "host", "teaches", "enrolled", "guardian" })
                {
                    foreach (var ours in new[] { true, false }) data.Add(role, ours, relation, Records(role, ours, relation), Participants(role, ours, relation));
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    [Trait("Acceptance", "S1-08")]
    [Trait("Acceptance", "S1-14")]
    public void Attendance_is_shown_by_role_academy_and_relation(string role, bool ours, string relation, string records, string participants)
    {
        var caller = new Caller(Me, role == Roles.SuperAdmin ? null : ours ? Ours : Other, [role]);
        var meeting = new MeetingRelation(
            Ours, relation == "owner" ? Me : Other, relation == "host" ? Me : Other, relation == "teaches",
            relation switch { "enrolled" => [Me], "guardian" => [Child], _ => [] });

        Assert.Equal(records, Word(AttendanceAccess.OfRecords(caller, meeting)));
        Assert.Equal(participants, Word(AttendanceAccess.OfParticipants(caller, meeting)));
    }

    // The rule in other words than the code's: by what somebody is told, not by how it is found out.
    private static string Records(string role, bool ours, string relation) => (role, ours, relation) switch
    {
        (Roles.SuperAdmin, _, _) => "everything",
        (_, false, _) => "unknown",
        (Roles.AcademyAdmin or Roles.Supervisor, _, _) => "everything",
        (_, _, "owner" or "host" or "teaches") => "everything",
        (_, _, "enrolled") => "own",
        (_, _, "guardian") => "child",
        _ => "forbidden",
    };

    private static string Participants(string role, bool ours, string relation) =>
        Records(role, ours, relation) is "own" or "child" ? "forbidden" : Records(role, ours, relation);

    private static string Word(Sight sight) => sight switch
    {
        Sight.Everything => "everything",
        Sight.Only { Students: [var one] } => one == Me ? "own" : "child",
        Sight.Forbidden => "forbidden",
        _ => "unknown",
    };
}
