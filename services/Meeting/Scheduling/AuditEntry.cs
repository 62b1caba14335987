using System.Text.Json;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Scheduling;

/// <summary>What somebody did to a meeting.</summary>
/// <param name="Action">edited, cancelled, ended, deleted, transferred, occurrence-moved, occurrence-cancelled, ended-by-schedule; admitted, admitted-all, rejected, kick, readmit.</param>
/// <param name="SubjectId">Whom it concerns, if it is a person.</param>
/// <param name="Detail">Ids and names of fields; no secret, and nothing personal.</param>
internal sealed record AuditEntry(string Action, Guid? SubjectId = null, object? Detail = null)
{
    /// <summary>The actor of what nobody did but the clock.</summary>
    public static readonly Guid TheService = Guid.Empty;

    public Task SaveAsync(DatabaseSession session, MeetingRow meeting, Caller caller, DateTimeOffset now, CancellationToken ct) =>
        SaveAsync(session, meeting, caller.PersonId, now, ct);

    public Task SaveAsync(DatabaseSession session, MeetingRow meeting, Guid actorId, DateTimeOffset now, CancellationToken ct) => session.ExecuteAsync(Insert, new
    {
        Id = Guid.CreateVersion7(now), MeetingId = meeting.Id, meeting.AcademyId, actorId, Action, SubjectId,
        Detail = JsonSerializer.Serialize(Detail ?? new { }, ApiJson.Options), now,
    }, ct);

    private const string Insert = """
        insert into meeting_audit (id, meeting_id, academy_id, actor_id, action, subject_id, detail, at)
        values (@Id, @MeetingId, @AcademyId, @actorId, @Action, @SubjectId, @Detail::jsonb, @now)
        """;
}
