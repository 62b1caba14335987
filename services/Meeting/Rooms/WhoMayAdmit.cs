namespace Meetings.Meeting.Rooms;

/// <summary>Who lets people in: a pure function. Row level security (Migrations/0007, <c>app_admits</c>) says the same a second time.</summary>
internal static class WhoMayAdmit
{
    /// <summary>Values of the setting; without one, plain rooms are open to all admitted but students (seed 004), and lessons to hosts.</summary>
    public const string Hosts = "hosts";
    public const string AllAdmitted = "allAdmitted";

    /// <param name="role">As what they come, or would come.</param>
    /// <param name="isStudent">Whether they are a student anywhere.</param>
    /// <param name="isAdmitted">They have a place in the sitting that goes on, and are in.</param>
    /// <param name="hasClass">It is a lesson, and no plain room.</param>
    /// <param name="setting">The meeting's own; null without one.</param>
    public static bool Allows(PlaceRole role, bool isStudent, bool isAdmitted, bool hasClass, string? setting) => role switch
    {
        PlaceRole.Host or PlaceRole.Staff => true,
        PlaceRole.Guardian => false,
        _ => isAdmitted && setting switch
        {
            AllAdmitted => true,
            Hosts => false,
            _ => !hasClass && !isStudent,
        },
    };
}
