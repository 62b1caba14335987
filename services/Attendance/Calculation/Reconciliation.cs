using Meetings.Attendance.Ledger;

namespace Meetings.Attendance.Calculation;

/// <summary>One difference between the provider's report and what it told as it happened.</summary>
/// <param name="What"><c>join_not_told</c>, <c>leave_not_told</c>, <c>join_differs</c>, <c>leave_differs</c> or <c>not_in_report</c>.</param>
public sealed record Difference(string SittingId, string SessionNumber, string What, DateTimeOffset? WebhookAt, DateTimeOffset? ReportAt);

/// <summary>Double entry: compares the webhooks of every session with its row in the report. The union of both is what counts; this list is for people.</summary>
public static class Reconciliation
{
    // Webhooks and report round to seconds in their own ways.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <param name="facts">Of sittings; those without a report are left out.</param>
    public static IReadOnlyList<Difference> Compare(IEnumerable<Fact> facts)
    {
        var differences = new List<Difference>();
        foreach (var sitting in facts.GroupBy(fact => fact.Sitting, StringComparer.Ordinal))
        {
            if (!sitting.Any(fact => fact.Source == FactSource.Report)) continue;
            foreach (var session in sitting.Where(fact => fact.Who.SessionNumber is not null).GroupBy(fact => fact.Who.SessionNumber!, StringComparer.Ordinal))
                Compare(differences, sitting.Key, session.Key, [.. session]);
        }

        return [.. differences.OrderBy(one => one.SittingId, StringComparer.Ordinal).ThenBy(one => one.SessionNumber, StringComparer.Ordinal)
            .ThenBy(one => one.What, StringComparer.Ordinal)];
    }

    private static void Compare(List<Difference> differences, string sitting, string session, Fact[] facts)
    {
        var told = facts.Where(fact => fact.Source == FactSource.Webhook).ToArray();
        var reported = facts.Where(fact => fact.Source == FactSource.Report).ToArray();
        if (reported.Length == 0)
        {
            // Who only waited is in no report.
            if (First(told) is { } joined) differences.Add(new Difference(sitting, session, "not_in_report", joined, null));
            return;
        }

        Compare(differences, sitting, session, "join", First(told), First(reported));
        Compare(differences, sitting, session, "leave", Last(told), Last(reported));
    }

    private static void Compare(List<Difference> differences, string sitting, string session, string end, DateTimeOffset? told, DateTimeOffset? reported)
    {
        if (reported is null || (told is { } at && (at - reported.Value).Duration() <= Tolerance)) return;
        differences.Add(new Difference(sitting, session, told is null ? $"{end}_not_told" : $"{end}_differs", told, reported));
    }

    private static DateTimeOffset? First(Fact[] facts) =>
        facts.Where(fact => fact.Kind == FactKind.Joined).Select(fact => (DateTimeOffset?)fact.At).Min();

    private static DateTimeOffset? Last(Fact[] facts) =>
        facts.Where(fact => fact.Kind == FactKind.Left).Select(fact => (DateTimeOffset?)fact.At).Max();
}
