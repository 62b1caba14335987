using Meetings.Contracts.LiveKit;
using Meetings.LiveKitSandbox.Tokens;
using Meetings.LiveKitSandbox.Twirp;

namespace Meetings.LiveKitSandbox.Rooms;

/// <summary>One participant by identity.</summary>
internal sealed class GetParticipant(RoomStore store) : ITwirpMethod<RoomParticipantIdentity, ParticipantInfo>
{
    public TwirpAnswer<ParticipantInfo> Handle(AccessToken? caller, RoomParticipantIdentity request)
    {
        if (!caller.MayAdminister(request.Room)) return TwirpError.PermissionsDenied;

        return store.With<TwirpAnswer<ParticipantInfo>>(data =>
            data.Find(request.Room, request.Identity, out _, out var participant) ? participant.Info.Clone() : TwirpError.ParticipantNotFound);
    }
}
