using Meetings.Meeting.Sittings;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Rooms;

/// <summary>
/// Places in meetings whose provider has a door of its own. Nothing is stored: a place is what the provider has told of the person, where its events identify
/// them by their registration or their e-mail address, and otherwise what is to be expected of its door.
/// </summary>
internal sealed class ProviderPlaces(Database db, TimeProvider clock)
{
    private sealed record Person(string Name, string Email, string? RegistrantId, string? JoinUrl);

    private sealed record Told(bool Here, bool Waiting, DateTimeOffset? JoinedAt, DateTimeOffset? WaitingAt, DateTimeOffset? LeftAt);

    /// <param name="meeting">One that the caller sees.</param>
    /// <param name="caller">Whose place.</param>
    /// <param name="displayName">As they call themselves; null for their name in the directory.</param>
    /// <param name="ct">Cancels the work.</param>
    public async Task<PlaceResponse> ReadAsync(RoomMeeting meeting, Caller caller, string? displayName, CancellationToken ct)
    {
        await using var session = await db.BeginAsync(caller, ct);
        var person = await session.QuerySingleOrDefaultAsync<Person>(ReadPerson, new { caller.PersonId, meeting.Row.Id }, ct);
        var told = person is null ? null : await session.QuerySingleOrDefaultAsync<Told>(
            ReadTold, new { meeting.Row.Provider, meeting.Row.ProviderMeetingId, Keys = Keys(person) }, ct);

        var now = clock.GetUtcNow();
        var expected = AdmissionDecision.Of(new Arrival(
            meeting.Role, meeting.OnRoster, now, meeting.StartsAt, LatecomersWaitAfter: null, meeting.Row.WaitingRoom, meeting.IsLive,
            WasAdmitted: false, IsRefused: false)).Status;
        var status = told switch
        {
            { Here: true } => PlaceStatus.Admitted,
            { Waiting: true } => PlaceStatus.Waiting,
            { LeftAt: not null } => PlaceStatus.Left,
            _ => expected,
        };

        return new PlaceResponse(
            meeting.Row.Id, meeting.Row.RoomId, caller.PersonId, displayName ?? person?.Name ?? "", status.Word(), meeting.IsHost, meeting.Role.Word(),
            told?.JoinedAt ?? told?.WaitingAt, told?.JoinedAt, status is PlaceStatus.Left ? told?.LeftAt : null,
            person?.JoinUrl ?? meeting.Row.JoinUrl);
    }

    private static string[] Keys(Person person) => person.RegistrantId is { } registrant
        ? [RecordSittings.KeyOfRegistrant(registrant), RecordSittings.KeyOfEmail(person.Email)]
        : [RecordSittings.KeyOfEmail(person.Email)];

    private const string ReadPerson = """
        select p.name, p.email, r.registrant_id, r.join_url
        from person p left join registrant r on r.person_id = p.person_id and r.meeting_id = @Id and not r.is_leaving where p.person_id = @PersonId
        """;

    // Of all their devices: in with one is in. Who goes from the waiting room (2) without having been let in is gone, too.
    private const string ReadTold = """
        select bool_or(x.joined_at is not null and (x.left_at is null or x.left_at < x.joined_at)
                   and not (coalesce(x.waiting_move, 9) <= 1 and x.waiting_at > x.joined_at)) as here,
               bool_or(coalesce(x.waiting_move, 9) <= 1 and (x.left_at is null or x.left_at < x.waiting_at)
                   and (x.joined_at is null or x.joined_at < x.waiting_at)) as waiting,
               min(x.joined_at) as joined_at, min(x.waiting_at) as waiting_at,
               max(greatest(x.left_at, case when x.waiting_move = 2 and (x.joined_at is null or x.joined_at < x.waiting_at) then x.waiting_at end)) as left_at
        from (
            select s.sitting_id from sitting s
            where s.provider = @Provider and s.provider_meeting_id = @ProviderMeetingId and s.ended_at is null
            order by coalesce(s.started_at, s.heard_at) desc, s.sitting_id desc limit 1) newest
        join provider_connection x using (sitting_id)
        where x.provider = @Provider and x.provider_meeting_id = @ProviderMeetingId and x.person = any(@Keys)
        having count(*) > 0
        """;
}
