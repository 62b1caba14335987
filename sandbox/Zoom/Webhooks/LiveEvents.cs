using System.Text.Json.Nodes;
using Meetings.ZoomSandbox.Meetings;
using Microsoft.Extensions.Options;

namespace Meetings.ZoomSandbox.Webhooks;

/// <summary>Events of a running meeting. Here the meeting number is text, and the duration is the planned one, in minutes.</summary>
internal sealed class LiveEvents(IOptions<ZoomOptions> options)
{
    public WebhookEvent Started(Meeting meeting, Sitting sitting) => Of("meeting.started", meeting, sitting, sitting.StartedAt);

    public WebhookEvent Ended(Meeting meeting, Sitting sitting, DateTimeOffset at) =>
        Of("meeting.ended", meeting, sitting, at, o => o["end_time"] = ZoomJson.Text(at));

    public WebhookEvent Joined(Meeting meeting, Sitting sitting, Stay stay) =>
        Of("meeting.participant_joined", meeting, sitting, stay.JoinedAt, Participant(stay, p => p["join_time"] = ZoomJson.Text(stay.JoinedAt)));

    public WebhookEvent Left(Meeting meeting, Sitting sitting, Stay stay, string? reason, DateTimeOffset at) =>
        Of("meeting.participant_left", meeting, sitting, at, Participant(stay, p => Leaves(p, stay, reason, at)));

    public WebhookEvent JoinedWaitingRoom(Meeting meeting, Sitting sitting, Stay stay, DateTimeOffset at) =>
        WaitingRoom("meeting.participant_joined_waiting_room", meeting, sitting, stay, at);

    public WebhookEvent LeftWaitingRoom(Meeting meeting, Sitting sitting, Stay stay, DateTimeOffset at) =>
        WaitingRoom("meeting.participant_left_waiting_room", meeting, sitting, stay, at);

    public WebhookEvent Admitted(Meeting meeting, Sitting sitting, Stay stay, DateTimeOffset at) =>
        WaitingRoom("meeting.participant_admitted", meeting, sitting, stay, at);

    public WebhookEvent PutInWaitingRoom(Meeting meeting, Sitting sitting, Stay stay, DateTimeOffset at) =>
        WaitingRoom("meeting.participant_put_in_waiting_room", meeting, sitting, stay, at);

    public WebhookEvent JoinedBreakoutRoom(Meeting meeting, Sitting sitting, Stay stay) =>
        Of("meeting.participant_joined_breakout_room", meeting, sitting, stay.JoinedAt, o =>
        {
            o["breakout_room_uuid"] = stay.BreakoutUuid;
            o["participant"] = Person(stay, p => p["join_time"] = ZoomJson.Text(stay.JoinedAt));
        });

    public WebhookEvent LeftBreakoutRoom(Meeting meeting, Sitting sitting, Stay stay, string? reason, DateTimeOffset at) =>
        Of("meeting.participant_left_breakout_room", meeting, sitting, at, o =>
        {
            o["breakout_room_uuid"] = stay.BreakoutUuid;
            o["participant"] = Person(stay, p => Leaves(p, stay, reason, at));
        });

    private WebhookEvent WaitingRoom(string name, Meeting meeting, Sitting sitting, Stay stay, DateTimeOffset at) =>
        Of(name, meeting, sitting, at, Participant(stay, p => p["date_time"] = ZoomJson.Text(at)));

    private WebhookEvent Of(string name, Meeting meeting, Sitting sitting, DateTimeOffset at, Action<JsonObject>? finish = null)
    {
        var subject = new JsonObject
        {
            ["id"] = MeetingNumber.Text(meeting.Id),
            ["uuid"] = sitting.Uuid,
            ["host_id"] = meeting.HostId,
            ["topic"] = meeting.Topic,
            ["type"] = meeting.Type,
            ["start_time"] = ZoomJson.Text(sitting.StartedAt),
            ["timezone"] = meeting.Timezone,
            ["duration"] = meeting.Duration,
        };
        finish?.Invoke(subject);
        return WebhookEvent.Of(name, meeting.Id, at, new JsonObject { ["account_id"] = options.Value.AccountId, ["object"] = subject });
    }

    private static Action<JsonObject> Participant(Stay stay, Action<JsonObject> times) => o => o["participant"] = Person(stay, times);

    private static void Leaves(JsonObject participant, Stay stay, string? reason, DateTimeOffset at)
    {
        participant["leave_time"] = ZoomJson.Text(at);
        participant["leave_reason"] = reason is null ? $"{stay.Name} left the meeting." : $"{stay.Name} left the meeting.<br>Reason: {reason}";
    }

    private static JsonObject Person(Stay stay, Action<JsonObject> times)
    {
        var person = new JsonObject
        {
            ["user_id"] = stay.UserId,
            ["user_name"] = stay.Name,
            ["id"] = stay.ZoomUserId,
            ["participant_uuid"] = stay.ParticipantUuid,
        };
        if (stay.ParentUserId is { } parent) person["parent_user_id"] = parent;
        times(person);
        person["email"] = stay.Email;
        if (stay.RegistrantId is { } registrant) person["registrant_id"] = registrant;
        person["participant_user_id"] = stay.ZoomUserId;
        person["customer_key"] = stay.CustomerKey;
        person["phone_number"] = stay.Phone;
        return person;
    }
}
