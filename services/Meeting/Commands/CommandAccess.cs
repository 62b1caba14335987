using Meetings.Meeting.Access;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Commands;

/// <summary>Who may give commands, and who hears which. Row level security (Migrations/0008) says the same a second time, and a test compares the two.</summary>
internal static class CommandAccess
{
    /// <summary>Whoever may hold the meeting: its owner, its host and co-hosts, teachers of its class, the academy's staff.</summary>
    public static bool MayCommand(Caller caller, MeetingSubject subject) => MeetingAccess.Allows(caller, MeetingAction.Host, subject);

    public static bool MayCommand(Caller caller, VisibleMeeting meeting) => MayCommand(caller, Subject(caller, meeting));

    /// <param name="targets">Whom it is for; null for everyone.</param>
    /// <param name="seq">The command's number.</param>
    /// <param name="outSince">The command that put this person out, which is the last they hear; null when they are not out.</param>
    public static bool MayHear(Caller caller, MeetingSubject subject, IReadOnlyCollection<Guid>? targets, long seq, long? outSince) =>
        MeetingAccess.Allows(caller, MeetingAction.See, subject)
        && (MayCommand(caller, subject) || ((targets is null || targets.Contains(caller.PersonId)) && (outSince is null || seq <= outSince)));

    public static MeetingSubject Subject(Caller caller, VisibleMeeting meeting) => meeting.SubjectFor(caller);
}
