using Meetings.Contracts.LiveKit;
using Meetings.LiveKitSandbox.Tokens;
using Meetings.LiveKitSandbox.Twirp;

namespace Meetings.LiveKitSandbox.Rooms;

/// <summary>Who is in a room. Of a room that is not there the server says that nobody is in it.</summary>
internal sealed class ListParticipants(RoomStore store) : ITwirpMethod<ListParticipantsRequest, ListParticipantsResponse>
{
    public TwirpAnswer<ListParticipantsResponse> Handle(AccessToken? caller, ListParticipantsRequest request)
    {
        if (!caller.MayAdminister(request.Room)) return TwirpError.PermissionsDenied;

        var answer = new ListParticipantsResponse();
        answer.Participants.AddRange(store.With(data => data.Find(request.Room)?.Participants.Select(p => p.Info.Clone()).ToList()) ?? []);
        return answer;
    }
}
