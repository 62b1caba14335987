using Meetings.ZoomSandbox.Meetings;
using Meetings.ZoomSandbox.Users;

namespace Meetings.ZoomSandbox.State;

/// <summary>All that the sandbox remembers. Only touched inside <see cref="SandboxState"/>.</summary>
internal sealed class SandboxData
{
    /// <summary>Sittings so far: every few of them get a uuid that must be encoded twice in a path.</summary>
    public int Sittings { get; set; }

    /// <summary>In-meeting ids given out so far.</summary>
    public int Connections { get; set; }

    public List<ZoomUser> Users { get; init; } = [];

    public Dictionary<long, Meeting> Meetings { get; init; } = [];

    /// <summary>Finds the meeting of a path, or says why not.</summary>
    public ZoomError? FindMeeting(string meetingId, out Meeting meeting)
    {
        meeting = null!;
        if (!MeetingNumber.TryParse(meetingId, out var number)) return ZoomError.InvalidMeetingId;
        if (!Meetings.TryGetValue(number, out var found)) return ZoomError.NoMeeting(meetingId);

        meeting = found;
        return null;
    }
}
