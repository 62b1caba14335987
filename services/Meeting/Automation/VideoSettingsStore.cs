using System.Text.Json;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Rooms;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Microsoft.Extensions.Options;

namespace Meetings.Meeting.Automation;

/// <param name="Version">0 for an academy that saved nothing.</param>
internal sealed record SavedVideoSettings(VideoSettings Settings, long Version);

/// <summary>Reads what academies and teachers want of rooms, with what holds where they said nothing.</summary>
internal sealed class VideoSettingsStore(IOptions<RoomsOptions> options)
{
    private sealed record Row(string Settings, long Version);

    private sealed record Wishes(string? Settings, int? MaxParticipants, bool? RecordingEnabled);

    public VideoSettings Default => VideoSettings.Default(options.Value.CreateOnJoin);

    public async Task<SavedVideoSettings> OfAsync(DatabaseSession session, Guid academyId, CancellationToken ct) =>
        await session.QuerySingleOrDefaultAsync<Row>("select settings::text, version from video_settings where academy_id = @academyId", new { academyId }, ct) is { } row
            ? new SavedVideoSettings(Parse(row.Settings), row.Version)
            : new SavedVideoSettings(Default, 0);

    /// <summary>Settings of a meeting with what its planner left open: as its host has it, else as its academy has it.</summary>
    public async Task<MeetingSettings> CompleteAsync(DatabaseSession session, MeetingSettings meeting, Guid meetingId, CancellationToken ct)
    {
        if (meeting is { MaxParticipants: not null, RecordingEnabled: not null }) return meeting;
        var wishes = await session.QuerySingleOrDefaultAsync<Wishes>(ReadWishes, new { meetingId }, ct);
        var academy = Parse(wishes?.Settings);
        return meeting with
        {
            MaxParticipants = meeting.MaxParticipants ?? wishes?.MaxParticipants ?? academy.MaxParticipants,
            RecordingEnabled = meeting.RecordingEnabled ?? wishes?.RecordingEnabled ?? academy.RecordingEnabled,
        };
    }

    public VideoSettings Parse(string? saved) => saved is null ? Default : JsonSerializer.Deserialize<VideoSettings>(saved, ApiJson.Options)!;

    private const string ReadWishes = """
        select a.settings::text as settings, t.max_participants, t.recording_enabled
        from meeting m
        left join video_settings a using (academy_id)
        left join teacher_video_settings t on t.teacher_id = m.host_id and t.academy_id = m.academy_id
        where m.id = @meetingId
        """;
}
