using System.Globalization;
using Meetings.Rehearsal.Scenario;
using Spectre.Console;

namespace Meetings.Rehearsal.Sheet;

/// <summary>Prints a sheet as a teacher reads it: local times, minutes and seconds.</summary>
internal static class SheetPrinter
{
    public static void Print(IAnsiConsole console, AttendanceSheet sheet, ParticipantList participants)
    {
        var table = new Table().Border(TableBorder.Rounded)
            .AddColumn("Name").AddColumn("Status")
            .AddColumn(new TableColumn("Minutes").RightAligned())
            .AddColumn("First join").AddColumn("Last leave").AddColumn("Reason");
        foreach (var record in sheet.Records.OrderBy(r => r.Name, StringComparer.Ordinal))
        {
            table.AddRow(
                Markup.Escape(record.Name), $"[{Color(record.Status)}]{Markup.Escape(record.Status)}[/]", Minutes(record.DurationSeconds),
                Clock(record.FirstJoinAt), Clock(record.LastLeaveAt), Markup.Escape(record.Explanation ?? ""));
        }

        console.Write(table);
        var summary = sheet.Summary;
        console.MarkupInterpolated($"[bold]{summary.Enrolled}[/] enrolled: [green]{summary.Present} present[/], [yellow]{summary.Late} late[/], ");
        console.MarkupLineInterpolated($"[yellow]{summary.Partial} partial[/], [red]{summary.Absent} absent[/], {summary.Excused} excused");

        var guests = participants.Participants.Where(p => p.UserId is null).OrderBy(p => p.Name, StringComparer.Ordinal).ToList();
        var names = string.Join(", ", guests.Select(g => $"{g.Name} ({Minutes(g.DurationSeconds)})"));
        console.MarkupLineInterpolated($"[bold]{guests.Count}[/] guests: {names}");
    }

    private static string Color(string status) => status switch
    {
        "present" => "green",
        "absent" => "red",
        _ => "yellow",
    };

    private static string Minutes(long seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}:{seconds % 60:00}");

    private static string Clock(DateTimeOffset? at) =>
        at is { } instant ? LessonDay.Local(instant).ToString("HH:mm:ss", CultureInfo.InvariantCulture) : "–";
}
