using Meetings.Meeting.Access;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Scheduling;

/// <summary>
/// A meeting as a caller asks for it, with what ties the two, read in one go. Row level security has let it through by then; whether it may be seen
/// is for <see cref="MeetingAccess"/> to say.
/// </summary>
internal sealed class VisibleMeeting : MeetingRow
{
    public bool TeachesClass { get; init; }
    public bool IsEnrolled { get; init; }
    public bool HasChildEnrolled { get; init; }
    public bool HasChild { get; init; }
    public string? ClassKind { get; init; }

    public bool MayBeSeenBy(Caller caller) => Allows(caller, MeetingAction.See);

    public bool Allows(Caller caller, MeetingAction action) => MeetingAccess.Allows(caller, action, SubjectFor(caller));

    public MeetingSubject SubjectFor(Caller caller) =>
        new(AcademyId, ClassId is not null, Enum.Parse<Audience>(Audience, ignoreCase: true), RelationTo(caller)) { Kind = ClassKind };

    public Relation RelationTo(Caller caller) => new(
        OwnerId == caller.PersonId, HostId == caller.PersonId, TeachesClass, IsEnrolled, HasChildEnrolled, HasChild,
        CoHostIds.Contains(caller.PersonId));

    /// <summary>All of <see cref="MeetingRow.Select"/>, for a session of the caller.</summary>
    /// <param name="meetings">Selects whole rows.</param>
    public static string SelectForCaller(string meetings) => Select(meetings, Ties, TiedBy);

    /// <summary>By its UUID, or else by its room id. Null for what the session may not see.</summary>
    public static new Task<VisibleMeeting?> FindAsync(DatabaseSession session, string idOrRoom, CancellationToken ct) =>
        FindAsync<VisibleMeeting>(session, SelectForCaller, idOrRoom, ct);

    /// <summary>In a transaction of its own. Null for what the caller may not know of.</summary>
    public static async Task<VisibleMeeting?> FindForAsync(Database db, string idOrRoom, Caller caller, CancellationToken ct)
    {
        await using var session = await db.BeginAsync(caller, ct);
        return await FindAsync(session, idOrRoom, ct) is { } meeting && meeting.MayBeSeenBy(caller) ? meeting : null;
    }

    private const string Ties = """
        , (select k.kind from school_class k where k.class_id = m.class_id) as class_kind, coalesce(tie.teaches, false) as teaches_class, coalesce(tie.enrolled, false) as is_enrolled,
               coalesce(tie.child, false) as has_child_enrolled, exists (select from guardianship g where g.guardian_id = (select app_user_id())) as has_child
        """;

    // As in the policy: a membership counts on the lesson's date, and today.
    private const string TiedBy = """
        left join lateral (
            select bool_or(c.role = 'teacher' and c.person_id = (select app_user_id())) as teaches,
                   bool_or(c.role = 'student' and c.person_id = (select app_user_id())) as enrolled,
                   bool_or(c.role = 'student' and c.person_id <> (select app_user_id())) as child
            from class_member c
            where c.class_id = m.class_id
              and c.person_id = any(array(
                select app_user_id() union all select g.child_id from guardianship g where g.guardian_id = (select app_user_id())))
              and (daterange(c.from_date, c.to_date, '[]') @> m.local_date
                or daterange(c.from_date, c.to_date, '[]') @> academy_today(m.academy_id))) tie on true
        """;
}
