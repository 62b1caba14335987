using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Joining;

/// <summary>Tokens with which a client enters a provider's room. Null for a meeting of another provider.</summary>
internal interface IRoomTokens { RoomToken? Issue(MeetingRow meeting, Caller caller, string displayName, string role, bool mayPublish, bool maySubscribe, bool isModerator); }

public sealed record RoomToken(string AccessToken, Uri ServerUrl, string RoomName, string Identity, DateTimeOffset ExpiresAt);
