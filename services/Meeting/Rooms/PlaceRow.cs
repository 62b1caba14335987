using Meetings.Meeting.Joining;

namespace Meetings.Meeting.Rooms;

/// <summary>A place as it is stored, seen as of now: in a sitting that is over nobody waits or is in any more.</summary>
internal sealed class PlaceRow
{
    public Guid MeetingId { get; init; }
    public int Epoch { get; init; }
    public Guid PersonId { get; init; }
    public string Role { get; init; } = "";
    public string DisplayName { get; init; } = "";
    public string Status { get; init; } = "";
    public DateTimeOffset JoinedAt { get; init; }
    public DateTimeOffset? AdmittedAt { get; init; }
    public DateTimeOffset? LeftAt { get; init; }
    public bool IsOpen { get; init; }

    public PlaceStatus Stands => PlaceWords.Status(Status);

    public bool IsAdmitted => Stands is PlaceStatus.Admitted;

    /// <summary>Columns of a place <c>p</c> with its sitting <c>r</c>, given whether the meeting is live.</summary>
    public const string Columns = """
        p.meeting_id, p.epoch, p.person_id, p.role, p.display_name, p.joined_at, p.admitted_at, p.left_at,
        r.closed_at is null and (r.opened_at is null or @IsLive) as is_open,
        case when p.status = 'rejected' or (r.closed_at is null and (r.opened_at is null or @IsLive)) then p.status else 'left' end as status
        """;

    /// <summary>The newest place of a person in a meeting.</summary>
    public const string Find = $"""
        select {Columns} from place p join room_sitting r using (meeting_id, epoch)
        where p.meeting_id = @MeetingId and p.person_id = @PersonId order by p.epoch desc limit 1
        """;
}

/// <summary>Somebody's place in a meeting.</summary>
/// <param name="UserId">The person. Their e-mail address is never shown.</param>
/// <param name="DisplayName">The label that they chose.</param>
/// <param name="Status">waiting_for_host, waiting, admitted, rejected or left.</param>
/// <param name="Role">host, staff, guardian or participant.</param>
/// <param name="JoinedAt">When they came to the door, first in this sitting; null when that is not known.</param>
/// <param name="AdmittedAt">When they were let in.</param>
/// <param name="LeftAt">When they left last.</param>
/// <param name="JoinUrl">Where to go, for a provider that has a door of its own.</param>
/// <param name="Token">With what to enter the room: in one's own place only, and only when admitted.</param>
public sealed record PlaceResponse(
    Guid MeetingId, string RoomId, Guid UserId, string DisplayName, string Status, bool IsHost, string Role, DateTimeOffset? JoinedAt,
    DateTimeOffset? AdmittedAt, DateTimeOffset? LeftAt, string? JoinUrl = null, RoomToken? Token = null)
{
    internal static PlaceResponse Of(RoomMeeting meeting, PlaceRow place, RoomToken? token = null) => new(
        place.MeetingId, meeting.Row.RoomId, place.PersonId, place.DisplayName, place.Status, place.Role == PlaceRole.Host.Word(), place.Role,
        place.JoinedAt, place.AdmittedAt, place.LeftAt, Token: token);
}
