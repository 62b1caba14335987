using System.Text.Json.Nodes;
using Meetings.ZoomSandbox.Limits;
using Meetings.ZoomSandbox.OAuth;
using Meetings.ZoomSandbox.State;
using Meetings.ZoomSandbox.Users;
using Meetings.ZoomSandbox.Webhooks;
using Microsoft.Extensions.Options;

namespace Meetings.ZoomSandbox.Meetings;

/// <summary>Creates a meeting for a user of the account.</summary>
internal sealed class CreateMeeting(
    SandboxState state, DailyCounters counters, ManagementEvents events, DeliveryQueue deliveries, IOptions<ZoomOptions> options, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder app) => app.MapPost(
        "/v2/users/{userId}/meetings",
        (string userId, HttpRequest request, CreateMeeting useCase, CancellationToken ct) => useCase.HandleAsync(userId, request, ct))
        .ZoomCall(RateLabel.Medium, "meeting:write:meeting:admin");

    private async Task<IResult> HandleAsync(string userId, HttpRequest request, CancellationToken ct)
    {
        if (await BodyReader.ReadAsync(request, ct) is not { } body) return ZoomError.NotJson;
        if (MeetingRequest.Read(body, TimeZoneInfo.Utc, out var asked) is { } invalid) return invalid;

        var now = clock.GetUtcNow();
        return state.Change<IResult>(data =>
        {
            if (data.FindUser(userId, options.Value, now) is not { } user) return ZoomError.NoUser(userId);
            if (asked.ScheduleFor is { Length: > 0 } other)
            {
                if (data.FindUser(other, options.Value, now) is not { } scheduledFor) return ZoomError.NoUser(other);
                user = scheduledFor;
            }

            if (!counters.TryTake($"meetings:{user.Id}", options.Value.MeetingCallsPerHostPerDay)) return HostLimit(options.Value);

            var meeting = Plan(data, user, asked, now);
            data.Meetings.Add(meeting.Id, meeting);
            deliveries.Send(events.Created(meeting, now));
            return ZoomJson.Answer(MeetingView.Of(meeting, now), StatusCodes.Status201Created);
        });
    }

    /// <summary>This limit is told without a type and without a time to come back.</summary>
    public static ZoomError HostLimit(ZoomOptions options) => new(429, 429,
        $"You have exceeded the daily rate limit ({options.MeetingCallsPerHostPerDay}) of Meeting Create/Update API requests permitted for this particular user.");

    private static Meeting Plan(SandboxData data, ZoomUser host, MeetingRequest asked, DateTimeOffset now)
    {
        var settings = MeetingSettings.Defaults();
        foreach (var (name, value) in asked.Settings ?? []) settings[name] = value?.DeepClone();

        // A scheduled meeting without a start silently becomes an instant one.
        var type = asked.Type ?? Meeting.Scheduled;
        if (type == Meeting.Scheduled && asked.StartTime is null) type = Meeting.Instant;

        var meeting = new Meeting
        {
            Id = Ids.MeetingNumber(data.Meetings.ContainsKey),
            Uuid = Ids.Uuid(),
            HostId = host.Id,
            HostEmail = host.Email,
            HostIsLicensed = host.Licensed,
            CreatedAt = now,
            Topic = asked.Topic is { Length: > 0 } topic ? topic : "Zoom Meeting",
            Agenda = asked.Agenda ?? "",
            Type = type,
            StartTime = type == Meeting.Instant ? now : type == Meeting.RecurringNoFixedTime ? null : asked.StartTime ?? now,
            Duration = asked.Duration ?? 60,
            Timezone = asked.Timezone ?? "UTC",
            Password = asked.Password is { Length: > 0 } password ? password : Ids.Password(),
            Settings = settings,
            Recurrence = type is Meeting.RecurringFixedTime or Meeting.RecurringNoFixedTime ? asked.Recurrence : null,
            TrackingFields = asked.TrackingFields?.DeepClone() as JsonArray,
        };
        Reschedule(meeting);
        return meeting;
    }

    /// <summary>Works out the occurrences of a recurring meeting anew.</summary>
    public static void Reschedule(Meeting meeting) =>
        meeting.Occurrences = meeting is { Type: Meeting.RecurringFixedTime, Recurrence: { } rule, StartTime: { } start }
            ? RecurrenceRule.Occurrences(rule, start, meeting.Duration, TimeZoneInfo.FindSystemTimeZoneById(meeting.Timezone))
            : [];
}
