using Meetings.Attendance.Ledger;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Attendance.Lessons;

/// <summary>Reads the copies of meetings and their dates.</summary>
internal static class LessonStore
{
    private const string Columns =
        "m.id, m.version, m.academy_id, m.class_id, m.owner_id, m.host_id, m.title, m.room_id, m.provider, m.provider_meeting_id, m.time_zone, m.audience, m.state";

    private const string ById = $"select {Columns} from meeting m where m.id = @id";

    // A room id may be used again after deletion: the newest holder has it.
    private const string ByRoom = $"select {Columns} from meeting m where m.room_id = @room order by m.state = 'cancelled', m.id desc limit 1";

    private const string ByOccurrence = $"select {Columns} from meeting m join occurrence o on o.meeting_id = m.id where o.id = @occurrence";

    private const string Occurrences = "select id, meeting_id, starts_at, duration_minutes, known_since from occurrence where meeting_id = @meeting order by starts_at, id";

    private const string OfProviderMeetings = """
        select m.provider, m.provider_meeting_id, o.id as occurrence_id, o.starts_at, o.duration_minutes, coalesce(a.time_zone, m.time_zone) as time_zone
        from meeting m join occurrence o on o.meeting_id = m.id left join academy a on a.id = m.academy_id
        where (m.provider, m.provider_meeting_id) in (select * from unnest(@providers, @meetings))
        """;

    // Whoever writes facts and whoever learns of their meeting must not pass one another unseen: the one would find no meeting, the other no facts,
    // and nobody would plan the calculation. Locked before they look, one of them waits for the other.
    private const string MeetWriters = """
        select pg_advisory_xact_lock_shared(hashtextextended(name, 0)) from unnest(@names) as name order by name
        """;

    private const string MeetReader = "select pg_advisory_xact_lock(hashtextextended(@name, 0))";

    /// <summary>For writers of facts, who do not disturb one another.</summary>
    public static Task LockForFactsAsync(DatabaseSession session, IEnumerable<(string Provider, string MeetingId)> names, CancellationToken ct) =>
        session.ExecuteAsync(MeetWriters, new { names = names.Select(name => LockName(name.Provider, name.MeetingId)).ToArray() }, ct);

    /// <summary>For who changes what is known of the meeting.</summary>
    public static Task LockForMeetingAsync(DatabaseSession session, string provider, string meetingId, CancellationToken ct) =>
        session.ExecuteAsync(MeetReader, new { name = LockName(provider, meetingId) }, ct);

    public static Task<KnownMeeting?> FindAsync(DatabaseSession session, Guid id, CancellationToken ct) =>
        session.QuerySingleOrDefaultAsync<KnownMeeting>(ById, new { id }, ct);

    public static Task<KnownMeeting?> FindRoomAsync(DatabaseSession session, string room, CancellationToken ct) =>
        session.QuerySingleOrDefaultAsync<KnownMeeting>(ByRoom, new { room }, ct);

    public static Task<KnownMeeting?> OfOccurrenceAsync(DatabaseSession session, Guid occurrence, CancellationToken ct) =>
        session.QuerySingleOrDefaultAsync<KnownMeeting>(ByOccurrence, new { occurrence }, ct);

    public static Task<IReadOnlyList<KnownOccurrence>> OccurrencesAsync(DatabaseSession session, Guid meeting, CancellationToken ct) =>
        session.QueryAsync<KnownOccurrence>(Occurrences, new { meeting }, ct);

    /// <summary>The dates of meetings by the provider's names of them; empty for those that are not known here.</summary>
    public static async Task<ILookup<(string, string), Lesson>> OfProviderMeetingsAsync(
        DatabaseSession session, IReadOnlyCollection<(string Provider, string MeetingId)> names, CancellationToken ct)
    {
        var rows = await session.QueryAsync<Row>(OfProviderMeetings, new
        {
            providers = names.Select(name => name.Provider).ToArray(),
            meetings = names.Select(name => name.MeetingId).ToArray(),
        }, ct);
        return rows.ToLookup(
            row => (row.Provider, row.ProviderMeetingId),
            row => new KnownOccurrence(row.OccurrenceId, Guid.Empty, row.StartsAt, row.DurationMinutes, default).ToLesson(TimeZones.First(row.TimeZone)));
    }

    private static string LockName(string provider, string meetingId) => $"meeting {provider} {meetingId}";

    private sealed record Row(string Provider, string ProviderMeetingId, Guid OccurrenceId, DateTimeOffset StartsAt, int DurationMinutes, string TimeZone);
}
