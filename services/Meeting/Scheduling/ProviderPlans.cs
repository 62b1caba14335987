using Meetings.Meeting.Automation;
using Meetings.Meeting.Providers;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Scheduling;

/// <summary>What a provider is told of a meeting that it has.</summary>
internal sealed class ProviderPlans(VideoSettingsStore store)
{
    private sealed record Address(Guid PersonId, string Email);

    /// <summary>The whole of it, so that it does not matter what the provider had before.</summary>
    /// <param name="session">Of the service: it reads addresses.</param>
    /// <param name="row">The meeting.</param>
    /// <param name="draft">What it is, or is to become.</param>
    /// <param name="password">Null leaves the provider's, the empty text removes it.</param>
    /// <param name="ct">Cancels the work.</param>
    public async Task<MeetingPlan> PlanAsync(DatabaseSession session, MeetingRow row, MeetingDraft draft, string? password, CancellationToken ct)
    {
        // Whoever holds it besides the one in whose name the provider has it.
        var others = draft.CoHostIds.Prepend(draft.HostId).Where(id => id != row.ProviderHostId).Distinct().ToArray();
        var addresses = (await session.QueryAsync<Address>(Addresses, new { Ids = (Guid[])[row.ProviderHostId, .. others] }, ct))
            .ToDictionary(one => one.PersonId, one => one.Email);
        var settings = await store.CompleteAsync(session, draft.Settings, row.Id, ct);
        // Of a series the provider knows the current date at most.
        var (startsAt, minutes) = draft.Recurrence is null ? (draft.StartsAt, draft.DurationMinutes) : (row.StartsAt, row.DurationMinutes);
        return new MeetingPlan(
            new PlanKey(row.Id, addresses.GetValueOrDefault(row.ProviderHostId, "")), draft.Title, draft.Description, startsAt, minutes,
            draft.TimeZone, password, draft.WaitingRoom, settings, [.. others.Where(addresses.ContainsKey).Select(id => addresses[id])])
        {
            IsRecurring = draft.Recurrence is not null,
        };
    }

    private const string Addresses = "select person_id, email from person where person_id = any(@Ids)";
}
