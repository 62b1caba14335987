using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Meetings.ZoomSandbox.Meetings;
using Meetings.ZoomSandbox.Registrants;
using Microsoft.Extensions.Options;

namespace Meetings.ZoomSandbox.Webhooks;

/// <summary>Events of what is done to meetings through the API. Here the meeting number is a number.</summary>
internal sealed class ManagementEvents(IOptions<ZoomOptions> options)
{
    public WebhookEvent Created(Meeting meeting, DateTimeOffset at)
    {
        var subject = Subject(meeting);
        subject["join_url"] = meeting.JoinUrl;
        subject["password"] = meeting.Password;
        if (meeting.Occurrences.Count > 0) subject["occurrences"] = MeetingView.Occurrences(meeting);
        var settings = new JsonObject();
        foreach (var name in (string[])["use_pmi", "alternative_hosts", "join_before_host", "jbh_time", "meeting_invitees"])
        {
            settings[name] = meeting.Settings[name]?.DeepClone();
        }

        subject["settings"] = settings;
        if (meeting.Recurrence is { } recurrence) subject["recurrence"] = recurrence.DeepClone();
        return Of("meeting.created", meeting, at, ByOperator("operation", "all", subject));
    }

    public WebhookEvent Updated(Meeting meeting, MeetingChanges changes, string scope, DateTimeOffset at)
    {
        var payload = ByOperator("scope", scope, With(meeting.Id, changes.After));
        payload["old_object"] = With(meeting.Id, changes.Before);
        payload["time_stamp"] = at.ToUnixTimeMilliseconds();
        return Of("meeting.updated", meeting, at, payload);
    }

    /// <param name="meeting">The meeting.</param>
    /// <param name="only">The occurrences that were deleted; null when it was the whole meeting.</param>
    /// <param name="at">When.</param>
    public WebhookEvent Deleted(Meeting meeting, IReadOnlyList<Occurrence>? only, DateTimeOffset at)
    {
        var subject = Subject(meeting);
        if (only is not null) subject["occurrences"] = Dates(only);
        return Of("meeting.deleted", meeting, at, ByOperator("operation", only is null ? "all" : "single", subject));
    }

    public WebhookEvent RegistrationCreated(Meeting meeting, Registrant registrant, DateTimeOffset at)
    {
        var person = Person(registrant);
        foreach (var (name, value) in registrant.Details) person[name] = value?.DeepClone();
        person["status"] = registrant.Status;
        person["join_url"] = registrant.JoinUrl(meeting.Id);
        person["participant_pin_code"] = registrant.PinCode;

        // The only one of the four that has no operator.
        return Of("meeting.registration_created", meeting, at, new JsonObject
        {
            ["account_id"] = options.Value.AccountId,
            ["object"] = Registration(meeting, person),
        });
    }

    public WebhookEvent RegistrationApproved(Meeting meeting, Registrant registrant, DateTimeOffset at)
    {
        var person = Person(registrant);
        person["join_url"] = registrant.JoinUrl(meeting.Id);
        person["participant_pin_code"] = registrant.PinCode;
        return Of("meeting.registration_approved", meeting, at, ByOperator(null, null, Registration(meeting, person)));
    }

    public WebhookEvent RegistrationCancelled(Meeting meeting, Registrant registrant, DateTimeOffset at) =>
        Of("meeting.registration_cancelled", meeting, at, ByOperator(null, null, Registration(meeting, Person(registrant))));

    public WebhookEvent RegistrationDenied(Meeting meeting, Registrant registrant, DateTimeOffset at) =>
        Of("meeting.registration_denied", meeting, at, ByOperator(null, null, Registration(meeting, Person(registrant))));

    private static WebhookEvent Of(string name, Meeting meeting, DateTimeOffset at, JsonObject payload) => WebhookEvent.Of(name, meeting.Id, at, payload);

    private JsonObject ByOperator(string? field, string? value, JsonObject subject)
    {
        var email = options.Value.OwnerEmail;
        var payload = new JsonObject
        {
            ["account_id"] = options.Value.AccountId,
            ["operator"] = email,
            ["operator_id"] = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(email)))[..22].Replace('/', '_').Replace('+', '-'),
        };
        if (field is not null) payload[field] = value;
        payload["object"] = subject;
        return payload;
    }

    private static JsonObject Registration(Meeting meeting, JsonObject person)
    {
        var subject = Subject(meeting);
        if (meeting.Occurrences.Count > 0) subject["occurrences"] = Dates(meeting.Occurrences.Where(o => !o.Deleted));
        subject["registrant"] = person;
        return subject;
    }

    private static JsonObject Subject(Meeting meeting)
    {
        var subject = new JsonObject
        {
            ["uuid"] = meeting.Uuid,
            ["id"] = meeting.Id,
            ["host_id"] = meeting.HostId,
            ["topic"] = meeting.Topic,
            ["type"] = meeting.Type,
        };
        if (meeting.StartTime is { } start) subject["start_time"] = ZoomJson.Text(start);
        subject["duration"] = meeting.Duration;
        subject["timezone"] = meeting.Timezone;
        return subject;
    }

    private static JsonObject Person(Registrant registrant) => new()
    {
        ["id"] = registrant.Id,
        ["first_name"] = registrant.FirstName,
        ["last_name"] = registrant.LastName,
        ["email"] = registrant.Email,
    };

    private static JsonObject With(long id, JsonObject fields)
    {
        var subject = new JsonObject { ["id"] = id };
        foreach (var (name, value) in fields) subject[name] = value?.DeepClone();
        return subject;
    }

    private static JsonArray Dates(IEnumerable<Occurrence> occurrences) => new([.. occurrences.Select(o => new JsonObject
    {
        ["occurrence_id"] = o.Id,
        ["start_time"] = ZoomJson.Text(o.StartTime),
    })]);
}
