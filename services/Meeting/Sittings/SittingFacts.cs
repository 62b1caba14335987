using System.Security.Cryptography;
using System.Text;
using Meetings.Contracts.Sittings;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Sittings;

/// <summary>
/// Adds what providers tell to what is known. Every write only widens: the earliest start, the latest end, the newest move. So the order does not
/// matter, a repeat changes nothing, and no inbox is needed.
/// </summary>
internal sealed class SittingFacts(Database db, TimeProvider clock)
{
    /// <summary>Signs that a sitting runs, or the news that it is over.</summary>
    /// <param name="key">The sitting.</param>
    /// <param name="startedAt">A moment at which it was running.</param>
    /// <param name="endedAt">Its end.</param>
    /// <param name="heardAt">When it reached us.</param>
    /// <param name="person">What happened to a connection of it, if that was the news.</param>
    /// <param name="ct">Cancels the work.</param>
    public async Task AddAsync(
        SittingKey key, DateTimeOffset? startedAt, DateTimeOffset? endedAt, DateTimeOffset heardAt, ConnectionFact? person, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        if (person is not null)
        {
            await session.ExecuteAsync(SaveConnection, new
            {
                key.Provider, key.MeetingId, key.SittingId, person.ConnectionId, Person = PersonKey(person), person.JoinedAt, person.LeftAt,
                Move = (short?)person.Move, person.MovedAt,
            }, ct);
        }

        var changed = await session.ExecuteAsync(
            SaveSitting, new { key.Provider, key.MeetingId, key.SittingId, startedAt, endedAt, heardAt }, ct);

        // Most news are of people coming and going, which changes counts and not the meeting's state.
        if (changed > 0) await RefreshAsync(session, key, ct);
        await session.CommitAsync(ct);
    }

    private async Task RefreshAsync(DatabaseSession session, SittingKey key, CancellationToken ct)
    {
        await MeetingRefresh.LockAsync(session, key.Provider, key.MeetingId, ct);
        var meetingId = await session.QuerySingleOrDefaultAsync<Guid?>(FindMeeting, new { key.Provider, key.MeetingId }, ct);
        if (meetingId is { } id) await MeetingRefresh.ApplyAsync(session, id, clock.GetUtcNow(), changed: false, ct);
    }

    /// <summary>The best that tells people apart, in the order in which it can be relied on; names never. Nobody needs to read it again, so it is hashed.</summary>
    private static string PersonKey(ConnectionFact fact)
    {
        var who = fact.Who;
        var key = (who.RegistrantId, who.CustomerKey, who.Identity, who.ProviderUserId, who.Email) switch
        {
            ({ Length: > 0 } registrant, _, _, _, _) => $"registrant:{registrant}",
            (_, { Length: > 0 } customer, _, _, _) => $"customer:{customer}",
            (_, _, { Length: > 0 } identity, _, _) => $"identity:{identity}",
            (_, _, _, { Length: > 0 } user, _) => $"user:{user}",
            (_, _, _, _, { Length: > 0 } email) => $"email:{email.ToLowerInvariant()}",
            _ => $"connection:{fact.ConnectionId}",
        };
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16));
    }

    private const string SaveSitting = """
        insert into sitting (provider, provider_meeting_id, sitting_id, started_at, ended_at, heard_at)
        values (@Provider, @MeetingId, @SittingId, @startedAt, @endedAt, @heardAt)
        on conflict (provider, provider_meeting_id, sitting_id) do update
        set started_at = least(sitting.started_at, excluded.started_at),
            ended_at = greatest(sitting.ended_at, excluded.ended_at),
            heard_at = least(sitting.heard_at, excluded.heard_at)
        where excluded.started_at < coalesce(sitting.started_at, 'infinity') or excluded.ended_at > coalesce(sitting.ended_at, '-infinity')
        """;

    private const string SaveConnection = """
        insert into provider_connection (
            provider, provider_meeting_id, sitting_id, connection_id, person, joined_at, left_at, waiting_move, waiting_at)
        values (@Provider, @MeetingId, @SittingId, @ConnectionId, @Person, @JoinedAt, @LeftAt, @Move, @MovedAt)
        on conflict (provider, provider_meeting_id, sitting_id, connection_id) do update
        set joined_at = greatest(provider_connection.joined_at, excluded.joined_at),
            left_at = greatest(provider_connection.left_at, excluded.left_at),
            waiting_move = case
                when (excluded.waiting_at, excluded.waiting_move) > (coalesce(provider_connection.waiting_at, '-infinity'), coalesce(provider_connection.waiting_move, -1))
                then excluded.waiting_move else provider_connection.waiting_move end,
            waiting_at = greatest(provider_connection.waiting_at, excluded.waiting_at)
        """;

    private const string FindMeeting = """
        select id from meeting where provider = @Provider and provider_meeting_id = @MeetingId and deleted_at is null
        """;
}

/// <summary>Moves in and out of the waiting room as they are stored. Of two at the same second the larger happened later; up to 1 one waits.</summary>
internal enum StoredMove : short
{
    Entered = 0,
    PutBack = 1,
    Left = 2,
    Admitted = 3,
}

/// <summary>What happened to one connection.</summary>
internal sealed record ConnectionFact(string ConnectionId, ParticipantIdentity Who)
{
    public DateTimeOffset? JoinedAt { get; init; }
    public DateTimeOffset? LeftAt { get; init; }
    public StoredMove? Move { get; init; }
    public DateTimeOffset? MovedAt { get; init; }
}
