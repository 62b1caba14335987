using Meetings.Meeting.Rooms;

namespace Meetings.Meeting.Tests.Rooms;

public sealed class WhoMayAdmitTests
{
    private static readonly bool[] Both = [false, true];

    // Who may, with the setting: y yes, n no, t all but students. Of those who are in.
    private const string Table = """
        role         room:-  room:hosts  room:allAdmitted  lesson:-  lesson:hosts  lesson:allAdmitted
        host         y       y           y                 y         y             y
        staff        y       y           y                 y         y             y
        guardian     n       n           n                 n         n             n
        participant  t       n           y                 n         n             y
        """;

    [Fact]
    [Trait("Acceptance", "X11")]
    [Trait("Acceptance", "S4-12")]
    public void Every_role_kind_and_setting()
    {
        var lines = Table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Equal(Enum.GetValues<PlaceRole>().Select(role => role.Word()), lines.Skip(1).Select(line => line[0]));
        foreach (var role in Enum.GetValues<PlaceRole>())
        foreach (var (column, n) in lines[0].Skip(1).Select((column, n) => (column.Split(':'), n + 1)))
        foreach (var isStudent in Both)
        foreach (var isAdmitted in Both)
        {
            var cell = lines.Single(line => line[0] == role.Word())[n];
            // Those who hold or run the meeting need not be in it.
            var expected = role is PlaceRole.Host or PlaceRole.Staff || (isAdmitted && (cell == "y" || (cell == "t" && !isStudent)));
            var may = WhoMayAdmit.Allows(role, isStudent, isAdmitted, column[0] == "lesson", column[1] == "-" ? null : column[1]);
            Assert.True(expected == may, $"{role}, {column[0]}, {column[1]}, student {isStudent}, admitted {isAdmitted}: {may}");
        }
    }
}
