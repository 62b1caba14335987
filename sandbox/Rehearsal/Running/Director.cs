using Meetings.Rehearsal.Scenario;

namespace Meetings.Rehearsal.Running;

/// <summary>Holds the class on the sandbox: every step at its own instant, as fast as the sandbox takes them.</summary>
internal sealed class Director(SandboxClient sandbox, LessonDay day, string meetingId, int seed)
{
    private const double LateSeconds = 2;

    private readonly Dictionary<Visit, string> _connections = new(ReferenceEqualityComparer.Instance);
    private int _releases;

    public async Task PlayAsync(IReadOnlyList<Step> steps, Action<Step> progress, CancellationToken ct)
    {
        foreach (var step in steps)
        {
            await PlayAsync(step, ct);
            progress(step);
        }
    }

    private Task PlayAsync(Step step, CancellationToken ct)
    {
        var at = day.At(step.At).UtcDateTime;
        return step switch
        {
            Open => sandbox.MeetingAsync(meetingId, "start", new { at }, ct),
            Come come => EnterAsync("join", at, come.Who, come.Visit, ct),
            Wait wait => EnterAsync("waiting-room/enter", at, wait.Who, wait.Visit, ct),
            Admit admit => MoveAsync("waiting-room/admit", at, admit.Visit, admit.Visit.Coming, ct),
            SendBack back => MoveAsync("waiting-room/put-back", at, back.Visit, Telling.Once, ct),
            EnterGroup group => MoveAsync("breakout/join", at, group.Visit, Telling.Once, ct),
            LeaveGroup group => MoveAsync("breakout/leave", at, group.Visit, Telling.Once, ct),
            Go go => MoveAsync("leave", at, go.Visit, go.Visit.Leaving, ct),
            Hold => sandbox.HoldAsync(ct),
            Release => sandbox.ReleaseAsync(seed + _releases++, ct),
            Close => sandbox.MeetingAsync(meetingId, "end", new { at, leaves = "after" }, ct),
            _ => throw new InvalidOperationException($"Nobody knows how to play {step}."),
        };
    }

    private async Task EnterAsync(string door, DateTime at, Person who, Visit visit, CancellationToken ct)
    {
        var connection = await sandbox.MeetingAsync(
            meetingId, door,
            new
            {
                at,
                name = who.Name,
                email = who.Email,
                userId = who.ZoomUser,
                customerKey = who.CustomerKey,
                device = visit.Device,
                delivery = Faults(visit.Coming),
            },
            ct);
        _connections[visit] = connection.ParticipantUuid;
    }

    private Task<SandboxClient.Connection> MoveAsync(string step, DateTime at, Visit visit, Telling telling, CancellationToken ct) =>
        sandbox.MeetingAsync(meetingId, step, new { at, connection = _connections[visit], delivery = Faults(telling) }, ct);

    private static object? Faults(Telling telling) => telling switch
    {
        Telling.Thrice => new { copies = 3 },
        Telling.Late => new { delaySeconds = LateSeconds },
        Telling.Held => new { hold = true },
        Telling.Never => new { drop = true },
        _ => null,
    };
}
