using System.Text.Json;
using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Series;
using Meetings.ServiceDefaults.Http;

namespace Meetings.Meeting.Scheduling;

/// <summary>A meeting as the API shows it. Nothing in it lets its reader be the host.</summary>
/// <param name="ProviderMeetingId">The provider's name of it, as text; null until the provider has it.</param>
/// <param name="State">scheduled, ready, live, ended, finalised or cancelled.</param>
/// <param name="NoShow">It is over and nobody came.</param>
/// <param name="StartsAt">Of a recurring meeting: of the date that runs, else of the next, else of the last. State, start and end are of that date too.</param>
/// <param name="OccurrenceId">That date; attendance is taken per date.</param>
/// <param name="Recurrence">How its dates are planned; null unless it is recurring.</param>
/// <param name="CoHosts">Who helps to hold it.</param>
/// <param name="ProviderState">current; pending while the provider has still to be brought in line; refused when it does not want to.</param>
/// <param name="ParticipantCount">People connected now; two devices of one person count once.</param>
/// <param name="WaitingCount">People in the waiting room now.</param>
/// <param name="StartedAt">When it really began; null before that.</param>
/// <param name="EndedAt">When its newest sitting really ended; null before that and while it is live.</param>
public sealed record MeetingResponse(
    Guid Id, string RoomId, string Provider, string? ProviderMeetingId, string Type, string Title, string? Description, Guid AcademyId, Guid? ClassId,
    Guid OwnerId, Guid HostId, string HostName, string Audience, DateTimeOffset StartsAt, int DurationMinutes, string TimeZone, string State, bool NoShow,
    StateViews Views, string? JoinUrl, bool RegistrationEnabled, string? RegistrationUrl, bool WaitingRoom, bool HasPassword, MeetingSettings Settings,
    int ParticipantCount, int WaitingCount, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt,
    IReadOnlyList<CoHost> CoHosts, string ProviderState, Guid? OccurrenceId, Recurrence? Recurrence)
{
    internal static MeetingResponse Of(MeetingRow row) => new(
        row.Id, row.RoomId, row.Provider, row.ProviderMeetingId, row.Type, row.Title, row.Description, row.AcademyId, row.ClassId,
        row.OwnerId, row.HostId, row.HostName, row.Audience, row.StartsAt, row.DurationMinutes, row.TimeZone, row.State.Word(), row.NoShow,
        StateViews.Of(row.State, row.NoShow), row.JoinUrl, row.RegistrationEnabled, row.RegistrationUrl, row.WaitingRoom, row.PasswordHash is not null,
        JsonSerializer.Deserialize<MeetingSettings>(row.Settings, ApiJson.Options)!,
        row.ParticipantCount, row.WaitingCount, row.CreatedAt, row.UpdatedAt, row.StartedAt, row.EndedAt,
        [.. row.CoHostIds.Zip(row.CoHostNames, (id, name) => new CoHost(id, name))], row.ProviderState, row.CurrentOccurrence,
        Recurrence.Stored(row.Recurrence));

    /// <summary>The entity tag of a version.</summary>
    internal static string Tag(long version) => $"\"{version}\"";
}

/// <summary>Someone who helps to hold a meeting, by the name they had when they were chosen.</summary>
public sealed record CoHost(Guid Id, string Name);
