using Meetings.Meeting.Joining;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Rooms;

/// <summary>What somebody who was let in enters the provider's room with.</summary>
/// <param name="tokens">Those of the providers that have tokens.</param>
internal sealed class RoomPass(IEnumerable<IRoomTokens> tokens)
{
    /// <summary>Null for a provider without tokens.</summary>
    public RoomToken? Issue(RoomMeeting meeting, Caller caller, string displayName) =>
        Issue(meeting, caller, displayName, RoomRoles.Rights(meeting.As, meeting.IsRunBy, askedToPublish: null, askedToSubscribe: null));

    /// <summary>Null for a provider without tokens.</summary>
    /// <param name="rights">No more than the role's.</param>
    public RoomToken? Issue(RoomMeeting meeting, Caller caller, string displayName, RoomRights rights) => tokens
        .Select(provider => provider.Issue(
            meeting.Row, caller, displayName, meeting.As.Word(), rights.CanPublish, rights.CanSubscribe, rights.IsModerator))
        .FirstOrDefault(token => token is not null);
}
