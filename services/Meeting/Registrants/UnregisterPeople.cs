using Meetings.Meeting.Providers;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Registrants;

/// <summary>Takes people off the provider's list of a meeting. Their ways in are void from the moment that the provider is asked.</summary>
internal sealed class UnregisterPeople(Database db, MeetingProviders providers, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    private sealed record Known(Guid PersonId, string RegistrantId);

    /// <returns>Those who are still on it, and why; null when there is no such meeting.</returns>
    public async Task<IReadOnlyDictionary<Guid, ProviderException>?> HandleAsync(Guid meetingId, IReadOnlyCollection<Guid> people, CancellationToken ct)
    {
        MeetingRow? meeting;
        IReadOnlyList<Known> known;
        await using (var session = await db.BeginAsServiceAsync(ct))
        {
            meeting = await MeetingRow.FindKeptAsync(session, meetingId, ct);
            if (meeting is null) return null;
            known = await session.QueryAsync<Known>(Mark, new { meetingId, People = people.ToArray() }, ct);
            await session.CommitAsync(ct);
        }

        if (known.Count == 0 || meeting.ProviderMeetingId is not { } number) return new Dictionary<Guid, ProviderException>();
        var failures = await AskAsync(meeting.Provider, number, [.. known.Select(one => one.RegistrantId)]);

        var stopping = lifetime.ApplicationStopping;
        await using var after = await db.BeginAsServiceAsync(stopping);
        await after.ExecuteAsync(Forget, new { meetingId, Registrants = known.Select(one => one.RegistrantId).Except(failures.Keys).ToArray() }, stopping);
        await after.CommitAsync(stopping);
        return known.Where(one => failures.ContainsKey(one.RegistrantId)).ToDictionary(one => one.PersonId, one => failures[one.RegistrantId]);
    }

    private async Task<IReadOnlyDictionary<string, ProviderException>> AskAsync(string provider, string number, IReadOnlyList<string> registrants)
    {
        using var timeout = new CancellationTokenSource(RegisterPeople.Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, lifetime.ApplicationStopping);
        try
        {
            return await providers[provider].UnregisterAsync(number, registrants, either.Token);
        }
        catch (ProviderException e)
        {
            return registrants.ToDictionary(one => one, _ => e);
        }
    }

    // Before the provider is asked: whoever is killed after that leaves nobody with a way in that may be void.
    private const string Mark = """
        with leaving as (select person_id from registrant where meeting_id = @meetingId and person_id = any(@People) order by person_id for update)
        update registrant r set is_leaving = true from leaving where r.meeting_id = @meetingId and r.person_id = leaving.person_id
        returning r.person_id, r.registrant_id
        """;

    // Who was registered anew meanwhile stays.
    private const string Forget = "delete from registrant where meeting_id = @meetingId and registrant_id = any(@Registrants) and is_leaving";
}
