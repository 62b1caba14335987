using System.Text.Json;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Http;
using StackExchange.Redis;

namespace Meetings.Meeting.Persistence;

/// <summary>What it takes to bring a session's room back, beside what its meeting's row says.</summary>
/// <param name="Version">Of the meeting when it was written down: with another one it is out of date.</param>
/// <param name="RoomName">The provider's name of the room.</param>
/// <param name="EndsAt">Planned end.</param>
/// <param name="Settings">As its room was opened: with what the academy and the host wanted of rooms then.</param>
internal sealed record PersistedSession(Guid MeetingId, long Version, string RoomName, DateTimeOffset EndsAt, MeetingSettings Settings)
{
    public static PersistedSession Of(MeetingRow meeting, MeetingSettings settings) => new(
        meeting.Id, meeting.Version, meeting.ProviderMeetingId ?? "", meeting.StartsAt.AddMinutes(meeting.DurationMinutes), settings);
}

/// <summary>
/// Sessions in Redis (ACCEPTANCE S3-28): a copy that saves asking PostgreSQL, and never more than that. Who may come in is not in it. Whatever is wrong with it, a server that is
/// gone, slow or wiped, a value that nobody can read, is as if there were nothing; and while Redis is in trouble it is left alone, so that nobody waits for it twice.
/// </summary>
/// <param name="redis">Null where there is none.</param>
internal sealed partial class SessionPersistence(TimeProvider clock, ILogger<SessionPersistence> logger, Lazy<IConnectionMultiplexer>? redis = null)
{
    /// <summary>Somebody is waiting to come in: longer than this PostgreSQL does not take either.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan LeftAlone = TimeSpan.FromSeconds(5);

    /// <summary>How long a session outlives its end.</summary>
    private static readonly TimeSpan AfterTheEnd = TimeSpan.FromMinutes(30);

    // Ticks of the moment until which Redis is left alone.
    private long _until;

    /// <summary>False while Redis is in trouble. True where there is none.</summary>
    public bool IsWell => redis is null || clock.GetUtcNow().Ticks >= Volatile.Read(ref _until);

    public static string Key(Guid meetingId) => $"session_meeting:{meetingId:D}:persistence";

    /// <summary>Null when there is none for this very version of the meeting.</summary>
    public async Task<PersistedSession?> FindAsync(MeetingRow meeting, CancellationToken ct)
    {
        string? text = null;
        await TryAsync(async database => text = await database.StringGetAsync(Key(meeting.Id)), ct);
        return text is not null && Read(text) is { } session && session.MeetingId == meeting.Id && session.Version == meeting.Version ? session : null;
    }

    /// <summary>Kept for the session's length and half an hour more; for one that is overdue, half an hour from now.</summary>
    public Task RememberAsync(PersistedSession session, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return TryAsync(
            database => database.StringSetAsync(
                Key(session.MeetingId), JsonSerializer.Serialize(session, ApiJson.Options), (session.EndsAt > now ? session.EndsAt : now) + AfterTheEnd - now), ct);
    }

    public Task ForgetAsync(Guid meetingId, CancellationToken ct) => TryAsync(database => database.KeyDeleteAsync(Key(meetingId)), ct);

    /// <summary>Asks for a sign of life, also while it is left alone.</summary>
    public async Task<bool> TryReachAsync(CancellationToken ct)
    {
        if (redis is null) return true;
        Volatile.Write(ref _until, 0);
        await TryAsync(database => database.PingAsync(), ct);
        return IsWell;
    }

    private async Task TryAsync(Func<IDatabase, Task> ask, CancellationToken ct)
    {
        if (redis is null || !IsWell) return;
        try
        {
            // To connect may block, and to ask when nobody is there may wait: none of it keeps the one who asks longer than the patience lasts.
            await Task.Run(() => ask(redis.Value.GetDatabase()), ct).WaitAsync(Patience, clock, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            if (Interlocked.Exchange(ref _until, (clock.GetUtcNow() + LeftAlone).Ticks) == 0) LogTrouble(e.GetType().Name);
            return;
        }

        if (Interlocked.Exchange(ref _until, 0) != 0) LogWell();
    }

    private static PersistedSession? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<PersistedSession>(text, ApiJson.Options) is { Settings: not null } session ? session : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis is in trouble ({Kind}): sessions are read from PostgreSQL until it is back")]
    private partial void LogTrouble(string kind);

    [LoggerMessage(Level = LogLevel.Information, Message = "Redis is back")]
    private partial void LogWell();
}
