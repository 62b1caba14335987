using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Registration.Access;

public enum RegistrantAction
{
    /// <summary>Know that there is such a meeting, and see one's own registration and one's children's.</summary>
    SeeOwn,

    /// <summary>See everybody who is, or is to be, registered.</summary>
    SeeAll,

    /// <summary>Ask an admin to register somebody.</summary>
    Ask,

    /// <summary>Register people, and take them off.</summary>
    Decide,
}

/// <summary>What a meeting is to the caller. The numbers are those that the queries compute.</summary>
[Flags]
public enum MeetingTie
{
    None = 0,

    /// <summary>The caller owns it, holds it, helps to hold it or teaches its class.</summary>
    Holds = 1,

    /// <summary>The caller or a child of theirs is or was in its class, or is registered for it.</summary>
    Attends = 2,
}

/// <param name="AcademyId">Whose meeting it is.</param>
public readonly record struct MeetingResource(Guid AcademyId, MeetingTie Tie = MeetingTie.None);

/// <summary>Who may do what about registrations (S1-14, S2-08, X15): all of it, decided here. Row level security is the second wall.</summary>
public static class RegistrantAccess
{
    public static bool May(Caller caller, RegistrantAction action, MeetingResource meeting)
    {
        if (caller.IsSuperAdmin) return true;
        if (caller.AcademyId != meeting.AcademyId) return false;

        var runs = caller.RunsAcademy(meeting.AcademyId);
        var holds = meeting.Tie.HasFlag(MeetingTie.Holds);
        return action switch
        {
            RegistrantAction.SeeOwn => runs || holds || meeting.Tie.HasFlag(MeetingTie.Attends),
            RegistrantAction.SeeAll => runs || holds,
            RegistrantAction.Ask => caller.Is(Roles.AcademyAdmin) || (caller.Teaches && holds),
            RegistrantAction.Decide => caller.Is(Roles.AcademyAdmin),
            _ => false,
        };
    }
}
