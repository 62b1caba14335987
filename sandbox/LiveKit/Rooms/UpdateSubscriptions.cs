using Meetings.Contracts.LiveKit;
using Meetings.LiveKitSandbox.Tokens;
using Meetings.LiveKitSandbox.Twirp;

namespace Meetings.LiveKitSandbox.Rooms;

/// <summary>Takes tracks from a participant's view, or gives them back. Whether the tracks exist is not asked.</summary>
internal sealed class UpdateSubscriptions(RoomStore store) : ITwirpMethod<UpdateSubscriptionsRequest, UpdateSubscriptionsResponse>
{
    public TwirpAnswer<UpdateSubscriptionsResponse> Handle(AccessToken? caller, UpdateSubscriptionsRequest request)
    {
        if (!caller.MayAdminister(request.Room)) return TwirpError.PermissionsDenied;

        return store.With<TwirpAnswer<UpdateSubscriptionsResponse>>(data =>
        {
            if (!data.Find(request.Room, request.Identity, out _, out var participant)) return TwirpError.NoResponse;

            foreach (var track in request.TrackSids.Concat(request.ParticipantTracks.SelectMany(p => p.TrackSids)))
            {
                if (request.Subscribe) participant.Unsubscribed.Remove(track);
                else participant.Unsubscribed.Add(track);
            }

            return new UpdateSubscriptionsResponse();
        });
    }
}
