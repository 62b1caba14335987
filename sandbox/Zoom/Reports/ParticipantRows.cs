using System.Text.Json.Nodes;
using Meetings.ZoomSandbox.Meetings;

namespace Meetings.ZoomSandbox.Reports;

/// <summary>
/// The participants of a sitting as the two reports tell them: what really happened, whatever became of the webhooks. One row per stay;
/// stays in the waiting room are among them.
/// </summary>
internal static class ParticipantRows
{
    /// <summary>Rows of <c>/past_meetings</c>.</summary>
    public static List<JsonObject> Past(Sitting sitting) => Rows(sitting, (row, stay) =>
    {
        if (stay.RegistrantId is { } registrant) row["registrant_id"] = registrant;
        row["status"] = Status(stay);
        row["internal_user"] = stay.ZoomUserId.Length > 0;
        row["failover"] = false;
    });

    /// <summary>Rows of <c>/report</c>.</summary>
    public static List<JsonObject> Report(Sitting sitting, bool withRegistrants) => Rows(sitting, (row, stay) =>
    {
        if (withRegistrants) row["registrant_id"] = stay.RegistrantId ?? "";
        row["status"] = Status(stay);
        row["failover"] = false;
        row["customer_key"] = stay.CustomerKey;
        row["participant_user_id"] = stay.ZoomUserId;
        if (stay.BreakoutUuid is { } room) row["bo_mtg_id"] = room;
    });

    private static List<JsonObject> Rows(Sitting sitting, Action<JsonObject, Stay> finish)
    {
        // With one person there was no meeting, as far as Zoom's reports go.
        if (sitting.Stays.Select(Person).Distinct().Count() < 2) return [];

        return [.. sitting.Stays.OrderBy(s => s.JoinedAt).Select(stay =>
        {
            var left = stay.LeftAt ?? sitting.EndedAt!.Value;
            var row = new JsonObject
            {
                ["id"] = stay.ZoomUserId,
                ["user_id"] = stay.UserId,
                ["name"] = stay.Name,
                ["user_email"] = stay.Email,
                ["join_time"] = ZoomJson.Text(stay.JoinedAt),
                ["leave_time"] = ZoomJson.Text(left),

                // Seconds, where a meeting's own duration is minutes.
                ["duration"] = (int)(left - stay.JoinedAt).TotalSeconds,
            };
            finish(row, stay);
            return row;
        })];
    }

    private static string Person(Stay stay) =>
        new[] { stay.RegistrantId, stay.ZoomUserId, stay.CustomerKey, stay.Email }.FirstOrDefault(id => !string.IsNullOrEmpty(id)) ?? stay.Name;

    private static string Status(Stay stay) => stay.Place == StayPlace.WaitingRoom ? "in_waiting_room" : "in_meeting";
}
