using Meetings.Meeting.Rooms;

namespace Meetings.Meeting.Tests.Rooms;

public sealed class PlaceMovesTests
{
    // What becomes of a place: h waiting for the host, w waiting, a admitted, r rejected, l left. A dot: the move does not apply.
    private const string Table = """
        move             h  w  a  r  l
        HostCameWalksIn  a  .  .  .  .
        HostCame         w  .  .  .  .
        Admit            a  a  .  a  .
        AdmitAll         a  a  .  .  .
        Reject           r  r  .  .  r
        Leave            l  l  l  .  .
        WaitingRoomOff   .  a  .  .  .
        RoomClosed       l  l  l  .  .
        """;

    [Fact]
    [Trait("Acceptance", "S4-11")]
    public void Every_move_from_every_status()
    {
        var rows = Table.Split('\n').Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToDictionary(row => row[0], row => row[1..]);
        Assert.Equal(Enum.GetNames<PlaceMove>().Order(), rows.Keys.Order());
        foreach (var move in Enum.GetValues<PlaceMove>())
        foreach (var (from, n) in Enum.GetValues<PlaceStatus>().Select((status, n) => (status, n)))
        {
            var expected = rows[move.ToString()][n] switch
            {
                "h" => PlaceStatus.WaitingForHost, "w" => PlaceStatus.Waiting, "a" => PlaceStatus.Admitted, "r" => PlaceStatus.Rejected, "l" => PlaceStatus.Left,
                _ => (PlaceStatus?)null,
            };
            Assert.True(expected == PlaceMoves.After(from, move), $"{move} from {from}: {PlaceMoves.After(from, move)} instead of {expected}");
            Assert.Equal(expected is not null, PlaceMoves.From(move).Contains(from.Word()));
            if (expected is { } to) Assert.Equal(to.Word(), PlaceMoves.To(move));
        }
    }

    [Fact]
    [Trait("Acceptance", "S4-11")]
    public void The_words_are_those_of_the_api() => Assert.Equal(
        ["waiting_for_host", "waiting", "admitted", "rejected", "left"], Enum.GetValues<PlaceStatus>().Select(status => status.Word()));
}
