using Meetings.Contracts.LiveKit;
using Meetings.LiveKitSandbox.Tokens;
using Meetings.LiveKitSandbox.Twirp;
using Microsoft.Extensions.Options;

namespace Meetings.LiveKitSandbox.Rooms;

/// <summary>Mutes a track, and unmutes it where the server is set so. A track that is not there is answered with none.</summary>
internal sealed class MutePublishedTrack(RoomStore store, IOptions<LiveKitOptions> options) : ITwirpMethod<MuteRoomTrackRequest, MuteRoomTrackResponse>
{
    public TwirpAnswer<MuteRoomTrackResponse> Handle(AccessToken? caller, MuteRoomTrackRequest request)
    {
        if (!caller.MayAdminister(request.Room)) return TwirpError.PermissionsDenied;

        return store.With<TwirpAnswer<MuteRoomTrackResponse>>(data =>
        {
            if (!data.Find(request.Room, request.Identity, out _, out var participant)) return TwirpError.NoResponse;
            if (!request.Muted && !options.Value.EnableRemoteUnmute) return TwirpError.RemoteUnmuteOff;

            var answer = new MuteRoomTrackResponse();
            if (participant.Info.Tracks.FirstOrDefault(t => t.Sid == request.TrackSid) is { } track)
            {
                track.Muted = request.Muted;
                participant.Info.Version++;
                answer.Track = track.Clone();
            }

            return answer;
        });
    }
}
