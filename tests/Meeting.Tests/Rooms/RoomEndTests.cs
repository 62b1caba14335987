using System.Globalization;
using Meetings.Meeting.Rooms;

namespace Meetings.Meeting.Tests.Rooms;

public sealed class RoomEndTests
{
    private static readonly DateTimeOffset Nine = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    // Minutes after nine at which the host and the last of the others went; a dash: is here. With ten minutes' grace it ends at; a dash: it goes on.
    [Theory]
    [Trait("Acceptance", "X10")]
    [Trait("Acceptance", "S4-03")]
    [InlineData("keep", "-", "-", "-", "everybody is here")]
    [InlineData("keep", "0", "-", "-", "the class survives its host")]
    [InlineData("keep", "-", "0", "-", "a host alone is somebody")]
    [InlineData("keep", "0", "5", "15", "ten minutes after the last went")]
    [InlineData("keep", "5", "0", "15", "also when that was the host")]
    [InlineData("endAfter", "-", "0", "-", "the host is here")]
    [InlineData("endAfter", "0", "-", "10", "ten minutes without a host")]
    [InlineData("endAfter", "0", "5", "10", "the host's end comes first")]
    [InlineData("end", "-", "-", "-", "the host is here")]
    [InlineData("end", "0", "-", "2", "a host whose connection broke has two minutes")]
    [InlineData("end", "0", "5", "2", "whoever else is there")]
    public void Ends(string policy, string hostGone, string othersGone, string endsAt, string because)
    {
        var (host, others) = (At(hostGone), At(othersGone));
        var last = host > others ? host : others ?? host;
        var due = RoomEnd.DueAt(policy, TimeSpan.FromMinutes(10), new RoomPeople(host is null, host is null || others is null, host, last));
        Assert.True(At(endsAt) == due, $"{because}: {due} instead of {At(endsAt)}");
    }

    [Theory]
    [Trait("Acceptance", "X10")]
    [InlineData("end", false, true)]
    [InlineData("end", true, false)]
    [InlineData("keep", false, false)]
    [InlineData("endAfter", false, false)]
    public void Ends_with_a_host_who_says_goodbye(string policy, bool anotherHost, bool ends) => Assert.Equal(ends, RoomEnd.EndsAtOnce(policy, anotherHost));

    private static DateTimeOffset? At(string minute) => minute is "-" ? null : Nine.AddMinutes(int.Parse(minute, CultureInfo.InvariantCulture));
}
