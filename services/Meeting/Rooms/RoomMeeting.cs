using System.Text.Json;
using Meetings.Meeting.Access;
using Meetings.Meeting.Joining;
using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Rooms;

/// <summary>
/// A meeting as its door knows it, with what ties the one who knocks to it. Read with the sight of the service: one may knock at a door that one does not
/// see, and <see cref="AdmissionDecision.RoleOf"/> says for whom there is none.
/// </summary>
internal sealed record RoomMeeting(MeetingRow Row, MeetingSettings Settings, PlaceRole Role, bool OnRoster, bool SeesMeeting, DateTimeOffset StartsAt, RoomRole As)
{
    private sealed record Ties(
        DateTimeOffset StartsAt, bool Teaches, bool Enrolled, bool OnRoster, bool ChildEnrolled, bool ChildOnRoster, bool HasChild, bool PutOut, bool Locked, string? ClassKind);

    public bool IsHost => Role is PlaceRole.Host;

    /// <summary>A host put the one who knocks out, and has not lifted that.</summary>
    public bool IsPutOut { get; init; }

    /// <summary>A host has locked the room, in this sitting: whoever has not been in waits.</summary>
    public bool IsLocked { get; init; }

    /// <summary>By the one who knocks.</summary>
    public bool IsRunBy => Role is PlaceRole.Host or PlaceRole.Staff;

    /// <summary>The provider has a waiting room of its own: it lets in and refuses, and we follow what it tells.</summary>
    public bool DoorIsAtProvider { get; init; }

    /// <summary>The one who knocks is a guardian, and those only watch the state from outside.</summary>
    public bool KeepsGuardiansOut => Role is PlaceRole.Guardian && Settings.Guardians is "view";

    public bool IsPlainRoom => Row.ClassId is null;

    public string OnHostLeave => Settings.OnHostLeave ?? RoomEnd.Keep;

    public TimeSpan? LatecomersWaitAfter => Settings.LatecomersWaitAfterMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null;

    public bool IsLive => Row.State is MeetingState.Live;

    public static MeetingSettings SettingsOf(string settings) => JsonSerializer.Deserialize<MeetingSettings>(settings, ApiJson.Options)!;

    /// <param name="session">Of the service itself.</param>
    /// <param name="providers">What they are like.</param>
    /// <param name="idOrRoom">Its UUID or its room id.</param>
    /// <param name="caller">Who knocks.</param>
    /// <param name="now">Which of its occurrences is meant: the nearest.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <returns>Null when it does not exist, or not for this caller.</returns>
    public static async Task<RoomMeeting?> FindAsync(
        DatabaseSession session, KnownProviders providers, string idOrRoom, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        if (await MeetingRow.FindAsync(session, idOrRoom, ct) is not { } row) return null;
        // Gone in this very moment: its provider did not make it.
        if (await session.QuerySingleOrDefaultAsync<Ties>(ReadTies, new { row.Id, caller.PersonId, now }, ct) is not { } ties) return null;
        var subject = new MeetingSubject(
            row.AcademyId, row.ClassId is not null, Enum.Parse<Audience>(row.Audience, ignoreCase: true),
            new Relation(
                row.OwnerId == caller.PersonId, row.HostId == caller.PersonId, ties.Teaches, ties.Enrolled, ties.ChildEnrolled, ties.HasChild,
                row.CoHostIds.Contains(caller.PersonId)))
        {
            Kind = ties.ClassKind,
        };
        return AdmissionDecision.RoleOf(caller, subject, ties.ChildOnRoster) is { } role
            ? new RoomMeeting(row, SettingsOf(row.Settings), role, ties.OnRoster, MeetingAccess.Allows(caller, MeetingAction.See, subject), ties.StartsAt,
                // A parent is in the room as such (ACCEPTANCE X27).
                role is PlaceRole.Guardian ? RoomRole.Guardian : RoomRoles.Of(caller, row.AcademyId, subject.Relation))
            {
                DoorIsAtProvider = providers[row.Provider].HasDoor,
                IsPutOut = ties.PutOut, IsLocked = ties.Locked,
            }
            : null;
    }

    // Ties count on the lesson's date and today, as everywhere; the roster that walks in is the one of the occurrence's date.
    private const string ReadTies = """
        select o.starts_at,
               coalesce(bool_or(c.role = 'teacher' and c.mine and c.current), false) as teaches,
               coalesce(bool_or(c.role = 'student' and c.mine and c.current), false) as enrolled,
               coalesce(bool_or(c.role = 'student' and c.mine and c.then), false) as on_roster,
               coalesce(bool_or(c.role = 'student' and not c.mine and c.current), false) as child_enrolled,
               coalesce(bool_or(c.role = 'student' and not c.mine and c.then), false) as child_on_roster,
               exists (select from guardianship g where g.guardian_id = @PersonId) as has_child,
               exists (select from meeting_expulsion e where e.meeting_id = @Id and e.person_id = @PersonId) as put_out,
               coalesce((
                   select c.kind = 'lock' from meeting_command c
                   where c.meeting_id = @Id and c.kind in ('lock', 'unlock')
                     and c.sent_at >= (select r.opened_at from room_sitting r where r.meeting_id = @Id and r.closed_at is null)
                   order by c.seq desc limit 1), false) as locked,
               (select k.kind from school_class k join meeting x using (class_id) where x.id = @Id) as class_kind
        from meeting m
        cross join lateral (
            select near.starts_at, near.local_date as held_on
            from (select starts_at, local_date from occurrence where meeting_id = m.id and cancelled_at is null
                  union all select m.starts_at, m.local_date) near
            order by abs(extract(epoch from near.starts_at - @now)), near.starts_at limit 1) o
        left join lateral (
            select x.role, x.person_id = @PersonId as mine, span @> o.held_on as then, span @> o.held_on or span @> academy_today(m.academy_id) as current
            from class_member x cross join lateral (select daterange(x.from_date, x.to_date, '[]') as span) d
            where x.class_id = m.class_id
              and x.person_id = any(array(
                select @PersonId union all select g.child_id from guardianship g where g.guardian_id = @PersonId))) c on true
        where m.id = @Id
        group by o.starts_at
        """;
}
