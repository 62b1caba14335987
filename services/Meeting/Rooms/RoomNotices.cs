using System.Threading.Channels;
using Meetings.Contracts.Meetings;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Rooms;

/// <summary>
/// Tells people at once what became of their place, and hosts who waits, over the channels of host commands: numbered, authorised per person, and caught up with by who was away.
/// They are hints: told after what they tell of is committed, and <c>GET status</c> is the truth (S4-10).
/// </summary>
internal sealed partial class RoomNotices(Database db, TimeProvider clock, ILogger<RoomNotices> logger) : BackgroundService
{
    public const string Admitted = "admitted";
    public const string Refused = "refused";
    public const string Knocking = "knocking";

    // Nobody at the door waits for a notice. When there are more than can be told, the oldest are old news.
    private readonly Channel<Notice> _waiting = Channel.CreateBounded<Notice>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <param name="Targets">Whom to tell; null: everybody who is in by then, but the one who did it.</param>
    private sealed record Notice(Guid MeetingId, string Kind, IReadOnlyCollection<Guid>? Targets, Guid? Subject, Guid By);

    /// <param name="meetingId">Where.</param>
    /// <param name="kind">One of the above.</param>
    /// <param name="targets">Whom to tell.</param>
    /// <param name="subject">Whom it is about, where they are not the same.</param>
    /// <param name="by">Who did it.</param>
    public void Tell(Guid meetingId, string kind, IReadOnlyCollection<Guid> targets, Guid? subject, Guid by)
    {
        if (targets.Count > 0) _waiting.Writer.TryWrite(new Notice(meetingId, kind, targets, subject, by));
    }

    /// <summary>For whom the door has opened otherwise than by a decision about them.</summary>
    public void TellThoseWhoAreIn(Guid meetingId, Guid by) => _waiting.Writer.TryWrite(new Notice(meetingId, Admitted, null, null, by));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var notice in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await TellAsync(notice, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotTold(e, notice.MeetingId, notice.Kind);
            }
        }
    }

    private async Task TellAsync(Notice notice, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        var targets = notice.Targets ?? await session.QueryAsync<Guid>(In, new { notice.MeetingId, notice.By }, ct);
        if (targets.Count == 0) return;
        var delivery = await session.ScalarAsync<long>(
            Write, new { notice.MeetingId, notice.Kind, Targets = targets.ToArray(), notice.Subject, notice.By, Now = clock.GetUtcNow(), Fingerprint = Array.Empty<byte>() }, ct);
        session.Publish(new MeetingCommandTold(notice.MeetingId, delivery));
        await session.CommitAsync(ct);
    }

    private const string Write = """
        with head as (
            insert into meeting_command_head as h (meeting_id, seq, delivery) values (@MeetingId, 1, 1)
            on conflict (meeting_id) do update set seq = h.seq + 1, delivery = h.delivery + 1
            returning seq, delivery)
        insert into meeting_command (meeting_id, seq, delivery, kind, topic, subject_id, targets, critical, sender_id, sent_at, fingerprint)
        select @MeetingId, seq, delivery, @Kind, 'participant_management', @Subject, @Targets, false, @By, @Now, @Fingerprint from head
        returning delivery
        """;

    private const string In = """
        select p.person_id from place p join room_sitting r using (meeting_id, epoch)
        where p.meeting_id = @MeetingId and r.closed_at is null and p.status = 'admitted' and p.person_id <> @By
        """;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Meeting {MeetingId}: the notice {Kind} was not told")]
    private partial void LogNotTold(Exception exception, Guid meetingId, string kind);
}
