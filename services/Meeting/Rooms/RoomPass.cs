using Meetings.Meeting.Joining;
using Meetings.Meeting.Sittings;
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
            // A parent is in the room as such, and watches (ACCEPTANCE X27).
            role: meeting.Role is PlaceRole.Guardian ? Guardian : caller.Roles.Count > 0 ? caller.Roles[0] : PlaceRole.Participant.Word(),
            mayPublish: meeting.Role is not PlaceRole.Guardian, maySubscribe: true, isModerator: meeting.Role is PlaceRole.Host or PlaceRole.Staff))
        .FirstOrDefault(token => token is not null);

    /// <summary>By which the provider's connections of the bearer will be known.</summary>
    public static string? PersonKey(RoomToken? token) => token is null ? null : RecordSittings.KeyOfIdentity(token.Identity);
}
