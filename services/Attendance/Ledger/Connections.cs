namespace Meetings.Attendance.Ledger;

/// <summary>Sorts facts into the connections they are about.</summary>
internal static class Connections
{
    public static List<Connection> Of(Lesson lesson, IReadOnlyCollection<Fact> facts, Endings endings)
    {
        var groups = new Dictionary<(string Sitting, string Id), List<Fact>>();
        foreach (var fact in facts)
        {
            if (fact.Kind is FactKind.SittingStarted or FactKind.SittingEnded || !lesson.IsPlausible(fact.At)) continue;
            var key = (fact.Sitting, fact.Connection);
            if (!groups.TryGetValue(key, out var group)) groups[key] = group = new List<Fact>(2);
            group.Add(fact);
        }

        var connections = new List<Connection>(groups.Count);
        foreach (var ((sitting, id), group) in groups) Split(connections, sitting, id, group, endings);
        return connections;
    }

    // A breakout room gives its own session number under the same connection id: leaving it must not close the stay in the main room.
    private static void Split(List<Connection> connections, string sitting, string id, List<Fact> facts, Endings endings)
    {
        string? first = null;
        var several = false;
        foreach (var fact in facts)
        {
            if (fact.Who.SessionNumber is not { } session || session == first) continue;
            several |= first is not null;
            if (first is null || string.CompareOrdinal(session, first) < 0) first = session;
        }

        if (!several)
        {
            connections.Add(Connection.Of(sitting, id, first, facts, endings));
            return;
        }

        foreach (var part in facts.GroupBy(fact => fact.Who.SessionNumber ?? first, StringComparer.Ordinal))
            connections.Add(Connection.Of(sitting, id, part.Key, [.. part], endings));
    }
}
