using Meetings.ServiceDefaults.Security;

namespace Meetings.Attendance.Reading;

/// <summary>What access to a meeting's attendance depends on besides who asks.</summary>
/// <param name="TeachesClass">The caller is staff of the meeting's class.</param>
/// <param name="EnrolledStudents">Of the caller and the caller's children those who are students of the class.</param>
internal sealed record MeetingRelation(Guid AcademyId, Guid OwnerId, Guid HostId, bool TeachesClass, IReadOnlyList<Guid> EnrolledStudents);

/// <summary>How much of a meeting's attendance somebody may see.</summary>
internal abstract record Sight
{
    /// <summary>All of it.</summary>
    public sealed record Everything : Sight;

    /// <summary>The records of these students.</summary>
    public sealed record Only(IReadOnlyList<Guid> Students) : Sight;

    /// <summary>Nothing, but they may know that the meeting exists.</summary>
    public sealed record Forbidden : Sight;

    /// <summary>Nothing, not even that it exists.</summary>
    public sealed record Unknown : Sight;
}

/// <summary>Who may see attendance: the one place where that is decided. The database's policies say the same once more.</summary>
internal static class AttendanceAccess
{
    /// <summary>The records of a meeting: staff all, students their own, parents their children's.</summary>
    public static Sight OfRecords(Caller caller, MeetingRelation meeting)
    {
        var sight = OfParticipants(caller, meeting);
        return sight is Sight.Forbidden && meeting.EnrolledStudents.Count > 0 ? new Sight.Only(meeting.EnrolledStudents) : sight;
    }

    /// <summary>Who took part, with times and devices: staff only (S1-08).</summary>
    public static Sight OfParticipants(Caller caller, MeetingRelation meeting)
    {
        if (caller.IsSuperAdmin) return new Sight.Everything();
        if (caller.AcademyId != meeting.AcademyId) return new Sight.Unknown();
        var staff = caller.RunsAcademy(meeting.AcademyId) || caller.PersonId == meeting.OwnerId || caller.PersonId == meeting.HostId || meeting.TeachesClass;
        return staff ? new Sight.Everything() : new Sight.Forbidden();
    }
}
