using System.Security.Cryptography;
using System.Text;
using Meetings.Meeting.Joining;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Sittings;

/// <summary>
/// Adds what providers tell to what is known. Every write only widens: the earliest start, the latest end, the newest move. So the order does not
/// matter, a repeat changes nothing, and no inbox is needed.
/// </summary>
internal sealed class RecordSittings(Database db, TimeProvider clock)
{
    // The locks of MeetingRefresh, before any row is: who ends a meeting holds its lock and then writes its sittings, while its provider tells us of that very
    // end. Sittings only widen, so that what would change nothing now changes nothing in a moment either.
    private const string LockChanging = """
        select pg_advisory_xact_lock(hashtextextended(changing.provider || ':' || changing.provider_meeting_id, 0))
        from (
            select distinct told.provider, told.provider_meeting_id from unnest(@Providers, @Meetings, @Sittings, @Running, @Ended)
                as told (provider, provider_meeting_id, sitting_id, started_at, ended_at)
            left join sitting known using (provider, provider_meeting_id, sitting_id)
            where known.sitting_id is null
                or told.started_at < coalesce(known.started_at, 'infinity') or told.ended_at > coalesce(known.ended_at, '-infinity')
            order by 1, 2) changing
        """;

    // Most news are of people coming and going in a sitting that is known to run: its row is then left alone, and not even locked.
    private const string Save = """
        with connections as (
            insert into provider_connection (
                provider, provider_meeting_id, sitting_id, connection_id, person, joined_at, seen_at, left_at, waiting_move, waiting_at)
            select * from unnest(@OfProviders, @OfMeetings, @OfSittings, @Connections, @People, @Joined, @Seen, @Left, @Moves, @Moved)
            on conflict (provider, provider_meeting_id, sitting_id, connection_id) do update
            set joined_at = greatest(provider_connection.joined_at, excluded.joined_at),
                seen_at = greatest(provider_connection.seen_at, excluded.seen_at),
                left_at = greatest(provider_connection.left_at, excluded.left_at),
                waiting_move = case
                    when (excluded.waiting_at, excluded.waiting_move) > (coalesce(provider_connection.waiting_at, '-infinity'), coalesce(provider_connection.waiting_move, -1))
                    then excluded.waiting_move else provider_connection.waiting_move end,
                waiting_at = greatest(provider_connection.waiting_at, excluded.waiting_at)
        )
        insert into sitting (provider, provider_meeting_id, sitting_id, started_at, ended_at, heard_at, opens_empty)
        select told.* from unnest(@Providers, @Meetings, @Sittings, @Running, @Ended, @Heard, @OpenEmpty)
            as told (provider, provider_meeting_id, sitting_id, started_at, ended_at, heard_at, opens_empty)
        left join sitting known using (provider, provider_meeting_id, sitting_id)
        where known.sitting_id is null
            or told.started_at < coalesce(known.started_at, 'infinity') or told.ended_at > coalesce(known.ended_at, '-infinity')
        order by 1, 2, 3
        on conflict (provider, provider_meeting_id, sitting_id) do update
        set started_at = least(sitting.started_at, excluded.started_at),
            ended_at = greatest(sitting.ended_at, excluded.ended_at),
            heard_at = least(sitting.heard_at, excluded.heard_at)
        where excluded.started_at < coalesce(sitting.started_at, 'infinity') or excluded.ended_at > coalesce(sitting.ended_at, '-infinity')
        returning provider, provider_meeting_id as meeting_id
        """;

    private const string FindMeeting = """
        select id from meeting where provider = @Provider and provider_meeting_id = @MeetingId
        """;

    /// <summary>All or nothing.</summary>
    /// <returns>For each true: it is known now.</returns>
    public async Task<IReadOnlyList<bool>> WriteAsync(IReadOnlyList<SittingNews> news, CancellationToken ct)
    {
        var told = Arguments(news);
        await using var session = await db.BeginAsServiceAsync(ct);
        await session.ExecuteAsync(LockChanging, told, ct);
        var changed = await session.QueryAsync<ProviderMeeting>(Save, told, ct);
        foreach (var meeting in changed.Distinct().OrderBy(meeting => (meeting.Provider, meeting.MeetingId))) await RefreshAsync(session, meeting, ct);
        await session.CommitAsync(ct);
        return [.. news.Select(_ => true)];
    }

    private static object Arguments(IReadOnlyList<SittingNews> news)
    {
        // One row can be written once in a statement, and in one order everywhere, so that replicas wait for one another instead of deadlocking.
        var sittings = news.GroupBy(one => one.Sitting).Select(told => told.Aggregate((one, other) => one.And(other)))
            .OrderBy(one => (one.Sitting.Provider, one.Sitting.MeetingId, one.Sitting.SittingId)).ToArray();
        var connections = news.Where(one => one.Connection is not null).GroupBy(one => (one.Sitting, one.Connection!.ConnectionId), one => one.Connection!)
            .Select(told => (told.Key.Sitting, News: told.Aggregate((one, other) => one.And(other))))
            .OrderBy(one => (one.Sitting.Provider, one.Sitting.MeetingId, one.Sitting.SittingId, one.News.ConnectionId)).ToArray();
        return new
        {
            OfProviders = Array.ConvertAll(connections, one => one.Sitting.Provider),
            OfMeetings = Array.ConvertAll(connections, one => one.Sitting.MeetingId),
            OfSittings = Array.ConvertAll(connections, one => one.Sitting.SittingId),
            Connections = Array.ConvertAll(connections, one => one.News.ConnectionId),
            People = Array.ConvertAll(connections, one => PersonKey(one.News)),
            Joined = Array.ConvertAll(connections, one => one.News.JoinedAt),
            Seen = Array.ConvertAll(connections, one => one.News.SeenAt),
            Left = Array.ConvertAll(connections, one => one.News.LeftAt),
            Moves = Array.ConvertAll(connections, one => (short?)one.News.Move),
            Moved = Array.ConvertAll(connections, one => one.News.MovedAt),
            Providers = Array.ConvertAll(sittings, one => one.Sitting.Provider),
            Meetings = Array.ConvertAll(sittings, one => one.Sitting.MeetingId),
            Sittings = Array.ConvertAll(sittings, one => one.Sitting.SittingId),
            Running = Array.ConvertAll(sittings, one => one.RunningAt),
            Ended = Array.ConvertAll(sittings, one => one.EndedAt),
            Heard = Array.ConvertAll(sittings, one => one.HeardAt),
            OpenEmpty = Array.ConvertAll(sittings, one => one.OpensEmpty),
        };
    }

    private async Task RefreshAsync(DatabaseSession session, ProviderMeeting meeting, CancellationToken ct)
    {
        await MeetingRefresh.LockAsync(session, meeting.Provider, meeting.MeetingId, ct);
        if (await session.QuerySingleOrDefaultAsync<Guid?>(FindMeeting, meeting, ct) is { } id)
            await MeetingRefresh.ApplyAsync(session, id, clock.GetUtcNow(), changed: false, ct);
    }

    /// <summary>The best that tells people apart, in the order in which it can be relied on; names never. Nobody needs to read it again, so it is hashed.</summary>
    private static string PersonKey(ConnectionNews news)
    {
        var who = news.Who;
        var key = (who.RegistrantId, who.CustomerKey, who.Identity, who.ProviderUserId, who.Email) switch
        {
            ({ Length: > 0 } registrant, _, _, _, _) => $"registrant:{registrant}",
            (_, { Length: > 0 } customer, _, _, _) => $"customer:{customer}",
            // Somebody who calls themselves something else on their second device is still one person.
            (_, _, { Length: > 0 } identity, _, _) => $"identity:{RoomIdentity.PersonIn(identity)?.ToString("D") ?? identity}",
            (_, _, _, { Length: > 0 } user, _) => $"user:{user}",
            (_, _, _, _, { Length: > 0 } email) => $"email:{email.ToLowerInvariant()}",
            _ => $"connection:{news.ConnectionId}",
        };
        return Hashed(key);
    }

    /// <summary>The key of whom our own tokens bring in: their identities begin with the person's id.</summary>
    internal static string KeyOfPerson(Guid personId) => Hashed($"identity:{personId:D}");

    /// <summary>The key of who is known by this address and by nothing better.</summary>
    internal static string KeyOfEmail(string email) => Hashed($"email:{email.ToLowerInvariant()}");

    /// <summary>The key of who came by the link of this registration.</summary>
    internal static string KeyOfRegistrant(string registrantId) => Hashed($"registrant:{registrantId}");

    private static string Hashed(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16));

    private sealed record ProviderMeeting(string Provider, string MeetingId);
}
