using Meetings.Contracts.Meetings;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Rooms;

/// <summary>
/// Tells people at once what became of their place, and hosts who waits, over the channels of host commands: numbered, authorised per person, and caught up with by who was away.
/// They are hints: told after what they tell of is committed, and <c>GET status</c> is the truth (S4-10).
/// </summary>
internal sealed partial class RoomNotices(Database db, TimeProvider clock, ILogger<RoomNotices> logger)
{
    public const string Admitted = "admitted";
    public const string Refused = "refused";
    public const string Knocking = "knocking";

    /// <summary>Never in the way of what it tells of.</summary>
    /// <param name="kind">One of the above.</param>
    /// <param name="targets">Whom to tell.</param>
    /// <param name="subject">Whom it is about, where they are not the same.</param>
    /// <param name="by">Who did it.</param>
    public async Task TellAsync(Guid meetingId, string kind, IReadOnlyCollection<Guid> targets, Guid? subject, Guid by, CancellationToken ct)
    {
        if (targets.Count == 0) return;
        try
        {
            await using var session = await db.BeginAsServiceAsync(ct);
            var delivery = await session.ScalarAsync<long>(
                Tell, new { meetingId, kind, Targets = targets.ToArray(), subject, by, Now = clock.GetUtcNow(), Fingerprint = Array.Empty<byte>() }, ct);
            session.Publish(new MeetingCommandTold(meetingId, delivery));
            await session.CommitAsync(ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogNotTold(e, meetingId, kind);
        }
    }

    /// <summary>To everybody who is in now: for whom the door has opened otherwise than by a decision about them.</summary>
    public async Task TellThoseWhoAreInAsync(Guid meetingId, Guid by, CancellationToken ct)
    {
        try
        {
            IReadOnlyList<Guid> people;
            await using (var session = await db.BeginAsServiceAsync(ct)) people = await session.QueryAsync<Guid>(In, new { meetingId, by }, ct);
            await TellAsync(meetingId, Admitted, people, subject: null, by, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogNotTold(e, meetingId, Admitted);
        }
    }

    private const string Tell = """
        with head as (
            insert into meeting_command_head as h (meeting_id, seq, delivery) values (@meetingId, 1, 1)
            on conflict (meeting_id) do update set seq = h.seq + 1, delivery = h.delivery + 1
            returning seq, delivery)
        insert into meeting_command (meeting_id, seq, delivery, kind, topic, subject_id, targets, critical, sender_id, sent_at, fingerprint)
        select @meetingId, seq, delivery, @kind, 'participant_management', @subject, @Targets, false, @by, @Now, @Fingerprint from head
        returning delivery
        """;

    private const string In = """
        select p.person_id from place p join room_sitting r using (meeting_id, epoch)
        where p.meeting_id = @meetingId and r.closed_at is null and p.status = 'admitted' and p.person_id <> @by
        """;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Meeting {MeetingId}: the notice {Kind} was not told")]
    private partial void LogNotTold(Exception exception, Guid meetingId, string kind);
}
