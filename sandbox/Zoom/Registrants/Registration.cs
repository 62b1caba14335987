using System.Security.Cryptography;
using Meetings.ZoomSandbox.Limits;
using Meetings.ZoomSandbox.Meetings;
using Meetings.ZoomSandbox.State;
using Meetings.ZoomSandbox.Webhooks;
using Microsoft.Extensions.Options;

namespace Meetings.ZoomSandbox.Registrants;

/// <summary>Enters people in a meeting's list of registrants, one at a time or in a batch.</summary>
internal sealed class Registration(
    DailyCounters counters, ManagementEvents events, DeliveryQueue deliveries, IOptions<ZoomOptions> options)
{
    private const int TriesPerDay = 3;

    /// <summary>Whether the meeting takes registrants at all.</summary>
    public static ZoomError? Refusal(Meeting meeting) =>
        !meeting.HostIsLicensed ? ZoomError.PaidOnly
        : !meeting.HasRegistration || meeting.Type == Meeting.Instant ? ZoomError.NoRegistration(meeting.Id)
        : null;

    /// <summary>Registers a person; the same e-mail keeps its registrant id. Inside a change of the state.</summary>
    public ZoomError? Enter(Meeting meeting, RegistrantRequest asked, DateTimeOffset now, out Registrant registrant)
    {
        registrant = null!;
        if (!counters.TryTake($"registrant:{meeting.Id}:{asked.Email.ToLowerInvariant()}", TriesPerDay))
        {
            return new ZoomError(429, 429,
                $"You have exceeded the daily rate limit ({TriesPerDay}) of Add meeting registrant API requests permitted for this particular registrant.");
        }

        var approved = asked.AutoApprove || meeting.Settings.Number("approval_type") == 0;
        var known = meeting.Registrants.Find(r => string.Equals(r.Email, asked.Email, StringComparison.OrdinalIgnoreCase));
        if (known is not null)
        {
            (known.FirstName, known.LastName, known.Details) = (asked.FirstName, asked.LastName, asked.Details);
            if (approved) known.Status = Registrant.Approved;
            registrant = known;
            return null;
        }

        if (meeting.Registrants.Count >= options.Value.RegistrantsPerMeeting)
        {
            return new ZoomError(400, 3043, "Meeting has reached maximum attendee capacity.");
        }

        registrant = new Registrant
        {
            Id = Ids.Short(),
            Email = asked.Email,
            FirstName = asked.FirstName,
            LastName = asked.LastName,
            Details = asked.Details,
            Status = approved ? Registrant.Approved : Registrant.Pending,
            Ticket = Ids.Short(),
            PinCode = RandomNumberGenerator.GetInt32(100_000, 1_000_000),
            CreatedAt = now,
        };
        meeting.Registrants.Add(registrant);
        deliveries.Send(events.RegistrationCreated(meeting, registrant, now));
        return null;
    }
}
