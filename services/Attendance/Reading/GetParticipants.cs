using Grpc.Core;
using Meetings.Attendance.Ledger;
using Meetings.Attendance.Lessons;
using Meetings.Attendance.Sheets;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.Attendance.Reading;

/// <summary>Who took part in a meeting, guests included, and who was expected. For staff (S1-08).</summary>
internal sealed class GetParticipants(MeetingSight meetings, LessonView lessons)
{
    public sealed record Response(
        MeetingSummary Meeting, IReadOnlyList<ParticipantView> Participants, IReadOnlyList<ExpectedAttendee> ExpectedAttendees, Stats Stats);

    public sealed record MeetingSummary(Guid Id, string RoomId, string Title, ClassSummary? Class, DateTimeOffset? StartsAt, int? DurationMinutes, string State);

    public sealed record ClassSummary(Guid Id, string Name);

    /// <param name="UserId">Null for a guest.</param>
    /// <param name="Status"><c>joined</c> while in the meeting, <c>left</c> after.</param>
    /// <param name="DurationSeconds">Inside the lesson's window; early time, overtime and waiting are told beside it and not counted.</param>
    public sealed record ParticipantView(
        string Id, Guid? UserId, bool IsGuest, string Name, string? Email, string Status, DateTimeOffset? JoinedAt, DateTimeOffset? LeftAt, long DurationSeconds,
        long EarlySeconds, long OvertimeSeconds, long WaitingSeconds, int JoinCount, int LeaveCount, IReadOnlyList<Interval> Intervals);

    /// <param name="LeftAt">Null while it lasts.</param>
    /// <param name="ClosedBy">What says that it ended then.</param>
    public sealed record Interval(DateTimeOffset JoinedAt, DateTimeOffset? LeftAt, ClosedBy ClosedBy);

    public sealed record ExpectedAttendee(Guid Id, string Name, bool Attended, ParticipantView? Participant);

    /// <param name="TotalParticipants">Everyone who came, staff and guests included.</param>
    /// <param name="JoinedCount">Of those expected, who came.</param>
    /// <param name="AttendanceRate">JoinedCount of ExpectedCount in percent, two decimals; 0 when nobody was expected.</param>
    public sealed record Stats(
        int TotalParticipants, int JoinedCount, int ExpectedCount, decimal AttendanceRate, long TotalDurationSeconds, long AverageDurationSeconds);

    public static void Map(RouteGroupBuilder api) => api.MapGet("/meetings/{id}/participants",
        (string id, Guid? occurrenceId, DateOnly? date, Caller caller, GetParticipants useCase, CancellationToken ct) =>
            useCase.HandleAsync(id, new DateAsked(occurrenceId, date), caller, ct));

    public async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(string id, DateAsked asked, Caller caller, CancellationToken ct)
    {
        try
        {
            if (await meetings.FindAsync(id, asked, caller, ct) is not var (meeting, relation, date)) return Problems.MeetingNotFound;
            if (MeetingSight.Refusal(AttendanceAccess.OfParticipants(caller, relation)) is { } refusal) return refusal;

            if (date is null && asked is not { OccurrenceId: null, Date: null }) return Problems.OccurrenceNotFound;
            if (date is null) return TypedResults.Ok(Of(Summary(meeting, null), [], []));

            var (inputs, sheet) = await lessons.EvaluateAsync(meeting, date.OccurrenceId, caller, ct);
            return TypedResults.Ok(View(meeting, inputs, sheet));
        }
        catch (Exception e) when (e is RpcException or DirectoryIncompleteException)
        {
            return meetings.NotNow(e);
        }
    }

    internal static Response View(KnownMeeting meeting, SheetInputs inputs, AttendanceSheet sheet)
    {
        // Who only waited was not in the meeting.
        var present = sheet.Participants
            .Where(one => one.Presence.Stays.Count > 0 || one.Connections.Any(connection => connection.OrphanLeaves.Count > 0))
            .Select(View).OrderBy(one => one.Name, StringComparer.Ordinal).ThenBy(one => one.Id, StringComparer.Ordinal).ToArray();
        var byPerson = present.Where(one => one.UserId is not null).ToDictionary(one => one.UserId!.Value);
        var expected = inputs.Roster.On(inputs.Lesson.Date).Expected
            .Select(student => new ExpectedAttendee(
                student, inputs.People.Person(student)?.Name ?? "", byPerson.ContainsKey(student), byPerson.GetValueOrDefault(student)))
            .OrderBy(one => one.Name, StringComparer.Ordinal).ThenBy(one => one.Id).ToArray();
        return Of(Summary(meeting, inputs), present, expected);
    }

    private static ParticipantView View(Participant participant)
    {
        var presence = participant.Presence;
        return new ParticipantView(
            participant.PersonId?.ToString() ?? participant.GuestKey!, participant.PersonId, participant.PersonId is null, participant.Name ?? "", participant.Email,
            presence.IsOpen ? "joined" : "left", presence.FirstJoinAt, presence.LastLeaveAt ?? Orphan(participant), presence.Seconds,
            Seconds(presence.Early), Seconds(presence.Over), Seconds(presence.Waiting), presence.JoinCount, presence.LeaveCount,
            [.. presence.Stays.Select((stay, i) => new Interval(stay.From, presence.IsOpen && i == presence.Stays.Count - 1 ? null : stay.To, stay.ClosedBy))]);
    }

    private static DateTimeOffset? Orphan(Participant participant) => participant.Presence.IsOpen
        ? null
        : participant.Connections.SelectMany(connection => connection.OrphanLeaves).Select(at => (DateTimeOffset?)at).Max();

    private static Response Of(MeetingSummary meeting, ParticipantView[] participants, ExpectedAttendee[] expected)
    {
        var joined = expected.Count(one => one.Attended);
        var total = participants.Sum(one => one.DurationSeconds);
        return new Response(meeting, participants, expected, new Stats(
            participants.Length, joined, expected.Length, expected.Length == 0 ? 0 : Math.Round(joined * 100m / expected.Length, 2, MidpointRounding.ToZero),
            total, participants.Length == 0 ? 0 : total / participants.Length));
    }

    private static MeetingSummary Summary(KnownMeeting meeting, SheetInputs? inputs) => new(
        meeting.Id, meeting.RoomId, meeting.Title, meeting.ClassId is { } id ? new ClassSummary(id, inputs?.ClassName ?? "") : null,
        inputs?.Lesson.StartsAt, (int?)inputs?.Lesson.Duration.TotalMinutes, meeting.State);

    private static long Seconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerSecond;
}
