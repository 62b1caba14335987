using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Registration.Access;

public enum DirectoryAction
{
    SeeAcademy,
    SeePerson,
    SeeAddress,
    SeeChildren,
    SeeClass,
    SeeRoster,
    SeeEnrolment,
    ChangeRoster,
}

/// <summary>What the thing asked for is to the caller. The numbers are those that the queries compute.</summary>
[Flags]
public enum Relation
{
    None = 0,

    /// <summary>The person is the caller.</summary>
    Self = 1,

    /// <summary>The person is in a class that the caller teaches.</summary>
    InTaughtClass = 2,

    /// <summary>The person is the caller's child.</summary>
    Child = 4,

    /// <summary>The person teaches the caller, or a child of theirs.</summary>
    Teacher = 8,

    /// <summary>The caller teaches the class.</summary>
    Taught = 16,

    /// <summary>The caller, or a child of theirs, is or was a student of the class.</summary>
    Attended = 32,
}

/// <param name="AcademyId">Null for a person without one: a super admin.</param>
public readonly record struct DirectoryResource(Guid? AcademyId, Relation Relation = Relation.None);

/// <summary>Who may do what in the directory: all of it, decided here and nowhere else. Row level security is the second wall.</summary>
public static class DirectoryAccess
{
    public static bool May(Caller caller, DirectoryAction action, DirectoryResource resource)
    {
        if (caller.IsSuperAdmin) return true;
        if (caller.AcademyId is not { } academy || resource.AcademyId != academy) return false;

        var runs = caller.RunsAcademy(academy);
        var self = Has(Relation.Self);
        var child = caller.Is(Roles.Parent) && Has(Relation.Child);
        var pupil = caller.Teaches && Has(Relation.InTaughtClass);
        var taught = caller.Teaches && Has(Relation.Taught);
        var teacher = (caller.Is(Roles.Student) || caller.Is(Roles.Parent)) && Has(Relation.Teacher);
        var attended = (caller.Is(Roles.Student) || caller.Is(Roles.Parent)) && Has(Relation.Attended);

        return action switch
        {
            DirectoryAction.SeeAcademy => true,
            DirectoryAction.SeePerson => runs || self || pupil || child || teacher,
            DirectoryAction.SeeAddress => runs || self || pupil,
            DirectoryAction.SeeChildren => runs || (self && caller.Is(Roles.Parent)),
            DirectoryAction.SeeClass => runs || taught || attended,
            DirectoryAction.SeeRoster => runs || taught,
            DirectoryAction.SeeEnrolment => runs || taught || self || child || (attended && teacher),
            DirectoryAction.ChangeRoster => caller.Is(Roles.AcademyAdmin),
            _ => false,
        };

        bool Has(Relation relation) => resource.Relation.HasFlag(relation);
    }
}
