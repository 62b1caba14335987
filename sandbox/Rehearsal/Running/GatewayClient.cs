using Meetings.Rehearsal.Scenario;

namespace Meetings.Rehearsal.Running;

/// <summary>The public API, as the teacher uses it.</summary>
internal sealed class GatewayClient(Uri address) : IDisposable
{
    private readonly JsonClient _json = new("The gateway", address);

    public sealed record Page<T>(IReadOnlyList<T> Items, long Total);

    public sealed record SchoolClass(Guid Id, string Name);

    public sealed record Enrolment(Guid PersonId, string Name, string? Email, string Role);

    public sealed record Meeting(Guid Id, string ProviderMeetingId, string State);

    private sealed record Token(string AccessToken);

    public async Task SignInAsync(CancellationToken ct)
    {
        var token = await _json.PostAsync<Token>("dev/token", new { email = ClassOfForty.TeacherEmail }, ct);
        _json.Authorize(token.AccessToken);
    }

    public async Task<SchoolClass> ClassAsync(CancellationToken ct)
    {
        var classes = await _json.GetAsync<Page<SchoolClass>>("api/v1/classes?limit=100", ct);
        return classes.Items.FirstOrDefault(c => c.Name == ClassOfForty.ClassName)
            ?? throw new PlayFailure(
                ExitCode.NoSystem, $"The teacher has no class “{ClassOfForty.ClassName}”: the demo school is loaded in Development only.");
    }

    public async Task<IReadOnlyList<Enrolment>> RosterAsync(Guid classId, CancellationToken ct)
    {
        var roster = await _json.GetAsync<Page<Enrolment>>($"api/v1/classes/{classId}/enrollments?limit=100", ct);
        return [.. roster.Items.Where(e => e.Role == "student")];
    }

    public Task<Meeting> CreateMeetingAsync(Guid classId, DateTimeOffset startsAt, CancellationToken ct) => _json.PostAsync<Meeting>(
        "api/v1/meetings",
        new
        {
            provider = "zoom",
            title = ClassOfForty.ClassName,
            startsAt = startsAt.UtcDateTime,
            durationMinutes = LessonDay.Minutes,
            timeZone = ClassOfForty.TimeZone,
            classId,
        },
        ct,
        idempotencyKey: Guid.NewGuid().ToString());

    public Task<Sheet.AttendanceSheet> AttendanceAsync(Guid meetingId, CancellationToken ct) =>
        _json.GetAsync<Sheet.AttendanceSheet>($"api/v1/meetings/{meetingId}/attendance", ct);

    public Task<Sheet.ParticipantList> ParticipantsAsync(Guid meetingId, CancellationToken ct) =>
        _json.GetAsync<Sheet.ParticipantList>($"api/v1/meetings/{meetingId}/participants", ct);

    public void Dispose() => _json.Dispose();
}
