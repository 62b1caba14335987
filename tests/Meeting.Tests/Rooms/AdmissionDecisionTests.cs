using Meetings.Contracts.Directory;
using Meetings.Meeting.Access;
using Meetings.Meeting.Rooms;
using Meetings.Meeting.Tests.Access;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Tests.Rooms;

public sealed class AdmissionDecisionTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);
    private static readonly bool[] Both = [false, true];

    // The first line that fits decides. A dash fits everything; "expected" is the roster, and a parent of somebody on it.
    private const string Door = """
        role   refused  admitted-before  host-there  waiting-room  expected  late  | comes-to
        host   -        -                -           -             -         -     | admitted
        staff  -        -                -           -             -         -     | admitted
        -      yes      -                -           -             -         -     | rejected
        -      -        yes              -           -             -         -     | admitted
        -      -        -                no          -             -         -     | waiting_for_host
        -      -        -                yes         no            -         -     | admitted
        -      -        -                yes         yes           yes       no    | admitted
        -      -        -                yes         yes           -         -     | waiting
        """;

    [Fact]
    [Trait("Acceptance", "S4-10")]
    [Trait("Acceptance", "X13")]
    [Trait("Acceptance", "X27")]
    public void Every_combination_of_what_the_door_knows()
    {
        var lines = Door.Split('\n').Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        var seen = new HashSet<string>();
        foreach (var role in Enum.GetValues<PlaceRole>())
        foreach (var refused in Both)
        foreach (var before in Both)
        foreach (var hostThere in Both)
        foreach (var waitingRoom in Both)
        foreach (var onRoster in Both)
        foreach (var (minute, grace, late) in ((int, int?, bool)[])[(0, 10, false), (10, 10, false), (11, 10, true), (-5, 0, false), (0, 0, false), (1, 0, true), (99, null, false)])
        {
            string[] facts =
                [role.Word(), Word(refused), Word(before), Word(hostThere), Word(waitingRoom), Word(onRoster || role is PlaceRole.Guardian), Word(late)];
            var line = lines.First(line => facts.Zip(line).All(pair => pair.Second == "-" || pair.First == pair.Second));
            seen.Add(string.Join(' ', line));

            var decided = AdmissionDecision.Of(new Arrival(
                role, onRoster, Start.AddMinutes(minute), Start, grace is { } minutes ? TimeSpan.FromMinutes(minutes) : null, waitingRoom, hostThere, before, refused));
            Assert.True(line[^1] == decided.Status.Word(), $"{string.Join(' ', facts)}: {decided} instead of {line[^1]}");

            // Who waits for a host walks in with the host exactly when they would have, had the host been there.
            if (decided.Status is not PlaceStatus.WaitingForHost) continue;
            var with = AdmissionDecision.Of(new Arrival(
                role, onRoster, Start.AddMinutes(minute), Start, grace is { } more ? TimeSpan.FromMinutes(more) : null, waitingRoom, HostHasCome: true, before, refused));
            Assert.Equal(with.Status is PlaceStatus.Admitted, decided.WalksIn);
        }

        Assert.Equal(lines.Count, seen.Count);
    }

    [Fact]
    [Trait("Acceptance", "X27")]
    public void As_what_every_role_with_every_tie_comes()
    {
        var academy = Guid.NewGuid();
        foreach (var role in Matrix.RoleNames)
        foreach (var (tie, relation) in Matrix.Ties)
        foreach (var audience in Enum.GetValues<Audience>())
        foreach (var childOnRoster in Both)
        foreach (var elsewhere in Both)
        {
            var caller = new Caller(Guid.NewGuid(), elsewhere ? Guid.NewGuid() : academy, [role]);
            var expected =
                elsewhere && role != Roles.SuperAdmin ? null
                : Matrix.Does(role, tie, MeetingAction.Host) ? tie is "owner" or "host" or "co-host" or "teaches" ? "host" : "staff"
                : role != Roles.Parent ? "participant"
                : childOnRoster ? "guardian"
                : Matrix.Sees(role, tie, audience) ? "participant"
                : null;
            var comes = AdmissionDecision.RoleOf(caller, new MeetingSubject(academy, true, audience, relation), childOnRoster)?.Word();
            Assert.True(expected == comes, $"{role}, {tie}, {audience}, child on roster {childOnRoster}, elsewhere {elsewhere}: {comes} instead of {expected}");
        }
    }

    private static string Word(bool fact) => fact ? "yes" : "no";
}
