using Meetings.Meeting.Lifecycle;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Scheduling;

/// <summary>A meeting as it is stored, with the people in it now.</summary>
internal class MeetingRow
{
    public Guid Id { get; init; }
    public long Version { get; init; }
    public Guid AcademyId { get; init; }
    public Guid? ClassId { get; init; }
    public Guid CreatedBy { get; init; }
    public Guid OwnerId { get; init; }
    public Guid HostId { get; init; }
    public string HostName { get; init; } = "";
    public string RoomId { get; init; } = "";
    public string Provider { get; init; } = "";
    public string? ProviderMeetingId { get; init; }
    public string Type { get; init; } = "";
    public string Title { get; init; } = "";
    public string? Description { get; init; }
    public string Audience { get; init; } = "";
    public DateTimeOffset StartsAt { get; init; }
    public int DurationMinutes { get; init; }
    public string TimeZone { get; init; } = "";

    /// <summary>Read by a caller who is registered, their own; else everybody's.</summary>
    public string? JoinUrl { get; init; }

    /// <summary>False for a meeting whose room has still to be opened.</summary>
    public bool IsAtProvider { get; init; } = true;
    public string? RegistrationUrl { get; init; }
    public bool RegistrationEnabled { get; init; }
    public bool WaitingRoom { get; init; }
    public string? PasswordHash { get; init; }
    public string Settings { get; init; } = "{}";
    public MeetingState State { get; init; }
    public bool NoShow { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public DateTimeOffset? CancelledAt { get; init; }
    public DateTimeOffset? DeletedAt { get; init; }
    public Guid[] CoHostIds { get; init; } = [];
    public string[] CoHostNames { get; init; } = [];

    /// <summary>How a recurring meeting is planned, as JSON; the time in its row is that of <see cref="CurrentOccurrence"/>.</summary>
    public string? Recurrence { get; init; }

    /// <summary>The date that runs, else the next, else the last.</summary>
    public Guid? CurrentOccurrence { get; init; }

    /// <summary>The provider's room is opened shortly before each date.</summary>
    public bool OpensAhead { get; init; }

    /// <summary>In whose name the provider has it.</summary>
    public Guid ProviderHostId { get; init; }

    /// <summary>current, pending or refused.</summary>
    public string ProviderState { get; init; } = "current";
    public int ParticipantCount { get; init; }
    public int WaitingCount { get; init; }

    /// <summary>
    /// All columns of the meetings <c>m</c> that <paramref name="meetings"/> selects, and their counts: people, not devices, in the newest sitting as
    /// long as that runs, and in the room of ours. Someone let in, sent back to wait, or gone is told by the newest of these events.
    /// </summary>
    /// <param name="meetings">Selects whole rows, and is done before anybody is counted.</param>
    /// <param name="more">Further columns, each with a comma before it.</param>
    /// <param name="joined">What they come from.</param>
    public static string Select(string meetings, string more = "", string joined = "") => $"""
        select m.id, m.version, m.academy_id, m.class_id, m.created_by, m.owner_id, m.host_id, m.host_name, m.room_id, m.provider, m.provider_meeting_id,
               m.type, m.title, m.description, m.audience, m.starts_at, m.duration_minutes, m.time_zone,
               coalesce(
                   (select own.join_url from registrant own where own.meeting_id = m.id and own.person_id = (select app_user_id()) and not own.is_leaving),
                   m.join_url) as join_url,
               m.is_at_provider, m.registration_url,
               m.registration_enabled, m.waiting_room, m.password_hash, m.settings::text as settings, m.state, m.no_show,
               m.created_at, m.updated_at, m.started_at, m.ended_at, m.cancelled_at, m.deleted_at,
               m.co_host_ids, m.co_host_names, coalesce(m.provider_host_id, m.host_id) as provider_host_id, m.provider_state,
               m.recurrence::text as recurrence, m.current_occurrence, m.opens_ahead,
               coalesce(people.here, 0)::int as participant_count, coalesce(people.waiting, 0)::int as waiting_count{more}
        from ({meetings}) m
        left join lateral (
            select count(distinct c.person) filter (where c.here) as here,
                   count(distinct c.person) filter (where c.waiting) as waiting
            from (
                select x.person,
                       x.joined_at is not null and (x.left_at is null or x.left_at < x.joined_at)
                           and not (coalesce(x.waiting_move, 9) <= 1 and x.waiting_at > x.joined_at) as here,
                       coalesce(x.waiting_move, 9) <= 1 and (x.left_at is null or x.left_at < x.waiting_at)
                           and (x.joined_at is null or x.joined_at < x.waiting_at) as waiting
                from (
                    select s.sitting_id, s.ended_at from sitting s
                    where s.provider = m.provider and s.provider_meeting_id = m.provider_meeting_id
                    order by coalesce(s.started_at, s.ended_at, s.heard_at) desc, s.sitting_id desc limit 1) newest
                join provider_connection x
                  on x.provider = m.provider and x.provider_meeting_id = m.provider_meeting_id and x.sitting_id = newest.sitting_id
                where newest.ended_at is null
                union all
                select r.person, r.here, r.waiting from room_people(m.id) r) c) people on true
        {joined}
        """;

    public static Task<MeetingRow?> FindAsync(DatabaseSession session, Guid id, CancellationToken ct) =>
        session.QuerySingleOrDefaultAsync<MeetingRow>(Select("select * from meeting where id = @id and deleted_at is null"), new { id }, ct);

    /// <summary>Also when it was deleted: what happens to it still has to be followed.</summary>
    public static Task<MeetingRow?> FindKeptAsync(DatabaseSession session, Guid id, CancellationToken ct) =>
        session.QuerySingleOrDefaultAsync<MeetingRow>(Select("select * from meeting where id = @id"), new { id }, ct);

    /// <summary>By its UUID, or else by its room id. Null for what the session may not see.</summary>
    public static Task<MeetingRow?> FindAsync(DatabaseSession session, string idOrRoom, CancellationToken ct) =>
        FindAsync<MeetingRow>(session, meetings => Select(meetings), idOrRoom, ct);

    protected static async Task<T?> FindAsync<T>(DatabaseSession session, Func<string, string> select, string idOrRoom, CancellationToken ct)
        where T : MeetingRow
    {
        if (Guid.TryParseExact(idOrRoom, "D", out var id)
            && await session.QuerySingleOrDefaultAsync<T>(select("select * from meeting where id = @id and deleted_at is null"), new { id }, ct) is { } byId) return byId;
        return RoomIds.IsWellFormed(idOrRoom)
            ? await session.QuerySingleOrDefaultAsync<T>(select("select * from meeting where room_id = @idOrRoom and deleted_at is null"), new { idOrRoom }, ct)
            : null;
    }

    public static Task<MeetingRow?> FindByProviderAsync(DatabaseSession session, string provider, string providerMeetingId, CancellationToken ct) =>
        session.QuerySingleOrDefaultAsync<MeetingRow>(
            Select("select * from meeting where provider = @provider and provider_meeting_id = @providerMeetingId and deleted_at is null"),
            new { provider, providerMeetingId }, ct);
}
