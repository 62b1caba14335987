using System.Text.Json;
using Google.Protobuf;
using Meetings.Contracts.LiveKit;
using Microsoft.Extensions.Options;

namespace Meetings.Meeting.Providers.LiveKit;

/// <summary>
/// Meetings on LiveKit. There a meeting is a room's name: the room itself comes and goes, since the server closes it when it is empty, and each time it
/// comes is a sitting.
/// </summary>
internal sealed class LiveKitProvider(LiveKitApi api, LiveKitRooms rooms, IOptions<LiveKitOptions> options, TimeProvider clock) : IMeetingProvider
{
    public const string ProviderName = "livekit";

    /// <summary>How long a room stays open to which nobody has come yet, and how long after the last one left: somebody's network may be back soon.</summary>
    private static readonly TimeSpan EmptyFor = TimeSpan.FromMinutes(5);

    /// <summary>How long after its end the room of a planned session still waits for the first one to come.</summary>
    private static readonly TimeSpan AfterTheEnd = TimeSpan.FromMinutes(30);

    public string Name => ProviderName;

    public bool IsAvailable => options.Value.IsConfigured;

    public async Task<ProviderMeeting> CreateAsync(MeetingPlan plan, CancellationToken ct)
    {
        var room = await rooms.NameAsync(plan.Key.MeetingId, ct);
        var due = plan.StartsAt <= clock.GetUtcNow() + options.Value.OpenBefore;
        if (due) await MakeAsync(room, plan, ct);
        return Made(room, due);
    }

    public async Task<ProviderMeeting?> FindAsync(PlanKey key, CancellationToken ct) =>
        await rooms.FindAsync(key.MeetingId, ct) is { } room && await api.FindRoomAsync(room.Name, ct) is not null ? Made(room, isOpen: true) : null;

    public async Task OpenAsync(MeetingPlan plan, CancellationToken ct) => await MakeAsync(await rooms.NameAsync(plan.Key.MeetingId, ct), plan, ct);

    /// <summary>A room that is open gets what can be changed of it; one that is not gets it when it is opened.</summary>
    public async Task UpdateAsync(string providerMeetingId, MeetingPlan plan, CancellationToken ct)
    {
        if (await api.FindRoomAsync(providerMeetingId, ct) is not null) await OpenAsync(plan, ct);
    }

    /// <summary>Ends the sitting that runs: nobody stays in it.</summary>
    public Task EndAsync(string providerMeetingId, CancellationToken ct) => api.DeleteRoomAsync(providerMeetingId, ct);

    public Task DeleteAsync(string providerMeetingId, CancellationToken ct) => api.DeleteRoomAsync(providerMeetingId, ct);

    public async Task<ProviderRoom?> RoomAsync(string providerMeetingId, CancellationToken ct)
    {
        if (await api.FindRoomAsync(providerMeetingId, ct) is not { } room) return null;
        var participants = await api.ListParticipantsAsync(providerMeetingId, ct);
        return new ProviderRoom(
            room.Name, room.Sid, Instant(room.CreationTimeMs, room.CreationTime),
            [.. participants.Where(IsPersonInside).Select(one => new ProviderParticipant(
                one.Sid, one.Identity, one.Name, Instant(one.JoinedAtMs, one.JoinedAt), one.IsPublisher))]);
    }

    public Task RemoveParticipantAsync(string providerMeetingId, string identity, CancellationToken ct) =>
        api.RemoveParticipantAsync(providerMeetingId, identity, ct);

    public Task SendDataAsync(
        string providerMeetingId, string topic, ReadOnlyMemory<byte> payload, IReadOnlyList<string> identities, CancellationToken ct) =>
        api.SendDataAsync(
            new SendDataRequest
            {
                Room = providerMeetingId, Topic = topic, Data = ByteString.CopyFrom(payload.Span), Kind = DataPacket.Types.Kind.Reliable,
                DestinationIdentities = { identities },
            }, ct);

    /// <summary>LiveKit keeps no book of who was there: what its webhooks told, and what was asked while the room was open, is all there is.</summary>
    public IAsyncEnumerable<PastConnection> PastParticipantsAsync(string providerMeetingId, string sittingId, CancellationToken ct) =>
        throw new ProviderException(ProviderFailure.NotOffered, "LiveKit makes no report of who was there.");

    private Task<Room> MakeAsync(LiveKitRoom room, MeetingPlan plan, CancellationToken ct) => api.CreateRoomAsync(
        new CreateRoomRequest
        {
            Name = room.Name,
            EmptyTimeout = Seconds(EmptyTimeout(room.IsInstant, plan.StartsAt, plan.DurationMinutes, clock.GetUtcNow())),
            DepartureTimeout = Seconds(EmptyFor),
            MaxParticipants = (uint)(plan.Settings.MaxParticipants ?? options.Value.MaxParticipants),
            Metadata = Metadata(plan.Key.MeetingId, room.Kind, plan.Settings.RecordingEnabled ?? false),
        }, ct);

    /// <summary>Until half an hour after the planned end, and never less than five minutes.</summary>
    internal static TimeSpan EmptyTimeout(bool isInstant, DateTimeOffset startsAt, int minutes, DateTimeOffset now)
    {
        var untilEnd = startsAt.AddMinutes(minutes) + AfterTheEnd - now;
        return isInstant || untilEnd < EmptyFor ? EmptyFor : untilEnd;
    }

    private ProviderMeeting Made(LiveKitRoom room, bool isOpen) => new(
        room.Name, new Uri(options.Value.WebUrl!, $"m/{room.RoomId}"), RegistrationUrl: null, RegistrationEnabled: false) { IsOpen = isOpen, OpensAhead = true };

    // Nobody's name, nor the meeting's title: servers log it.
    private static string Metadata(Guid meetingId, string kind, bool recordingEnabled) =>
        JsonSerializer.Serialize(new { meeting_id = meetingId, session_type = kind, recording_enabled = recordingEnabled });

    private static uint Seconds(TimeSpan time) => (uint)Math.Ceiling(time.TotalSeconds);

    private static DateTimeOffset? Instant(long milliseconds, long seconds) => (milliseconds, seconds) switch
    {
        ( > 0 and < 253_402_300_800_000, _) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds),
        (_, > 0 and < 253_402_300_800) => DateTimeOffset.FromUnixTimeSeconds(seconds),
        _ => null,
    };

    // As webhooks are read: recorders, streams, cameras and agents are nobody; who has not come through, or is gone, is not inside.
    private static bool IsPersonInside(ParticipantInfo one) =>
        one.State is ParticipantInfo.Types.State.Active
        && one.Kind is not (ParticipantInfo.Types.Kind.Ingress or ParticipantInfo.Types.Kind.Egress or ParticipantInfo.Types.Kind.Agent or ParticipantInfo.Types.Kind.Bridge);
}
