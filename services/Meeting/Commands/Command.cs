namespace Meetings.Meeting.Commands;

/// <summary>A command as it is stored.</summary>
internal sealed class Command
{
    public Guid MeetingId { get; init; }
    public long Seq { get; init; }
    public long Delivery { get; init; }
    public short Attempt { get; init; }
    public string Kind { get; init; } = "";
    public string Topic { get; init; } = "";
    public string? Text { get; init; }
    public Guid? SubjectId { get; init; }
    public Guid[]? Targets { get; init; }
    public bool Critical { get; init; }
    public Guid SenderId { get; init; }
    public DateTimeOffset SentAt { get; init; }
    public byte[] Fingerprint { get; init; } = [];

    public const string Columns =
        "c.meeting_id, c.seq, c.delivery, c.attempt, c.kind, c.topic, c.text, c.subject_id, c.targets, c.critical, c.sender_id, c.sent_at, c.fingerprint";
}

/// <summary>A command as every channel tells it.</summary>
/// <param name="Seq">Its number in this meeting, the same on every channel: a client that has acted on a number does nothing when it hears it again.</param>
/// <param name="Subject">Whom it is about.</param>
/// <param name="Targets">Whom it is for: all of them for those who run the meeting, the reader alone for the reader. Null: everyone.</param>
/// <param name="Critical">To be acknowledged: <c>POST …/commands/{seq}/ack</c>.</param>
/// <param name="Attempt">0, or how often it has been told again.</param>
public sealed record CommandResponse(
    Guid MeetingId, long Seq, string Kind, string Topic, string? Text, Guid? Subject, IReadOnlyList<Guid>? Targets, bool Critical, int Attempt, Guid SenderId,
    DateTimeOffset SentAt)
{
    /// <param name="reader">Null for one of those who run the meeting.</param>
    internal static CommandResponse Of(Command command, Guid? reader) => new(
        command.MeetingId, command.Seq, command.Kind, command.Topic, command.Text, command.SubjectId,
        command.Targets is null || reader is null ? command.Targets : [reader.Value], command.Critical, command.Attempt, command.SenderId, command.SentAt);
}
