using Meetings.Contracts.LiveKit;
using Meetings.LiveKitSandbox.Tokens;
using Meetings.LiveKitSandbox.Webhooks;
using Microsoft.Extensions.Options;

namespace Meetings.LiveKitSandbox.Rooms;

/// <summary>What can happen to a room, whoever brings it about. Each step changes the state, inside a change of it, and tells the webhook's endpoint.</summary>
internal sealed class RoomLife(DeliveryQueue deliveries, IOptions<LiveKitOptions> options, TimeProvider clock)
{
    private static readonly string[] Codecs =
        ["audio/PCMU", "audio/PCMA", "audio/opus", "audio/red", "video/VP8", "video/H264", "video/VP9", "video/AV1", "video/H265", "video/rtx"];

    /// <summary>The room of that name, opened now if there is none. One that is open stays as it is, whatever is asked for.</summary>
    public LiveRoom Open(RoomData data, CreateRoomRequest request, DateTimeOffset at)
    {
        if (data.Find(request.Name) is { } open) return open;

        var defaults = options.Value;
        var info = new Room
        {
            Sid = Ids.Room(),
            Name = request.Name,
            EmptyTimeout = request.EmptyTimeout > 0 ? request.EmptyTimeout : defaults.EmptyTimeout,
            DepartureTimeout = request.DepartureTimeout > 0 ? request.DepartureTimeout : defaults.DepartureTimeout,
            MaxParticipants = request.MaxParticipants > 0 ? request.MaxParticipants : defaults.MaxParticipants,
            CreationTime = at.ToUnixTimeSeconds(),
            CreationTimeMs = at.ToUnixTimeMilliseconds(),
            TurnPassword = Ids.Secret(),
            Metadata = request.Metadata,
        };
        info.EnabledCodecs.AddRange(Codecs.Select(mime => new Codec { Mime = mime }));
        var room = new LiveRoom(info, clock.GetUtcNow());
        data.Rooms.Add(room.Name, room);
        deliveries.Send(WebhookEvents.RoomStarted(room, at));
        return room;
    }

    /// <summary>Somebody's client has asked to come in. What the room and the token say of it has been looked at.</summary>
    public LiveParticipant Join(LiveRoom room, AccessToken token, DateTimeOffset at)
    {
        // The same identity from somewhere else: the older connection goes.
        if (room.Find(token.Identity) is { } older) Leave(room, older, DisconnectReason.DuplicateIdentity, at);

        var info = new ParticipantInfo
        {
            Sid = Ids.Participant(),
            Identity = token.Identity,
            Name = token.Name,
            Metadata = token.Metadata,
            Kind = token.Kind,
            State = ParticipantInfo.Types.State.Joined,
            JoinedAt = at.ToUnixTimeSeconds(),
            JoinedAtMs = at.ToUnixTimeMilliseconds(),
            Permission = token.Video!.ToPermission(),
            Version = 1,
        };
        foreach (var (name, value) in token.Attributes) info.Attributes[name] = value;

        var participant = new LiveParticipant(info);
        room.Participants.Add(participant);
        if (participant.Counts) room.FirstJoinedAt ??= clock.GetUtcNow();
        return participant;
    }

    /// <summary>The media connection stands: only now is a participant told as joined.</summary>
    public void Connect(LiveRoom room, LiveParticipant participant, DateTimeOffset at, DeliveryFaults? faults)
    {
        participant.Info.State = ParticipantInfo.Types.State.Active;
        participant.Info.Version++;
        deliveries.Send(WebhookEvents.ParticipantJoined(room, participant, at), faults);
    }

    public void Leave(LiveRoom room, LiveParticipant participant, DisconnectReason reason, DateTimeOffset at, DeliveryFaults? faults = null)
    {
        foreach (var track in participant.Info.Tracks.ToList()) Unpublish(room, participant, track, at, faults);

        var wasActive = participant.IsActive;
        participant.Info.State = ParticipantInfo.Types.State.Disconnected;
        participant.Info.DisconnectReason = reason;
        participant.Info.Version++;
        room.Participants.Remove(participant);
        room.LastLeftAt = clock.GetUtcNow();
        deliveries.Send(wasActive ? WebhookEvents.ParticipantLeft(room, participant, at) : WebhookEvents.ConnectionAborted(room, participant, at), faults);
    }

    public TrackInfo Publish(LiveRoom room, LiveParticipant participant, TrackSource source, DateTimeOffset at, DeliveryFaults? faults)
    {
        var audio = source is TrackSource.Microphone or TrackSource.ScreenShareAudio;
        var track = new TrackInfo
        {
            Sid = Ids.Track(),
            Type = audio ? TrackType.Audio : TrackType.Video,
            Source = source,
            MimeType = audio ? "audio/red" : "video/VP8",
        };
        participant.Info.Tracks.Add(track);
        participant.Info.IsPublisher = true;
        participant.Info.Version++;
        deliveries.Send(WebhookEvents.TrackPublished(room, participant, track, at), faults);
        return track;
    }

    public void Unpublish(LiveRoom room, LiveParticipant participant, TrackInfo track, DateTimeOffset at, DeliveryFaults? faults)
    {
        participant.Info.Tracks.Remove(track);
        participant.Info.Version++;
        deliveries.Send(WebhookEvents.TrackUnpublished(room, participant, track, at), faults);
    }

    /// <summary>Everybody goes first, then the room: in this order the events stand in the room's line.</summary>
    public void Close(
        RoomData data, LiveRoom room, DisconnectReason reason, DateTimeOffset at, DeliveryFaults? faults = null, DeliveryFaults? leavesFaults = null)
    {
        foreach (var participant in room.Participants.ToList()) Leave(room, participant, reason, at, leavesFaults);
        data.Rooms.Remove(room.Name);
        deliveries.Send(WebhookEvents.RoomFinished(room, at), faults);
    }
}
