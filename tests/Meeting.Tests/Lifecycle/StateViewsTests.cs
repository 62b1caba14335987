using Meetings.Meeting.Lifecycle;

namespace Meetings.Meeting.Tests.Lifecycle;

[Trait("Acceptance", "X9")]
public sealed class StateViewsTests
{
    [Theory]
    [Trait("Acceptance", "S2-02")]
    [InlineData(MeetingState.Scheduled, false, "scheduled", "SCHEDULED", "idle")]
    [InlineData(MeetingState.Ready, false, "scheduled", "READY", "idle")]
    [InlineData(MeetingState.Live, false, "started", "ONGOING", "active")]
    [InlineData(MeetingState.Ended, false, "ended", "COMPLETED", "ended")]
    [InlineData(MeetingState.Ended, true, "ended", "ABSENT", "ended")]
    [InlineData(MeetingState.Finalised, false, "ended", "COMPLETED", "ended")]
    [InlineData(MeetingState.Finalised, true, "ended", "ABSENT", "ended")]
    [InlineData(MeetingState.Cancelled, false, "cancelled", "CANCELLED", "ended")]
    public void Each_state_has_its_word_in_each_vocabulary(MeetingState state, bool noShow, string zoom, string academy, string room) =>
        Assert.Equal(new StateViews(zoom, academy, room), StateViews.Of(state, noShow));

    [Theory]
    [InlineData("live", "Live")]
    [InlineData("started", "Live")]
    [InlineData("ONGOING", "Live")]
    [InlineData("scheduled", "Ready Scheduled")]
    [InlineData("SCHEDULED", "Scheduled")]
    [InlineData("ABSENT", "Ended+ Finalised+")]
    [InlineData("COMPLETED", "Ended Finalised")]
    [InlineData("asleep", "")]
    [InlineData("'; drop table meeting; --", "")]
    public void A_word_of_any_vocabulary_means_its_states(string word, string expected) =>
        Assert.Equal(expected, string.Join(' ', StateViews.Meaning(word).Select(state => state.State + (state.NoShow ? "+" : "")).Order()));

    [Fact]
    public void Every_state_that_can_be_derived_is_in_the_table()
    {
        foreach (var state in Enum.GetValues<MeetingState>()) Assert.NotNull(StateViews.Of(state, noShow: false));
        Assert.NotNull(StateViews.Of(MeetingState.Finalised, noShow: true));
    }
}
