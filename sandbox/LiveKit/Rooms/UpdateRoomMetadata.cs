using Meetings.Contracts.LiveKit;
using Meetings.LiveKitSandbox.Tokens;
using Meetings.LiveKitSandbox.Twirp;

namespace Meetings.LiveKitSandbox.Rooms;

/// <summary>Replaces a room's metadata, also by none. The server looks at the length before the grant.</summary>
internal sealed class UpdateRoomMetadata(RoomStore store) : ITwirpMethod<UpdateRoomMetadataRequest, Room>
{
    public TwirpAnswer<Room> Handle(AccessToken? caller, UpdateRoomMetadataRequest request)
    {
        if (Limits.Exceeds(request.Metadata, Limits.Metadata)) return TwirpError.Exceeds("metadata size", Limits.Metadata);
        if (!caller.MayAdminister(request.Room)) return TwirpError.PermissionsDenied;

        return store.With<TwirpAnswer<Room>>(data =>
        {
            if (data.Find(request.Room) is not { } room) return TwirpError.RoomNotFound;

            room.Info.Metadata = request.Metadata;
            return room.ToProto();
        });
    }
}
