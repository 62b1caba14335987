using Meetings.Meeting.Joining;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Security;
using Microsoft.Extensions.Options;

namespace Meetings.Meeting.Providers.LiveKit;

/// <summary>Tokens for rooms at LiveKit. Whoever calls this has decided that the caller may enter.</summary>
internal sealed class LiveKitTokens(IOptions<LiveKitOptions> options, TimeProvider clock) : IRoomTokens
{
    // Read once: a key and an address are the same for as long as the process lives.
    private readonly Lazy<LiveKitKey> _key = new(() => options.Value.Signing);
    private readonly Lazy<Uri> _server = new(() => options.Value.ClientUrl);

    public RoomToken? Issue(MeetingRow meeting, Caller caller, string displayName, string role, bool mayPublish, bool maySubscribe, bool isModerator)
    {
        if (meeting is not { Provider: LiveKitProvider.ProviderName, ProviderMeetingId: { } room } || !options.Value.IsConfigured) return null;

        var now = clock.GetUtcNow();
        var lifetime = options.Value.TokenLifetime;
        var identity = RoomIdentity.Of(caller.PersonId, displayName);
        var grant = new LiveKitGrant(room) { RoomJoin = true, CanPublish = mayPublish, CanSubscribe = maySubscribe, RoomAdmin = isModerator };
        var token = LiveKitToken.Sign(_key.Value, grant, new LiveKitParticipant(identity, displayName, role, caller.PersonId), now, lifetime);

        // To the second, as the token has it.
        return new RoomToken(token, _server.Value, room, identity, DateTimeOffset.FromUnixTimeSeconds((now + lifetime).ToUnixTimeSeconds()));
    }
}
