using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Registrants;

/// <summary>Why nobody can be registered for a meeting.</summary>
internal enum RegistrationRefusal
{
    NotFound,

    /// <summary>Its provider has still to make it.</summary>
    NotYet,

    /// <summary>It has no registration, is called off, or over.</summary>
    Closed,
}

/// <param name="Outcomes">One for each person; null when nobody can be registered.</param>
internal sealed record RegistrationAnswer(RegistrationRefusal? Refusal, MeetingRow? Meeting = null, IReadOnlyList<Enlisted>? Outcomes = null);

/// <summary>
/// Enters people in the provider's list of a meeting. Who is there already is answered from here, without asking the provider (S1-05): it counts how often it
/// is asked.
/// </summary>
internal sealed class RegisterPeople(Database db, MeetingProviders providers, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <summary>
    /// How long the provider may take, below what a sibling waits for an answer (10 s). A limit of our own: what was begun is written down also when nobody waits
    /// for it any more.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(7);

    private sealed record Known(Guid PersonId, string RegistrantId, string JoinUrl);

    public async Task<RegistrationAnswer> HandleAsync(Guid meetingId, IReadOnlyList<Registree> people, CancellationToken ct)
    {
        MeetingRow? meeting;
        IReadOnlyList<Known> known;
        string hostEmail;
        await using (var session = await db.BeginAsServiceAsync(ct))
        {
            meeting = await MeetingRow.FindAsync(session, meetingId, ct);
            if (Refuse(meeting) is { } refusal) return new RegistrationAnswer(refusal);
            known = await session.QueryAsync<Known>(ReadKnown, new { meetingId, Ids = people.Select(person => person.PersonId).ToArray() }, ct);
            hostEmail = await session.ScalarAsync<string?>(ReadHost, new { meeting!.ProviderHostId }, ct) ?? "";
        }

        var outcomes = known.ToDictionary(one => one.PersonId, one => new Enlisted(one.PersonId, one.RegistrantId, new Uri(one.JoinUrl)));
        var others = people.DistinctBy(person => person.PersonId).Where(person => !outcomes.ContainsKey(person.PersonId)).ToArray();
        if (others.Length > 0)
        {
            var told = await AskAsync(meeting, hostEmail, others);
            if (!await TryKeepAsync(meeting, told, lifetime.ApplicationStopping)) return new RegistrationAnswer(RegistrationRefusal.Closed);
            foreach (var one in told) outcomes[one.PersonId] = one;
        }

        return new RegistrationAnswer(null, meeting, [.. people.Select(person => outcomes[person.PersonId])]);
    }

    private async Task<IReadOnlyList<Enlisted>> AskAsync(MeetingRow meeting, string hostEmail, IReadOnlyList<Registree> people)
    {
        using var timeout = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, lifetime.ApplicationStopping);
        try
        {
            return await providers[meeting.Provider].RegisterAsync(meeting.ProviderMeetingId!, hostEmail, people, either.Token);
        }
        catch (ProviderException e)
        {
            return [.. people.Select(person => Enlisted.Not(person.PersonId, e))];
        }
    }

    /// <summary>False when the meeting was called off while the provider was asked: with it goes the provider's list.</summary>
    private async Task<bool> TryKeepAsync(MeetingRow meeting, IReadOnlyList<Enlisted> told, CancellationToken ct)
    {
        var there = told.Where(one => one.Failure is null).ToArray();
        if (there.Length == 0) return true;

        await using var session = await db.BeginAsServiceAsync(ct);
        if (await session.QuerySingleOrDefaultAsync<int?>(Lock, new { meeting.Id, meeting.ProviderMeetingId }, ct) is null) return false;
        await session.ExecuteAsync(Keep, new
        {
            meeting.Id, Now = clock.GetUtcNow(), People = Array.ConvertAll(there, one => one.PersonId),
            Registrants = Array.ConvertAll(there, one => one.RegistrantId), Urls = Array.ConvertAll(there, one => one.JoinUrl!.AbsoluteUri),
        }, ct);
        await session.CommitAsync(ct);
        return true;
    }

    private static RegistrationRefusal? Refuse(MeetingRow? meeting) => meeting switch
    {
        null => RegistrationRefusal.NotFound,
        { State: MeetingState.Cancelled or MeetingState.Finalised } => RegistrationRefusal.Closed,
        { ProviderMeetingId: null } => RegistrationRefusal.NotYet,
        { RegistrationEnabled: false } => RegistrationRefusal.Closed,
        _ => null,
    };

    private const string ReadKnown =
        "select person_id, registrant_id, join_url from registrant where meeting_id = @meetingId and person_id = any(@Ids) and not is_leaving";

    private const string ReadHost = "select email from person where person_id = @ProviderHostId";

    // Waits for a cancellation that is being written, and is waited for by the next.
    private const string Lock = """
        select 1 from meeting where id = @Id and provider_meeting_id = @ProviderMeetingId and registration_enabled and deleted_at is null for share
        """;

    private const string Keep = """
        insert into registrant (meeting_id, person_id, registrant_id, join_url, registered_at)
        select @Id, person_id, registrant_id, join_url, @Now from unnest(@People, @Registrants, @Urls) as told (person_id, registrant_id, join_url)
        on conflict (meeting_id, person_id) do update
        set registrant_id = excluded.registrant_id, join_url = excluded.join_url, registered_at = excluded.registered_at, is_leaving = false
        """;
}
