using Meetings.Contracts.LiveKit;
using Meetings.LiveKitSandbox.Tokens;
using Meetings.LiveKitSandbox.Twirp;

namespace Meetings.LiveKitSandbox.Rooms;

/// <summary>Opens a room, or answers the open one of that name.</summary>
internal sealed class CreateRoom(RoomStore store, RoomLife life, TimeProvider clock) : ITwirpMethod<CreateRoomRequest, Room>
{
    public TwirpAnswer<Room> Handle(AccessToken? caller, CreateRoomRequest request)
    {
        if (!caller.MayCreate()) return TwirpError.PermissionsDenied;
        if (Limits.Exceeds(request.Name, Limits.RoomName)) return TwirpError.RoomNameTooLong(Limits.RoomName);
        if (Limits.Exceeds(request.Metadata, Limits.Metadata)) return TwirpError.Exceeds("metadata size", Limits.Metadata);

        return store.With<TwirpAnswer<Room>>(data =>
            data.Find(request.Name) is { } open ? open.ToProto()
            : request.RoomPreset.Length > 0 ? TwirpError.UnknownPreset
            : life.Open(data, request, clock.GetUtcNow()).ToProto());
    }
}
