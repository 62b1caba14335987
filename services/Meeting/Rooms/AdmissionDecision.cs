using Meetings.Contracts.Directory;
using Meetings.Meeting.Access;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Rooms;

/// <summary>As what somebody comes to a room.</summary>
internal enum PlaceRole
{
    /// <summary>Owner, host, co-host, or teacher of the class: with them the room opens.</summary>
    Host,

    /// <summary>Manages the meeting without holding it.</summary>
    Staff,

    /// <summary>Parent of somebody on the roster. Watches and listens, and is never taken for the child.</summary>
    Guardian,

    Participant,
}

/// <summary>What the door knows of who comes.</summary>
/// <param name="OnRoster">Student of the class on the lesson's date.</param>
/// <param name="ArrivedAt">When they came first in this sitting.</param>
/// <param name="StartsAt">Planned start of the lesson.</param>
/// <param name="LatecomersWaitAfter">How long after the start the roster still walks in; null: always.</param>
/// <param name="WaitingRoom">Whether there is one.</param>
/// <param name="HostHasCome">The sitting is open.</param>
/// <param name="WasAdmitted">They were let in before, in this sitting.</param>
/// <param name="IsRefused">They were refused, in this sitting or before it, and nobody lifted it.</param>
internal sealed record Arrival(
    PlaceRole Role, bool OnRoster, DateTimeOffset ArrivedAt, DateTimeOffset StartsAt, TimeSpan? LatecomersWaitAfter, bool WaitingRoom, bool HostHasCome,
    bool WasAdmitted, bool IsRefused)
{
    /// <summary>A host has locked the room: nobody new walks in.</summary>
    public bool IsLocked { get; init; }
}

/// <summary>What the door decides.</summary>
/// <param name="WalksIn">Let in without anybody's word, as soon as a host is there.</param>
internal sealed record Admission(PlaceStatus Status, bool WalksIn);

/// <summary>Who walks in, who waits, who stays out: a pure function, tested over every combination of what it depends on.</summary>
internal static class AdmissionDecision
{
    public static Admission Of(Arrival arrival)
    {
        if (arrival.Role is PlaceRole.Host or PlaceRole.Staff) return new Admission(PlaceStatus.Admitted, WalksIn: true);
        if (arrival.IsRefused) return new Admission(PlaceStatus.Rejected, WalksIn: false);

        var walksIn = arrival.WasAdmitted || (!arrival.IsLocked && (!arrival.WaitingRoom || (IsExpected(arrival) && IsOnTime(arrival))));
        // Who was let in before a host came was let in by somebody who may.
        if (arrival.WasAdmitted) return new Admission(PlaceStatus.Admitted, walksIn);
        return new Admission(!arrival.HostHasCome ? PlaceStatus.WaitingForHost : walksIn ? PlaceStatus.Admitted : PlaceStatus.Waiting, walksIn);
    }

    /// <summary>As what a caller comes. Null for whom the room does not exist.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="meeting">The meeting, with what ties them to it.</param>
    /// <param name="childOnRoster">Guardian of a student of the class on the lesson's date.</param>
    public static PlaceRole? RoleOf(Caller caller, MeetingSubject meeting, bool childOnRoster)
    {
        var tie = meeting.Relation;
        if (MeetingAccess.Allows(caller, MeetingAction.Host, meeting))
            return tie.Owns || tie.Hosts || tie.CoHosts || tie.TeachesClass ? PlaceRole.Host : PlaceRole.Staff;
        if (caller.AcademyId != meeting.AcademyId) return null;
        // To one student's own session nobody else comes, not even to its door.
        if (meeting.IsOneToOne && !childOnRoster && !MeetingAccess.Allows(caller, MeetingAction.See, meeting)) return null;
        if (!IsOnlyParent(caller)) return PlaceRole.Participant;

        // A parent may come to what the child may see, and to nothing else.
        return childOnRoster ? PlaceRole.Guardian
            : MeetingAccess.Allows(caller, MeetingAction.See, meeting) ? PlaceRole.Participant
            : null;
    }

    private static bool IsOnlyParent(Caller caller) => caller.Is(Roles.Parent) && !caller.Is(Roles.Student) && !caller.Teaches;

    private static bool IsExpected(Arrival arrival) => arrival.OnRoster || arrival.Role is PlaceRole.Guardian;

    // Exactly at the limit is on time, as for attendance.
    private static bool IsOnTime(Arrival arrival) =>
        arrival.LatecomersWaitAfter is not { } grace || arrival.ArrivedAt <= arrival.StartsAt + grace;
}
