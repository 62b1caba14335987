using Meetings.Meeting.Access;
using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Series;

/// <summary>The frame of a change to one date: that of every change to its meeting, with its version, its audit and its message.</summary>
internal sealed class OccurrenceChanges(Database db, MeetingChanges changes)
{
    /// <summary>The meeting and its date, for someone who may do this to it; otherwise the refusal.</summary>
    public async Task<(VisibleMeeting? Meeting, OccurrenceRow? Date, IResult? Refusal)> FindAsync(
        string id, Guid occurrenceId, Caller caller, MeetingAction action, CancellationToken ct)
    {
        var (meeting, refusal) = await changes.FindAsync(id, caller, action, ct);
        if (meeting is null) return (null, null, refusal);
        await using var session = await db.BeginAsync(caller, ct);
        return await OccurrenceRow.FindAsync(session, meeting.Id, occurrenceId, ct) is { } date ? (meeting, date, null) : (null, null, Problems.OccurrenceNotFound);
    }

    /// <summary>Writes what the date is to be, if it can still be changed then. Dates are ours, and no provider is told of one.</summary>
    /// <param name="unchanged">The decision holds for the version of the meeting that was seen only.</param>
    /// <param name="write">Writes; the row is as it is now. An answer of its own undoes all.</param>
    /// <returns>The meeting and the date as they are afterwards.</returns>
    public async Task<(MeetingRow? Meeting, OccurrenceRow? Date, IResult? Refusal)> CompleteAsync(
        Caller caller, VisibleMeeting meeting, Guid occurrenceId, bool unchanged, AuditEntry audit,
        Func<DatabaseSession, OccurrenceRow, Task<IResult?>> write, CancellationToken ct)
    {
        var (lease, busy) = await changes.BeginAsync(caller, meeting, ChangeLedger.Edit, unchanged, ct);
        if (lease is null) return (null, null, busy);
        var (row, late) = await changes.CompleteAsync(
            lease, caller, audit,
            async (session, current) =>
                current.State is MeetingState.Cancelled || await OccurrenceRow.FindAsync(session, meeting.Id, occurrenceId, CancellationToken.None) is not { } date
                    ? Problems.OccurrenceNotFound
                    : await write(session, date),
            providerState: null);
        if (row is null) return (null, null, late);

        await using var after = await db.BeginAsServiceAsync(ct);
        return (row, await OccurrenceRow.FindAsync(after, meeting.Id, occurrenceId, ct), null);
    }

    /// <summary>Null for a date that can still be changed.</summary>
    public static IResult? Refuse(OccurrenceRow date) => date.State switch
    {
        MeetingState.Scheduled or MeetingState.Ready => null,
        MeetingState.Cancelled => Problems.OccurrenceCancelled,
        _ => Problems.OccurrenceHasBegun,
    };

    public static IResult Answer(MeetingRow meeting, OccurrenceRow date, HttpResponse response)
    {
        response.Headers.ETag = MeetingResponse.Tag(meeting.Version);
        return TypedResults.Ok(OccurrenceResponse.Of(date));
    }
}
