using Meetings.Rehearsal.Running;
using Meetings.Rehearsal.Scenario;
using Meetings.Rehearsal.Sheet;
using Spectre.Console;

namespace Meetings.Rehearsal;

/// <summary>Holds the class and shows its sheet; with --twice tells everything again, holds it once more, and compares.</summary>
internal sealed class Play(Options options, GatewayClient gateway, SandboxClient sandbox, IAnsiConsole console, TimeProvider clock)
{
    private readonly Until _until = new(options.Patience, clock);

    // A lesson of the past counts as over before its first event has had its effect, so a final sheet may still become another one.
    private readonly Until _settled = new(options.Patience / 4, clock);

    private sealed record Held(GatewayClient.Meeting Meeting, AttendanceSheet Sheet);

    public async Task<ExitCode> RunAsync(CancellationToken ct)
    {
        await gateway.SignInAsync(ct);
        var schoolClass = await gateway.ClassAsync(ct);
        var roster = await gateway.RosterAsync(schoolClass.Id, ct);
        var students = ByNumber(roster);
        var day = LessonDay.Latest(clock.GetUtcNow());

        var first = await HoldAsync(schoolClass, students, day, ct);
        SheetPrinter.Print(console, first.Sheet, await gateway.ParticipantsAsync(first.Meeting.Id, ct));
        var wrong = SheetComparison.WithScenario(first.Sheet, Ids(students)).ToList();

        if (options.Twice)
        {
            var events = await sandbox.RedeliverAsync(first.Meeting.ProviderMeetingId, options.Seed, ct);
            await DeliveredAsync(first.Meeting, ct);
            console.MarkupLineInterpolated($"All {events} events were told again.");

            // The second class goes through the same queues behind the repeated events, so that afterwards these have had their effect.
            var second = await HoldAsync(schoolClass, students, day, ct);
            var firstAgain = await FinalAsync(first.Meeting, students, ct);
            wrong.AddRange(SheetComparison.OfTwo(first.Sheet, firstAgain).Select(w => $"after every event was told again: {w}"));
            wrong.AddRange(SheetComparison.OfTwo(first.Sheet, second.Sheet).Select(w => $"the second time: {w}"));
        }

        foreach (var sentence in wrong) console.MarkupLineInterpolated($"[red]✗[/] {sentence}");
        if (wrong.Count > 0) return ExitCode.OtherSheet;

        console.MarkupLine(options.Twice
            ? "[green]✓[/] The sheet is the expected one; told again and held again, the class gives the same sheet."
            : "[green]✓[/] The sheet is the expected one.");
        return ExitCode.AsExpected;
    }

    private async Task<Held> HoldAsync(
        GatewayClient.SchoolClass schoolClass, Dictionary<int, GatewayClient.Enrolment> students, LessonDay day, CancellationToken ct)
    {
        var meeting = await gateway.CreateMeetingAsync(schoolClass.Id, day.StartsAt, ct);
        console.MarkupLineInterpolated(
            $"[bold]{schoolClass.Name}[/], {LessonDay.Local(day.StartsAt):yyyy-MM-dd HH:mm}, Zoom meeting {meeting.ProviderMeetingId}");

        var steps = Timeline.Of(student => AsZoomKnows(student, students[student.Number]));
        var director = new Director(sandbox, day, meeting.ProviderMeetingId, options.Seed);
        await console.Status().StartAsync(
            "The class is held …", status => director.PlayAsync(steps, step => status.Status($"{step.At:HH:mm:ss}"), ct));
        await DeliveredAsync(meeting, ct);
        return new Held(meeting, await FinalAsync(meeting, students, ct));
    }

    private async Task DeliveredAsync(GatewayClient.Meeting meeting, CancellationToken ct)
    {
        var pending = await _until.HoldsAsync(
            token => sandbox.PendingAsync(meeting.ProviderMeetingId, token),
            p => p.Idle,
            p => $"{p.Ready + p.Waiting} webhooks are still not delivered (the sandbox tells why under /control/deliveries)",
            ct);
        if (pending.Lost > 0)
        {
            throw new PlayFailure(ExitCode.NoSystem,
                $"{pending.Lost} webhooks were refused (the sandbox tells why under /control/deliveries?meetingId={meeting.ProviderMeetingId}).");
        }

        console.MarkupLineInterpolated($"{pending.Delivered} webhooks delivered, {pending.Dropped} lost on purpose.");
    }

    private async Task<AttendanceSheet> FinalAsync(
        GatewayClient.Meeting meeting, Dictionary<int, GatewayClient.Enrolment> students, CancellationToken ct)
    {
        await _until.HoldsAsync(
            token => gateway.AttendanceAsync(meeting.Id, token),
            sheet => sheet.IsFinal,
            sheet => $"The attendance of meeting {meeting.Id} is not final ({sheet.Records.Count} records)",
            ct);
        var ids = Ids(students);
        return await _settled.LastAsync(
            token => gateway.AttendanceAsync(meeting.Id, token),
            sheet => sheet.IsFinal && SheetComparison.WithScenario(sheet, ids, reportIsIn: true).Count == 0,
            ct);
    }

    private static Dictionary<int, Guid> Ids(Dictionary<int, GatewayClient.Enrolment> students) =>
        students.ToDictionary(s => s.Key, s => s.Value.PersonId);

    private static Dictionary<int, GatewayClient.Enrolment> ByNumber(IReadOnlyList<GatewayClient.Enrolment> roster)
    {
        var byEmail = roster.Where(e => e.Email is not null).ToDictionary(e => e.Email!, StringComparer.OrdinalIgnoreCase);
        var missing = ClassOfForty.Students.Where(s => !byEmail.ContainsKey(s.Email)).Select(s => s.Email).ToList();
        return missing.Count == 0
            ? ClassOfForty.Students.ToDictionary(s => s.Number, s => byEmail[s.Email])
            : throw new PlayFailure(ExitCode.NoSystem, $"The class has no {string.Join(", ", missing)}: is this the demo school?");
    }

    private static Person AsZoomKnows(Student student, GatewayClient.Enrolment enrolment) => student.By switch
    {
        KnownBy.CustomerKey => new Person(enrolment.Name, CustomerKey: enrolment.PersonId.ToString("N")),
        KnownBy.EmailInCapitals => new Person(enrolment.Name, student.Email.ToUpperInvariant()),
        _ => new Person(enrolment.Name, student.Email),
    };
}
