using Meetings.Contracts.Directory;
using Meetings.Meeting.Joining;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Rooms;

/// <summary>What somebody who was let in enters the provider's room with.</summary>
/// <param name="tokens">Those of the providers that have tokens.</param>
internal sealed class RoomPass(IEnumerable<IRoomTokens> tokens)
{
    private const string Guardian = "guardian";

    /// <summary>Null for a provider without tokens.</summary>
    public RoomToken? Issue(RoomMeeting meeting, Caller caller, string displayName) => tokens
        .Select(provider => provider.Issue(
            meeting.Row, caller, displayName,
            // A supervisor watches over it and moderates nothing; a parent is in the room as such, and watches (ACCEPTANCE X27).
            role: meeting.Role is PlaceRole.Guardian ? Guardian : caller.Roles.Count > 0 ? caller.Roles[0] : PlaceRole.Participant.Word(),
            mayPublish: meeting.Role is not PlaceRole.Guardian, maySubscribe: true,
            isModerator: meeting.Role is PlaceRole.Host || (meeting.Role is PlaceRole.Staff && !caller.Is(Roles.Supervisor))))
        .FirstOrDefault(token => token is not null);
}
