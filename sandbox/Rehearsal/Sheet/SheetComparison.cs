using System.Globalization;
using Meetings.Rehearsal.Scenario;

namespace Meetings.Rehearsal.Sheet;

/// <summary>What is wrong with a sheet, a sentence each. Empty: nothing.</summary>
internal static class SheetComparison
{
    /// <summary>Against what the policy makes of the scenario.</summary>
    /// <param name="sheet">The sheet.</param>
    /// <param name="studentIds">Ids of the students by number.</param>
    /// <param name="reportIsIn">Whether a lost webhook must have been made up for by the provider's report.</param>
    public static IReadOnlyList<string> WithScenario(AttendanceSheet sheet, IReadOnlyDictionary<int, Guid> studentIds, bool reportIsIn = false)
    {
        var records = sheet.Records.ToDictionary(r => r.StudentId);
        var wrong = new List<string>();
        foreach (var student in ClassOfForty.Students)
        {
            var (who, expected) = ($"student{student.Number:00} ({student.Story})", student.Expected);
            if (!records.TryGetValue(studentIds[student.Number], out var record)) wrong.Add($"{who} is not on the sheet");
            else if (record.Status != expected.Status) wrong.Add($"{who}: {record.Status}, expected {expected.Status}");
            else if (record.DurationSeconds != expected.Seconds && (reportIsIn || record.DurationSeconds != expected.SecondsByWebhooks))
            {
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{who}: {record.DurationSeconds} s, expected {expected.Seconds} s"));
            }
        }

        if (records.Count != ClassOfForty.Students.Count) wrong.Add($"{records.Count} lines, expected {ClassOfForty.Students.Count}");
        return wrong;
    }

    /// <summary>Two sheets of the same class.</summary>
    public static IReadOnlyList<string> OfTwo(AttendanceSheet first, AttendanceSheet second)
    {
        var wrong = new List<string>();
        if (first.Summary != second.Summary) wrong.Add($"the summaries differ: {first.Summary} and {second.Summary}");

        var others = second.Records.ToDictionary(r => r.StudentId);
        foreach (var one in first.Records)
        {
            if (!others.Remove(one.StudentId, out var other)) wrong.Add($"{one.Name} is on the first sheet only");
            else if (one != other) wrong.Add($"{one.Name}: {one} and {other}");
        }

        wrong.AddRange(others.Values.Select(r => $"{r.Name} is on the second sheet only"));
        return wrong;
    }
}
