using Meetings.Contracts.LiveKit;
using Meetings.LiveKitSandbox.Tokens;
using Meetings.LiveKitSandbox.Twirp;

namespace Meetings.LiveKitSandbox.Rooms;

/// <summary>Opens a room, or answers the open one of that name, which becomes what the request says of it: what it leaves out stays.</summary>
internal sealed class CreateRoom(RoomStore store, RoomLife life, TimeProvider clock) : ITwirpMethod<CreateRoomRequest, Room>
{
    public TwirpAnswer<Room> Handle(AccessToken? caller, CreateRoomRequest request)
    {
        if (!caller.MayCreate()) return TwirpError.PermissionsDenied;
        if (Limits.Exceeds(request.Name, Limits.RoomName)) return TwirpError.RoomNameTooLong(Limits.RoomName);
        if (Limits.Exceeds(request.Metadata, Limits.Metadata)) return TwirpError.Exceeds("metadata size", Limits.Metadata);

        return store.With<TwirpAnswer<Room>>(data =>
            data.Find(request.Name) is { } open ? Changed(open, request)
            : request.RoomPreset.Length > 0 ? TwirpError.UnknownPreset
            : life.Open(data, request, clock.GetUtcNow()).ToProto());
    }

    private static Room Changed(LiveRoom open, CreateRoomRequest request)
    {
        if (request.EmptyTimeout > 0) open.Info.EmptyTimeout = request.EmptyTimeout;
        if (request.DepartureTimeout > 0) open.Info.DepartureTimeout = request.DepartureTimeout;
        if (request.MaxParticipants > 0) open.Info.MaxParticipants = request.MaxParticipants;
        if (request.Metadata.Length > 0) open.Info.Metadata = request.Metadata;
        return open.ToProto();
    }
}
