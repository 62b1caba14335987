using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Commands;

/// <summary>A command of a meeting, as far as a person may hear it.</summary>
internal static class HeardCommand
{
    /// <summary>Null when there is none, or not for them.</summary>
    /// <param name="session">Of the caller.</param>
    public static async Task<Command?> FindAsync(DatabaseSession session, Caller caller, VisibleMeeting meeting, long seq, CancellationToken ct)
    {
        var command = await session.QuerySingleOrDefaultAsync<Command>(Read, new { meeting.Id, seq }, ct);
        var outSince = await session.QuerySingleOrDefaultAsync<long?>(ReadOut, new { meeting.Id }, ct);
        return command is not null && CommandAccess.MayHear(caller, CommandAccess.Subject(caller, meeting), command.Targets, seq, outSince) ? command : null;
    }

    private static readonly string Read = $"select {Command.Columns} from meeting_command c where c.meeting_id = @Id and c.seq = @seq";

    private const string ReadOut = "select seq from meeting_expulsion where meeting_id = @Id and person_id = (select app_user_id())";
}
