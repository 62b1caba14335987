using Dapper;
using Meetings.Attendance.Ledger;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Attendance.Lessons;

/// <summary>Reads the copies of meetings and their dates.</summary>
internal static class LessonStore
{
    internal const string Columns =
        "m.id, m.version, m.academy_id, m.class_id, m.owner_id, m.host_id, m.title, m.room_id, m.provider, m.provider_meeting_id, m.time_zone, m.audience, m.state";

    // By UUID or room id, as the Meeting service reads them: 32 hexadecimal digits are a room id, and a room may be called like a UUID that no meeting
    // has. A room id may be used again after deletion: the newest holder has it.
    internal const string Named = """
        (select id from meeting where id = @uuid or room_id = @room order by id is not distinct from @uuid desc, state = 'cancelled', id desc limit 1)
        """;

    private const string ById = $"select {Columns} from meeting m where m.id = @id";

    // A date that was called off has no records to be made.
    private const string ByOccurrence =
        $"select {Columns} from meeting m join occurrence o on o.meeting_id = m.id where o.id = @occurrence and not o.is_cancelled";

    internal const string Occurrences = "select id, meeting_id, starts_at, duration_minutes, known_since from occurrence where meeting_id = @meeting order by starts_at, id";

    /// <summary>The dates of provider's meetings, and whether their calculation is planned already, for <see cref="DatesAsync"/>.</summary>
    public const string OfProviderMeetings = """
        select m.provider, m.provider_meeting_id, o.id as occurrence_id, o.starts_at, o.duration_minutes, coalesce(a.time_zone, m.time_zone) as time_zone,
            coalesce(c.reason <> 'report' and c.leased_until is null, false) as is_planned
        from meeting m join occurrence o on o.meeting_id = m.id left join academy a on a.id = m.academy_id left join calculation c on c.occurrence_id = o.id
        where (m.provider, m.provider_meeting_id) in (select * from unnest(@providers, @meetings))
        """;

    /// <summary>
    /// For writers of facts, who do not disturb one another. Whoever writes facts and whoever learns of their meeting, or calculates it, must not pass one
    /// another unseen: the one would find no meeting, the other no facts, and nobody would plan the calculation. Locked before they look, one of them
    /// waits for the other.
    /// </summary>
    public const string LockForFacts = """
        select pg_advisory_xact_lock_shared(hashtextextended(name, 0))::text
        from (select distinct 'meeting ' || provider || ' ' || meeting as name from unnest(@providers, @meetings) as told (provider, meeting)) names order by name
        """;

    private const string MeetReader = "select pg_advisory_xact_lock(hashtextextended(@name, 0))";

    /// <summary>For who changes what is known of the meeting.</summary>
    public static Task LockForMeetingAsync(DatabaseSession session, string provider, string meetingId, CancellationToken ct) =>
        session.ExecuteAsync(MeetReader, new { name = LockName(provider, meetingId) }, ct);

    public static Task<KnownMeeting?> FindAsync(DatabaseSession session, Guid id, CancellationToken ct) =>
        session.QuerySingleOrDefaultAsync<KnownMeeting>(ById, new { id }, ct);

    public static Task<KnownMeeting?> OfOccurrenceAsync(DatabaseSession session, Guid occurrence, CancellationToken ct) =>
        session.QuerySingleOrDefaultAsync<KnownMeeting>(ByOccurrence, new { occurrence }, ct);

    /// <summary>The rows of <see cref="OfProviderMeetings"/> by the provider's names; none for those that are not known here.</summary>
    public static async Task<ILookup<(string Provider, string MeetingId), PlannedLesson>> DatesAsync(SqlMapper.GridReader rows) => (await rows.ReadAsync<Row>()).ToLookup(
        row => (row.Provider, row.ProviderMeetingId),
        row => new PlannedLesson(
            new KnownOccurrence(row.OccurrenceId, Guid.Empty, row.StartsAt, row.DurationMinutes, default).ToLesson(TimeZones.First(row.TimeZone)), row.IsPlanned));

    private static string LockName(string provider, string meetingId) => $"meeting {provider} {meetingId}";

    private sealed record Row(string Provider, string ProviderMeetingId, Guid OccurrenceId, DateTimeOffset StartsAt, int DurationMinutes, string TimeZone, bool IsPlanned);
}

/// <param name="IsPlanned">Its calculation waits, and nobody has taken it up: whoever does will see the facts that are there then.</param>
internal sealed record PlannedLesson(Lesson Lesson, bool IsPlanned);
