using System.Collections.Frozen;

namespace Meetings.WebhookIngress.ZoomEvents;

/// <summary>The events that take effect. All others are stored only.</summary>
internal enum ZoomEventKind
{
    Started,
    Ended,
    Joined,
    Left,
    JoinedBreakout,
    LeftBreakout,
    EnteredWaitingRoom,
    LeftWaitingRoom,
    Admitted,
    PutInWaitingRoom,
}

internal static class ZoomEventKinds
{
    private static readonly FrozenDictionary<string, ZoomEventKind> ByName = new Dictionary<string, ZoomEventKind>
    {
        ["meeting.started"] = ZoomEventKind.Started,
        ["meeting.ended"] = ZoomEventKind.Ended,
        ["meeting.participant_joined"] = ZoomEventKind.Joined,
        ["meeting.participant_left"] = ZoomEventKind.Left,
        ["meeting.participant_joined_breakout_room"] = ZoomEventKind.JoinedBreakout,
        ["meeting.participant_left_breakout_room"] = ZoomEventKind.LeftBreakout,
        ["meeting.participant_joined_waiting_room"] = ZoomEventKind.EnteredWaitingRoom,
        ["meeting.participant_left_waiting_room"] = ZoomEventKind.LeftWaitingRoom,
        ["meeting.participant_admitted"] = ZoomEventKind.Admitted,
        ["meeting.participant_put_in_waiting_room"] = ZoomEventKind.PutInWaitingRoom,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static ZoomEventKind? Of(string name) => ByName.TryGetValue(name, out var kind) ? kind : null;

    /// <summary>Where the event has its own time, which is what orders events; arrival does not.</summary>
    public static ReadOnlySpan<byte> TimeField(this ZoomEventKind kind) => kind switch
    {
        ZoomEventKind.Started => "start_time"u8,
        ZoomEventKind.Ended => "end_time"u8,
        ZoomEventKind.Joined or ZoomEventKind.JoinedBreakout => "join_time"u8,
        ZoomEventKind.Left or ZoomEventKind.LeftBreakout => "leave_time"u8,
        _ => "date_time"u8,
    };

    public static bool HasParticipant(this ZoomEventKind kind) => kind is not (ZoomEventKind.Started or ZoomEventKind.Ended);

    public static bool IsBreakout(this ZoomEventKind kind) => kind is ZoomEventKind.JoinedBreakout or ZoomEventKind.LeftBreakout;
}
