using Meetings.Meeting.Joining;
using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Rooms;
using Meetings.Meeting.Scheduling;

namespace Meetings.Meeting.Tests.Rooms;

/// <summary>Who gets a token without having come to the door first, and who does not get past it by asking for one.</summary>
public sealed class MayEnterTests
{
    private static readonly DateTimeOffset Seven = new(2026, 11, 20, 7, 0, 0, TimeSpan.Zero);

    [Theory]
    [Trait("Acceptance", "S3-11"), Trait("Acceptance", "S4-10"), Trait("Acceptance", "X13")]
    [InlineData("host", "none", "waiting password", true, "who runs it")]
    [InlineData("host", "rejected", "waiting", true, "who runs it, whatever was decided")]
    [InlineData("roster", "none", "waiting", true, "the roster")]
    [InlineData("guardian", "none", "waiting", true, "the roster's parents")]
    [InlineData("guardian", "none", "view", false, "parents who only watch from outside")]
    [InlineData("stranger", "none", "waiting", false, "a stranger waits")]
    [InlineData("stranger", "none", "", true, "no waiting room")]
    [InlineData("roster", "none", "password", false, "the password is really asked for")]
    [InlineData("roster", "admitted", "password", true, "it was given at the door")]
    [InlineData("stranger", "admitted", "waiting", true, "was let in")]
    [InlineData("stranger", "waiting", "", false, "waits")]
    [InlineData("roster", "rejected", "", false, "a refusal sticks")]
    [InlineData("roster", "left", "waiting", true, "comes again")]
    [InlineData("roster", "none", "waiting late", false, "latecomers wait")]
    [InlineData("roster", "admitted", "waiting late", true, "was in time")]
    public void A_token_is_for_those_who_were_let_in_or_need_not_be(string who, string place, string meeting, bool enters, string because)
    {
        var has = meeting.Split(' ');
        var room = new RoomMeeting(
            new MeetingRow { WaitingRoom = has.Contains("waiting"), PasswordHash = has.Contains("password") ? "hash" : null, State = MeetingState.Live, Provider = "livekit" },
            new MeetingSettings(LatecomersWaitAfterMinutes: has.Contains("late") ? 10 : null, Guardians: has.Contains("view") ? "view" : null),
            who switch { "host" => PlaceRole.Host, "guardian" => PlaceRole.Guardian, _ => PlaceRole.Participant }, OnRoster: who == "roster", SeesMeeting: true, Seven,
            RoomRole.Student);
        var visit = new Visit(room, place == "none" ? null : new PlaceRow { Status = place, IsOpen = place is "admitted" or "waiting" });

        Assert.True(visit.MayEnter(Seven.AddMinutes(11)) == enters, because);
    }
}
