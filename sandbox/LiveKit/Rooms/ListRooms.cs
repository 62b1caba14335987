using Meetings.Contracts.LiveKit;
using Meetings.LiveKitSandbox.Tokens;
using Meetings.LiveKitSandbox.Twirp;

namespace Meetings.LiveKitSandbox.Rooms;

/// <summary>The open rooms, or those of them that are named.</summary>
internal sealed class ListRooms(RoomStore store) : ITwirpMethod<ListRoomsRequest, ListRoomsResponse>
{
    public TwirpAnswer<ListRoomsResponse> Handle(AccessToken? caller, ListRoomsRequest request)
    {
        if (!caller.MayList()) return TwirpError.PermissionsDenied;

        var answer = new ListRoomsResponse();
        answer.Rooms.AddRange(store.With(data => data.Rooms.Values
            .Where(room => request.Names.Count == 0 || request.Names.Contains(room.Name))
            .Select(room => room.ToProto())
            .ToList()));
        return answer;
    }
}
