using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Access;

internal enum MeetingAction
{
    /// <summary>Plan a meeting, with the subject's class or without one.</summary>
    Create,

    /// <summary>Know of it and of its state.</summary>
    See,

    /// <summary>Change, cancel, end it.</summary>
    Manage,
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
internal sealed record Relation(
    bool Owns = false, bool Hosts = false, bool TeachesClass = false, bool IsEnrolled = false, bool HasChildEnrolled = false, bool HasChild = false);

/// <summary>A meeting, or the plan of one, as far as permissions care.</summary>
internal sealed record MeetingSubject(Guid AcademyId, bool HasClass, Audience Audience, Relation Relation);

/// <summary>
/// The matrix of seed 003 section 6 and the audiences of seed 002, in one place. Row level security (Migrations/0003) says the same a second
/// time, and a test compares the two.
/// </summary>
internal static class MeetingAccess
{
    public static bool Allows(Caller caller, MeetingAction action, MeetingSubject subject)
    {
        if (!caller.IsSuperAdmin && caller.AcademyId != subject.AcademyId) return false;
        if (caller.RunsAcademy(subject.AcademyId)) return true;

        var relation = subject.Relation;
        return action switch
        {
            MeetingAction.Create => caller.Teaches && (!subject.HasClass || relation.TeachesClass),
            MeetingAction.Manage => caller.Teaches && (relation.Owns || relation.Hosts || relation.TeachesClass),
            MeetingAction.See => relation.Owns || relation.Hosts || relation.TeachesClass || IsMeant(caller, subject.Audience, relation),
            _ => false,
        };
    }

    /// <summary>Whether there is any meeting that this person may plan.</summary>
    public static bool MayCreateSome(Caller caller) =>
        caller.Teaches || caller.IsSuperAdmin || (caller.AcademyId is { } academy && caller.RunsAcademy(academy));

    // A parent sees what the child may see.
    private static bool IsMeant(Caller caller, Audience audience, Relation relation) => audience switch
    {
        Audience.All => true,
        Audience.Students => caller.Is(Roles.Student) || (caller.Is(Roles.Parent) && relation.HasChild),
        Audience.Teachers => caller.Teaches,
        Audience.Class => relation.IsEnrolled || (caller.Is(Roles.Parent) && relation.HasChildEnrolled),
        _ => false,
    };
}
