using Meetings.Contracts.LiveKit;
using Meetings.LiveKitSandbox.Tokens;
using Meetings.LiveKitSandbox.Twirp;

namespace Meetings.LiveKitSandbox.Rooms;

/// <summary>Changes what a participant may do, and what is told of it. The server looks at the lengths before the grant.</summary>
internal sealed class UpdateParticipant(RoomStore store, RoomLife life, TimeProvider clock) : ITwirpMethod<UpdateParticipantRequest, ParticipantInfo>
{
    public TwirpAnswer<ParticipantInfo> Handle(AccessToken? caller, UpdateParticipantRequest request)
    {
        if (Limits.Refuse(request.Name, request.Metadata, request.Attributes) is { } tooLong) return tooLong;
        if (!caller.MayAdminister(request.Room)) return TwirpError.PermissionsDenied;

        return store.With<TwirpAnswer<ParticipantInfo>>(data =>
        {
            if (!data.Find(request.Room, request.Identity, out var room, out var participant)) return TwirpError.ParticipantNotFound;

            var info = participant.Info;
            if (request.Name.Length > 0) info.Name = request.Name;
            if (request.Metadata.Length > 0) info.Metadata = request.Metadata;
            foreach (var (name, value) in request.Attributes)
            {
                if (value.Length == 0) info.Attributes.Remove(name);
                else info.Attributes[name] = value;
            }

            if (request.Permission is { } permission) Permit(room, participant, permission.Clone());
            info.Version++;
            return info.Clone();
        });
    }

    /// <summary>Permissions are replaced as a whole; tracks that may not be published any more end.</summary>
    private void Permit(LiveRoom room, LiveParticipant participant, ParticipantPermission permission)
    {
        participant.Info.Permission = permission;
        participant.Info.IsPublisher &= permission.CanPublish;
        var forbidden = participant.Info.Tracks
            .Where(t => !permission.CanPublish || (permission.CanPublishSources.Count > 0 && !permission.CanPublishSources.Contains(t.Source)))
            .ToList();
        foreach (var track in forbidden) life.Unpublish(room, participant, track, clock.GetUtcNow(), null);
    }
}
