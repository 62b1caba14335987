using Meetings.Contracts.Directory;
using Meetings.Meeting.Access;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Joining;

/// <summary>As what somebody is in a room.</summary>
internal enum RoomRole
{
    Teacher,
    Admin,
    Supervisor,
    Student,

    /// <summary>The parent of somebody whom the meeting is for; never taken for the child (X27).</summary>
    Guardian,
    Guest,
}

/// <summary>What a token allows.</summary>
/// <param name="IsModerator">May mute and remove others, through the provider itself.</param>
internal readonly record struct RoomRights(bool CanPublish, bool CanSubscribe, bool IsModerator);

/// <summary>Who is what, and what that allows: pure functions.</summary>
internal static class RoomRoles
{
    // The one table (S3-12, S3-13).
    private static readonly Dictionary<RoomRole, RoomRights> Table = new()
    {
        [RoomRole.Teacher] = new(CanPublish: true, CanSubscribe: true, IsModerator: true),
        [RoomRole.Admin] = new(CanPublish: true, CanSubscribe: true, IsModerator: true),
        [RoomRole.Supervisor] = new(CanPublish: true, CanSubscribe: true, IsModerator: false),
        [RoomRole.Student] = new(CanPublish: true, CanSubscribe: true, IsModerator: false),
        [RoomRole.Guardian] = new(CanPublish: false, CanSubscribe: true, IsModerator: false),
        [RoomRole.Guest] = new(CanPublish: false, CanSubscribe: true, IsModerator: false),
    };

    /// <summary>What the role allows and, of that, what was asked for: a client may ask for less, never for more. Null asks for all.</summary>
    /// <param name="role">As what they come.</param>
    /// <param name="runsIt">Whether they manage this meeting: a teacher who only visits it moderates nothing.</param>
    /// <param name="askedToPublish">What the client wants.</param>
    /// <param name="askedToSubscribe">What the client wants.</param>
    public static RoomRights Rights(RoomRole role, bool runsIt, bool? askedToPublish, bool? askedToSubscribe)
    {
        var most = Table[role];
        return new RoomRights(most.CanPublish && askedToPublish is not false, most.CanSubscribe && askedToSubscribe is not false, most.IsModerator && runsIt);
    }

    public static RoomRole Of(Caller caller, Guid academyId, Relation relation) => caller switch
    {
        _ when relation.Owns || relation.Hosts || relation.TeachesClass => RoomRole.Teacher,
        { IsSuperAdmin: true } => RoomRole.Admin,
        _ when caller.AcademyId != academyId => RoomRole.Guest,
        _ when caller.Is(Roles.AcademyAdmin) => RoomRole.Admin,
        _ when caller.Is(Roles.Supervisor) => RoomRole.Supervisor,
        { Teaches: true } => RoomRole.Teacher,
        _ when relation.IsEnrolled || caller.Is(Roles.Student) => RoomRole.Student,
        _ when caller.Is(Roles.Parent) => RoomRole.Guardian,
        _ => RoomRole.Guest,
    };

    /// <summary>As it stands in a participant's metadata.</summary>
    public static string Word(this RoomRole role) => role.ToString().ToLowerInvariant();
}
