namespace Meetings.Meeting.Lifecycle;

/// <summary>The state in the words of those who had a vocabulary of their own.</summary>
/// <param name="Zoom">scheduled, started, ended or cancelled.</param>
/// <param name="Academy">SCHEDULED, READY, ONGOING, COMPLETED, ABSENT or CANCELLED.</param>
/// <param name="Room">idle, active or ended.</param>
public sealed record StateViews(string Zoom, string Academy, string Room)
{
    /// <summary>The one table (ACCEPTANCE X9).</summary>
    private static readonly Dictionary<(MeetingState State, bool NoShow), StateViews> Table = new()
    {
        [(MeetingState.Scheduled, false)] = new("scheduled", "SCHEDULED", "idle"),
        [(MeetingState.Ready, false)] = new("scheduled", "READY", "idle"),
        [(MeetingState.Live, false)] = new("started", "ONGOING", "active"),
        [(MeetingState.Ended, false)] = new("ended", "COMPLETED", "ended"),
        [(MeetingState.Ended, true)] = new("ended", "ABSENT", "ended"),
        [(MeetingState.Finalised, false)] = new("ended", "COMPLETED", "ended"),
        [(MeetingState.Finalised, true)] = new("ended", "ABSENT", "ended"),
        [(MeetingState.Cancelled, false)] = new("cancelled", "CANCELLED", "ended"),
    };

    public static StateViews Of(MeetingState state, bool noShow) => Table[(state, noShow)];

    /// <summary>The states that a word means, in our vocabulary or in any of the views. Empty for a word that nobody uses.</summary>
    public static IReadOnlyList<(MeetingState State, bool NoShow)> Meaning(string word) =>
        [.. Table.Where(row => word == row.Key.State.Word() || word == row.Value.Zoom || word == row.Value.Academy || word == row.Value.Room).Select(row => row.Key)];
}
