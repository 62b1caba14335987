using Meetings.Contracts.LiveKit;
using Meetings.LiveKitSandbox.Rooms;

namespace Meetings.LiveKitSandbox.Webhooks;

/// <summary>The events, as the server fills them. Of tracks it tells no more than whose they are.</summary>
internal static class WebhookEvents
{
    public static WebhookEvent RoomStarted(LiveRoom room, DateTimeOffset at) => Of("room_started", room.ToProto(), at);

    public static WebhookEvent RoomFinished(LiveRoom room, DateTimeOffset at) => Of("room_finished", room.ToProto(), at);

    public static WebhookEvent ParticipantJoined(LiveRoom room, LiveParticipant participant, DateTimeOffset at) =>
        Of("participant_joined", room.ToProto(), at, participant.Info.Clone());

    public static WebhookEvent ParticipantLeft(LiveRoom room, LiveParticipant participant, DateTimeOffset at) =>
        Of("participant_left", room.ToProto(), at, participant.Info.Clone());

    /// <summary>Somebody whose media connection never stood is gone.</summary>
    public static WebhookEvent ConnectionAborted(LiveRoom room, LiveParticipant participant, DateTimeOffset at) =>
        Of("participant_connection_aborted", room.ToProto(), at, participant.Info.Clone());

    public static WebhookEvent TrackPublished(LiveRoom room, LiveParticipant participant, TrackInfo track, DateTimeOffset at) =>
        OfTrack("track_published", room, participant, track, at);

    public static WebhookEvent TrackUnpublished(LiveRoom room, LiveParticipant participant, TrackInfo track, DateTimeOffset at) =>
        OfTrack("track_unpublished", room, participant, track, at);

    private static WebhookEvent OfTrack(string name, LiveRoom room, LiveParticipant participant, TrackInfo track, DateTimeOffset at)
    {
        var what = Of(
            name, new Room { Sid = room.Info.Sid, Name = room.Name }, at,
            new ParticipantInfo { Sid = participant.Info.Sid, Identity = participant.Info.Identity });
        what.Track = track.Clone();
        return what;
    }

    private static WebhookEvent Of(string name, Room room, DateTimeOffset at, ParticipantInfo? participant = null) =>
        new() { Event = name, Room = room, Participant = participant, Id = Ids.Event(), CreatedAt = at.ToUnixTimeSeconds() };
}
