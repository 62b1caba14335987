namespace Meetings.Meeting.Rooms;

/// <summary>Who is in a room, and since when not.</summary>
/// <param name="HostHere">A host is in it.</param>
/// <param name="AnyoneHere">Anyone is in it.</param>
/// <param name="HostGoneAt">When the last host went.</param>
/// <param name="LastGoneAt">When the last person of all went.</param>
internal sealed record RoomPeople(bool HostHere, bool AnyoneHere, DateTimeOffset? HostGoneAt, DateTimeOffset? LastGoneAt);

/// <summary>When a room ends: a pure function of who is in it and of the meeting's <c>onHostLeave</c>.</summary>
internal static class RoomEnd
{
    public const string Keep = "keep";
    public const string EndAfter = "endAfter";
    public const string End = "end";

    /// <summary>What there is to come back in when nothing else was said.</summary>
    public static readonly TimeSpan DefaultGrace = TimeSpan.FromMinutes(10);

    /// <summary>A host whose connection broke has not left; one who said so has, and is not waited for (<see cref="EndsAtOnce"/>).</summary>
    public static readonly TimeSpan ForDroppedHost = TimeSpan.FromMinutes(2);

    /// <summary>The moment at which it ends unless somebody comes back; null while it goes on.</summary>
    public static DateTimeOffset? DueAt(string onHostLeave, TimeSpan grace, RoomPeople people)
    {
        var whenEmpty = people.AnyoneHere ? null : people.LastGoneAt + grace;
        var withoutHost = people.HostHere ? null : onHostLeave switch
        {
            EndAfter => people.HostGoneAt + grace,
            End => people.HostGoneAt + ForDroppedHost,
            _ => null,
        };
        return whenEmpty is null ? withoutHost : withoutHost < whenEmpty ? withoutHost : whenEmpty;
    }

    /// <summary>Whether it ends with a host who says goodbye.</summary>
    public static bool EndsAtOnce(string onHostLeave, bool anotherHostHere) => onHostLeave is End && !anotherHostHere;
}
