using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Access;

internal enum MeetingAction
{
    /// <summary>Plan a meeting, with the subject's class or without one.</summary>
    Create,

    /// <summary>Know of it and of its state.</summary>
    See,

    /// <summary>Be one of those who run it: what follows from that is said by the actions below.</summary>
    Manage,

    /// <summary>Change what was planned: time, title, password, who holds it.</summary>
    Edit,

    /// <summary>Call it off before it began.</summary>
    Cancel,

    /// <summary>End a sitting for everybody.</summary>
    End,

    /// <summary>Be its host inside: admit, mute, lock.</summary>
    Host,

    /// <summary>Give it to another owner.</summary>
    Transfer,

    /// <summary>Make it disappear: the owner's alone (S4-05). Staff that has to takes it over first, which leaves an audit entry.</summary>
    Delete,
}

/// <summary>Who a meeting is for.</summary>
public enum Audience
{
    All,
    Students,
    Teachers,
    Class,
    Personal,
}

/// <summary>What ties a person to a meeting.</summary>
/// <param name="Owns">Planned it, or was given it.</param>
/// <param name="Hosts">Holds it.</param>
/// <param name="TeachesClass">Teacher of its class, today or on the lesson's date.</param>
/// <param name="IsEnrolled">Student of its class, today or on the lesson's date.</param>
/// <param name="HasChildEnrolled">Guardian of such a student.</param>
/// <param name="HasChild">Guardian of anyone.</param>
/// <param name="CoHosts">Helps to hold it.</param>
internal sealed record Relation(
    bool Owns = false, bool Hosts = false, bool TeachesClass = false, bool IsEnrolled = false, bool HasChildEnrolled = false, bool HasChild = false,
    bool CoHosts = false);

/// <summary>A meeting, or the plan of one, as far as permissions care.</summary>
internal sealed record MeetingSubject(Guid AcademyId, bool HasClass, Audience Audience, Relation Relation)
{
    /// <summary>The kinds of seed 003 that are one student's own: whoever plans such a session for a wider audience means those who belong to it.</summary>
    private static readonly string[] OneToOneKinds = [ClassKinds.IndividualCircle, ClassKinds.IndividualLesson, ClassKinds.SubscriptionSession];

    /// <summary>As in <see cref="ClassKinds"/>; null for a plain meeting, and for a class of a kind that nobody knows.</summary>
    public string? Kind { get; init; }

    public bool IsOneToOne => OneToOneKinds.Contains(Kind);
}

/// <summary>
/// The matrix of seed 003 section 6 and the audiences of seed 002, in one place. Row level security (Migrations/0003, 0006 and 0012) says the same a second
/// time, and a test compares the two.
/// </summary>
internal static class MeetingAccess
{
    public static bool Allows(Caller caller, MeetingAction action, MeetingSubject subject)
    {
        if (!caller.IsSuperAdmin && caller.AcademyId != subject.AcademyId) return false;
        var relation = subject.Relation;
        var runs = caller.RunsAcademy(subject.AcademyId);
        if (action is MeetingAction.Delete) return relation.Owns && (runs || caller.Teaches);
        if (runs) return true;

        return action switch
        {
            MeetingAction.Create => caller.Teaches && (!subject.HasClass || relation.TeachesClass),
            MeetingAction.Manage or MeetingAction.Edit or MeetingAction.Cancel => caller.Teaches && (relation.Owns || relation.Hosts || relation.TeachesClass),
            MeetingAction.End or MeetingAction.Host =>
                caller.Teaches && (relation.Owns || relation.Hosts || relation.CoHosts || relation.TeachesClass),
            MeetingAction.Transfer => caller.Teaches && relation.Owns,
            MeetingAction.See => relation.Owns || relation.Hosts || relation.CoHosts || relation.TeachesClass || IsMeant(caller, subject, relation),
            _ => false,
        };
    }

    /// <summary>Whether such a person can hold a meeting: those who teach, and the academy's staff.</summary>
    public static bool MayHost(IReadOnlyCollection<string> roles) =>
        roles.Any(role => role is Roles.Teacher or Roles.QuranTeacher or Roles.AcademicTeacher or Roles.AcademyAdmin or Roles.Supervisor);

    /// <summary>Whether there is any meeting that this person may plan.</summary>
    public static bool MayCreateSome(Caller caller) =>
        caller.Teaches || caller.IsSuperAdmin || (caller.AcademyId is { } academy && caller.RunsAcademy(academy));

    // A parent sees what the child may see.
    private static bool IsMeant(Caller caller, MeetingSubject subject, Relation relation) => subject.Audience switch
    {
        not Audience.Personal when subject.IsOneToOne => relation.IsEnrolled || (caller.Is(Roles.Parent) && relation.HasChildEnrolled),
        Audience.All => true,
        Audience.Students => caller.Is(Roles.Student) || (caller.Is(Roles.Parent) && relation.HasChild),
        Audience.Teachers => caller.Teaches,
        Audience.Class => relation.IsEnrolled || (caller.Is(Roles.Parent) && relation.HasChildEnrolled),
        _ => false,
    };
}
