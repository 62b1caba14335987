using Meetings.Contracts.LiveKit;
using Meetings.LiveKitSandbox.Tokens;
using Meetings.LiveKitSandbox.Twirp;

namespace Meetings.LiveKitSandbox.Rooms;

/// <summary>Disconnects everybody and closes the room. The grant is the one for creating.</summary>
internal sealed class DeleteRoom(RoomStore store, RoomLife life, TimeProvider clock) : ITwirpMethod<DeleteRoomRequest, DeleteRoomResponse>
{
    public TwirpAnswer<DeleteRoomResponse> Handle(AccessToken? caller, DeleteRoomRequest request)
    {
        if (!caller.MayCreate()) return TwirpError.PermissionsDenied;

        return store.With<TwirpAnswer<DeleteRoomResponse>>(data =>
        {
            if (data.Find(request.Room) is not { } room) return TwirpError.RoomNotFound;

            life.Close(data, room, DisconnectReason.RoomDeleted, clock.GetUtcNow());
            return new DeleteRoomResponse();
        });
    }
}
