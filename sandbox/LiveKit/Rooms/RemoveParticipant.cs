using Meetings.Contracts.LiveKit;
using Meetings.LiveKitSandbox.Tokens;
using Meetings.LiveKitSandbox.Twirp;

namespace Meetings.LiveKitSandbox.Rooms;

/// <summary>Puts somebody out. The token stays good: with it, the same person comes back in.</summary>
internal sealed class RemoveParticipant(RoomStore store, RoomLife life, TimeProvider clock)
    : ITwirpMethod<RoomParticipantIdentity, RemoveParticipantResponse>
{
    public TwirpAnswer<RemoveParticipantResponse> Handle(AccessToken? caller, RoomParticipantIdentity request)
    {
        if (!caller.MayAdminister(request.Room)) return TwirpError.PermissionsDenied;

        return store.With<TwirpAnswer<RemoveParticipantResponse>>(data =>
        {
            if (!data.Find(request.Room, request.Identity, out var room, out var participant)) return TwirpError.ParticipantNotFound;

            life.Leave(room, participant, DisconnectReason.ParticipantRemoved, clock.GetUtcNow());
            return new RemoveParticipantResponse();
        });
    }
}
