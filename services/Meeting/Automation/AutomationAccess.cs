using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Automation;

internal enum AutomationAction
{
    /// <summary>See how an academy has its rooms.</summary>
    SeeSettings,

    /// <summary>Change that.</summary>
    ChangeSettings,

    /// <summary>Run the jobs by hand, and see their numbers.</summary>
    Run,
}

/// <summary>Who may do what with an academy's rooms. Row level security (Migrations/0010) says the same of the settings.</summary>
internal static class AutomationAccess
{
    public static bool Allows(Caller caller, AutomationAction action, Guid academyId) =>
        caller.RunsAcademy(academyId) || (action is AutomationAction.SeeSettings && caller.Teaches && caller.AcademyId == academyId);

    /// <summary>Whether somebody of another academy, or nobody's, may not even know of it.</summary>
    public static bool IsForeign(Caller caller, Guid academyId) => !caller.IsSuperAdmin && caller.AcademyId != academyId;
}
