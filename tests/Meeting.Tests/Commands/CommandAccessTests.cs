using Meetings.Contracts.Directory;
using Meetings.Meeting.Access;
using Meetings.Meeting.Commands;
using Meetings.Meeting.Tests.Access;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Tests.Commands;

[Trait("Acceptance", "S3-27")]
public sealed class CommandAccessTests
{
    private static readonly Guid Academy = Guid.NewGuid();

    public static TheoryData<string, string> EveryRoleAndTie => MeetingAccessTests.EveryRoleAndTie;

    [Theory]
    [MemberData(nameof(EveryRoleAndTie))]
    public void Commands_are_given_by_those_who_run_the_meeting(string role, string tie)
    {
        foreach (var audience in Enum.GetValues<Audience>())
        {
            Assert.Equal(Matrix.Does(role, tie, MeetingAction.Host), CommandAccess.MayCommand(Someone(role), Subject(tie, audience)));
            Assert.Equal(role == Roles.SuperAdmin, CommandAccess.MayCommand(Someone(role, elsewhere: true), Subject(tie, audience)));
        }
    }

    [Theory]
    [MemberData(nameof(EveryRoleAndTie))]
    public void Who_hears_a_command_sees_the_meeting_is_meant_and_was_not_put_out_before(string role, string tie)
    {
        foreach (var audience in Enum.GetValues<Audience>())
        foreach (var elsewhere in (bool[])[false, true])
        {
            var caller = Someone(role, elsewhere);
            var sees = elsewhere ? role == Roles.SuperAdmin : Matrix.Sees(role, tie, audience);
            var runs = elsewhere ? role == Roles.SuperAdmin : Matrix.Does(role, tie, MeetingAction.Host);
            (Guid[]? Targets, long? OutSince, bool Meant)[] cases =
            [
                (null, null, true), ([caller.PersonId], null, true), ([Guid.NewGuid(), caller.PersonId], null, true), ([Guid.NewGuid()], null, false),
                (null, 7, true), (null, 8, true), (null, 6, false), ([caller.PersonId], 6, false), ([caller.PersonId], 7, true),
            ];
            foreach (var (targets, outSince, meant) in cases)
            {
                Assert.True(
                    (sees && (runs || meant)) == CommandAccess.MayHear(caller, Subject(tie, audience), targets, seq: 7, outSince),
                    $"{role}, {tie}, {audience}, elsewhere {elsewhere}, targets {targets?.Length}, out since {outSince}");
            }
        }
    }

    private static Caller Someone(string role, bool elsewhere = false) =>
        new(Guid.NewGuid(), role == Roles.SuperAdmin ? null : elsewhere ? Guid.NewGuid() : Academy, [role]);

    private static MeetingSubject Subject(string tie, Audience audience) => new(Academy, true, audience, Matrix.Ties[tie]);
}
