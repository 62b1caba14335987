using Meetings.Meeting.Providers;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Registrants;

/// <summary>Takes people off the provider's list of a meeting. Their ways in are void with it.</summary>
internal sealed class UnregisterPeople(Database db, MeetingProviders providers)
{
    private sealed record Known(Guid PersonId, string RegistrantId);

    /// <returns>False when there is no such meeting.</returns>
    /// <exception cref="ProviderException">They are still on it.</exception>
    public async Task<bool> HandleAsync(Guid meetingId, IReadOnlyCollection<Guid> people, CancellationToken ct)
    {
        MeetingRow? meeting;
        IReadOnlyList<Known> known;
        await using (var session = await db.BeginAsServiceAsync(ct))
        {
            meeting = await MeetingRow.FindKeptAsync(session, meetingId, ct);
            if (meeting is null) return false;
            known = await session.QueryAsync<Known>(ReadKnown, new { meetingId, People = people.ToArray() }, ct);
        }

        if (known.Count == 0 || meeting.ProviderMeetingId is not { } number) return true;
        await providers[meeting.Provider].UnregisterAsync(number, [.. known.Select(one => one.RegistrantId)], ct);

        await using var after = await db.BeginAsServiceAsync(ct);
        // Those that were asked for: who was registered anew meanwhile stays.
        await after.ExecuteAsync(Forget, new { meetingId, Registrants = known.Select(one => one.RegistrantId).ToArray() }, ct);
        await after.CommitAsync(ct);
        return true;
    }

    private const string ReadKnown = "select person_id, registrant_id from registrant where meeting_id = @meetingId and person_id = any(@People)";

    private const string Forget = "delete from registrant where meeting_id = @meetingId and registrant_id = any(@Registrants)";
}
