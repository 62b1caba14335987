using Dapper;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Commands;

/// <summary>How far a listener has heard.</summary>
/// <param name="Seq">The last number.</param>
/// <param name="Delivery">Up to where they know what was told again; null before their first look, for then all is new to them.</param>
internal sealed record FeedPlace(long Seq, long? Delivery = null);

/// <summary>What a person may hear now.</summary>
/// <param name="New">Not heard before, in the order of numbers.</param>
/// <param name="Again">Critical ones of before that wait for this person's acknowledgement.</param>
/// <param name="Place">Where to go on.</param>
/// <param name="HasMore">There is more already.</param>
/// <param name="IsOut">Was put out of the meeting, or refused at its door: what is here is the last.</param>
internal sealed record FeedPage(
    IReadOnlyList<CommandResponse> New, IReadOnlyList<CommandResponse> Again, FeedPlace Place, bool HasMore, bool IsOut);

/// <summary>
/// Reads commands for a person, as that person. Every channel tells what it reads here, and whether they still may hear it is looked up every time.
/// </summary>
internal sealed partial class CommandFeed(Database db, ILogger<CommandFeed> logger) : IDisposable
{
    public const int PageSize = 100;

    // A command wakes all its listeners at the same moment, and those who ask for something else need connections too.
    private readonly SemaphoreSlim _atOnce = new(6);

    private sealed record State(long Delivery, long? OutSince, bool IsRefused);

    /// <summary>The meeting by UUID or room id, or null when this person may not see it.</summary>
    public async Task<VisibleMeeting?> FindAsync(Caller caller, string idOrRoom, CancellationToken ct)
    {
        await using var session = await db.BeginAsync(caller, ct);
        return await FindAsync(session, caller, idOrRoom, ct);
    }

    /// <inheritdoc cref="FindAsync(Caller, string, CancellationToken)"/>
    public static async Task<VisibleMeeting?> FindAsync(DatabaseSession session, Caller caller, string idOrRoom, CancellationToken ct) =>
        await VisibleMeeting.FindAsync(session, idOrRoom, ct) is { } meeting && meeting.MayBeSeenBy(caller) ? meeting : null;

    /// <returns>Null when the person may not see the meeting any more.</returns>
    public async Task<FeedPage?> ReadAsync(Caller caller, Guid meetingId, FeedPlace place, CancellationToken ct)
    {
        await _atOnce.WaitAsync(ct);
        try
        {
            return await db.ReadAsync(
                caller, Read, new { meetingId, place.Seq, Delivery = place.Delivery ?? long.MaxValue, Limit = PageSize + 1 },
                async rows =>
                {
                    var meeting = await rows.ReadSingleOrDefaultAsync<VisibleMeeting>();
                    var state = await rows.ReadSingleAsync<State>();
                    var fresh = (await rows.ReadAsync<Command>()).AsList();
                    var again = (await rows.ReadAsync<Command>()).AsList();
                    return meeting is not null && meeting.MayBeSeenBy(caller) ? Page(caller, meeting, place, state, fresh, again) : null;
                }, ct);
        }
        finally
        {
            _atOnce.Release();
        }
    }

    public void Dispose() => _atOnce.Dispose();

    private FeedPage Page(Caller caller, VisibleMeeting meeting, FeedPlace place, State state, List<Command> fresh, List<Command> again)
    {
        var subject = CommandAccess.Subject(caller, meeting);
        var commands = CommandAccess.MayCommand(caller, subject);
        Guid? reader = commands ? null : caller.PersonId;
        var hasMore = fresh.Count > PageSize;
        var shown = hasMore ? fresh.Take(PageSize).ToList() : fresh;
        return new FeedPage(
            Heard(shown), Heard(again), new FeedPlace(shown.Count > 0 ? shown[^1].Seq : place.Seq, state.Delivery), hasMore,
            IsOut: (state.OutSince is not null || state.IsRefused) && !commands);

        List<CommandResponse> Heard(IEnumerable<Command> rows)
        {
            var heard = new List<CommandResponse>();
            foreach (var row in rows)
            {
                if (CommandAccess.MayHear(caller, subject, row.Targets, row.Seq, state.OutSince)) heard.Add(CommandResponse.Of(row, reader));
                else LogWallsDisagree(row.MeetingId, row.Seq);
            }

            return heard;
        }
    }

    // The state first: what is told between it and the rest is found again the next time, and not missed.
    private static readonly string Read = $"""
        {VisibleMeeting.SelectForCaller("select * from meeting where id = @meetingId and deleted_at is null")};
        select coalesce((select h.delivery from meeting_command_head h where h.meeting_id = @meetingId), 0) as delivery,
               (select e.seq from meeting_expulsion e where e.meeting_id = @meetingId and e.person_id = (select app_user_id())) as out_since,
               exists (
                   select from place p join room_sitting r using (meeting_id, epoch)
                   where p.meeting_id = @meetingId and p.person_id = (select app_user_id()) and p.status = 'rejected' and r.closed_at is null) as is_refused;
        select {Command.Columns} from meeting_command c where c.meeting_id = @meetingId and c.seq > @Seq order by c.seq limit @Limit;
        select {Command.Columns} from meeting_command c
        where c.meeting_id = @meetingId and c.delivery > @Delivery and c.attempt > 0 and c.seq <= @Seq
          and not exists (
            select from meeting_command_ack a where a.meeting_id = c.meeting_id and a.seq = c.seq and a.person_id = (select app_user_id()))
        order by c.seq limit @Limit
        """;

    [LoggerMessage(Level = LogLevel.Error, Message = "Row level security shows command {Seq} of meeting {MeetingId} to someone who may not hear it; it was withheld")]
    private partial void LogWallsDisagree(Guid meetingId, long seq);
}
