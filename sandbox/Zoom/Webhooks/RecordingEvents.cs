using System.Text.Json.Nodes;
using Meetings.ZoomSandbox.Meetings;
using Meetings.ZoomSandbox.State;
using Microsoft.Extensions.Options;

namespace Meetings.ZoomSandbox.Webhooks;

/// <summary>The event that tells of a finished cloud recording. The files behind its addresses do not exist.</summary>
internal sealed class RecordingEvents(IOptions<ZoomOptions> options)
{
    private const int BytesPerSecondOfVideo = 56_000;
    private const int BytesPerSecondOfSound = 12_000;

    public WebhookEvent Completed(Meeting meeting, Sitting sitting, DateTimeOffset at)
    {
        var ended = sitting.EndedAt ?? at;
        var seconds = (int)(ended - sitting.StartedAt).TotalSeconds;
        var files = new JsonArray(
            File(sitting, ended, "MP4", "shared_screen_with_speaker_view", seconds * BytesPerSecondOfVideo),
            File(sitting, ended, "M4A", "audio_only", seconds * BytesPerSecondOfSound));
        var recording = new JsonObject
        {
            ["id"] = meeting.Id,
            ["uuid"] = sitting.Uuid,
            ["host_id"] = meeting.HostId,
            ["account_id"] = options.Value.AccountId,
            ["topic"] = meeting.Topic,
            ["type"] = meeting.Type,
            ["start_time"] = ZoomJson.Text(sitting.StartedAt),
            ["password"] = Ids.Password(),
            ["timezone"] = meeting.Timezone,
            ["host_email"] = meeting.HostEmail,
            ["duration"] = (int)Math.Ceiling(seconds / 60.0),
            ["share_url"] = $"https://us02web.zoom.us/rec/share/{Ids.Short()}",
            ["total_size"] = files.Sum(f => f!["file_size"]!.GetValue<int>()),
            ["recording_count"] = files.Count,
            ["on_prem"] = false,
            ["recording_play_passcode"] = Ids.Short(),
            ["auto_delete"] = true,
            ["auto_delete_date"] = ZoomJson.Text(ended.AddDays(30))[..10],
            ["recording_files"] = files,
            ["participant_audio_files"] = new JsonArray(),
        };
        return new WebhookEvent("recording.completed", meeting.Id, new JsonObject
        {
            ["event"] = "recording.completed",
            ["event_ts"] = at.ToUnixTimeMilliseconds(),
            ["download_token"] = $"{Ids.Short()}.{Ids.Short()}",
            ["payload"] = new JsonObject { ["account_id"] = options.Value.AccountId, ["object"] = recording },
        });
    }

    private static JsonObject File(Sitting sitting, DateTimeOffset ended, string fileType, string recordingType, int size)
    {
        var id = Guid.NewGuid().ToString();
        return new JsonObject
        {
            ["id"] = id,
            ["meeting_id"] = sitting.Uuid,
            ["recording_start"] = ZoomJson.Text(sitting.StartedAt),
            ["recording_end"] = ZoomJson.Text(ended),
            ["file_type"] = fileType,
            ["file_size"] = size,
            ["file_extension"] = fileType,
            ["play_url"] = $"https://us02web.zoom.us/rec/play/{id}",
            ["download_url"] = $"https://us02web.zoom.us/rec/webhook_download/{id}",
            ["status"] = "completed",
            ["recording_type"] = recordingType,
        };
    }
}
