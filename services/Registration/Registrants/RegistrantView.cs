namespace Meetings.Registration.Registrants;

/// <summary>Somebody's registration for a meeting.</summary>
/// <param name="MeetingTitle">As it is planned now.</param>
/// <param name="StartsAt">Of the meeting's next date, else of its last; null when all were called off.</param>
/// <param name="Status">pending, approved, denied or cancelled.</param>
/// <param name="Reason">A problem code: why it is denied, or what it is waiting for.</param>
/// <param name="ProviderCode">The provider's own code, where it gave one.</param>
/// <param name="RetryAt">When the provider is asked again; null when it need not be.</param>
/// <param name="RegistrantId">The provider's name of the registration.</param>
/// <param name="JoinUrl">Lets in as this person, and is shown to nobody else.</param>
/// <param name="ByRoster">It comes and goes with the enrolment.</param>
/// <param name="RequestedBy">Who asked for it; null when it was the roster.</param>
internal sealed record RegistrantView(
    Guid MeetingId, string MeetingTitle, DateTimeOffset? StartsAt, Guid UserId, string Name, string Status, string? Reason, string? ProviderCode, DateTimeOffset? RetryAt,
    string? RegistrantId, string? JoinUrl, bool ByRoster, Guid? RequestedBy, DateTimeOffset? RegisteredAt, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>Of <c>registrant r</c>, in a session of the caller, with the person <c>p</c> and the meeting <c>m</c>.</summary>
    public const string Select = $"""
        select r.meeting_id, m.title as meeting_title,
            coalesce((select min(d.starts_at) from meeting_date d where d.meeting_id = m.id and d.ends_at > @now),
                (select max(d.starts_at) from meeting_date d where d.meeting_id = m.id)) as starts_at,
            r.person_id as user_id, p.name, {RegistrantState.StatusSql} as status,
            case when r.state = 'requested' then '{RegistrantState.AwaitingAdmin}' else r.reason end as reason, r.provider_code,
            case when r.state = 'queued' and r.reason is not null then r.due_at end as retry_at,
            r.registrant_id, case when r.state = 'approved' then l.join_url end as join_url, r.by_roster, r.requested_by, r.registered_at, r.created_at, r.updated_at
        {From}
        """;

    public const string From = """
        from registrant r join person p on p.id = r.person_id join meeting m on m.id = r.meeting_id
        left join registrant_link l on l.meeting_id = r.meeting_id and l.person_id = r.person_id
        """;
}
