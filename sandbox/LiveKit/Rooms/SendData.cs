using Meetings.Contracts.LiveKit;
using Meetings.LiveKitSandbox.Tokens;
using Meetings.LiveKitSandbox.Twirp;

namespace Meetings.LiveKitSandbox.Rooms;

/// <summary>Sends data to those in a room who are named, or to all. It is kept for whoever asks the control API what arrived.</summary>
internal sealed class SendData(RoomStore store, TimeProvider clock) : ITwirpMethod<SendDataRequest, SendDataResponse>
{
    private const int NonceBytes = 16;

    public TwirpAnswer<SendDataResponse> Handle(AccessToken? caller, SendDataRequest request)
    {
        if (!caller.MayAdminister(request.Room)) return TwirpError.PermissionsDenied;
        if (request.Nonce.Length is not (0 or NonceBytes)) return TwirpError.Nonce(request.Nonce.Length);

        return store.With<TwirpAnswer<SendDataResponse>>(data =>
        {
            if (data.Find(request.Room) is not { } room) return TwirpError.NoResponse;

            // Sent twice by a client that did not see the answer.
            if (!request.Nonce.IsEmpty && !room.Nonces.Add(request.Nonce)) return new SendDataResponse();

            var reached = room.Participants.Where(p => p.IsActive && IsMeant(request, p.Info)).Select(p => p.Info.Identity).ToList();
            data.Keep(new SentData(room.Name, room.Info.Sid, request, reached, clock.GetUtcNow()));
            return new SendDataResponse();
        });
    }

    private static bool IsMeant(SendDataRequest request, ParticipantInfo participant)
    {
#pragma warning disable CS0612 // Deprecated, and honoured all the same.
        var sids = request.DestinationSids;
#pragma warning restore CS0612
        return (request.DestinationIdentities.Count == 0 && sids.Count == 0)
            || request.DestinationIdentities.Contains(participant.Identity) || sids.Contains(participant.Sid);
    }
}
