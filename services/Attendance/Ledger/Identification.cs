using Meetings.Attendance.Identity;
using Meetings.Contracts.Sittings;

namespace Meetings.Attendance.Ledger;

/// <summary>Whose connection it is: a person's, or a guest's by what tells guests apart.</summary>
internal readonly record struct ParticipantKey(Guid? PersonId, string? Guest);

/// <summary>Gathers connections by who is on them.</summary>
internal static class Identification
{
    public static Dictionary<ParticipantKey, List<Connection>> Identify(List<Connection> connections, WhoIsWho people)
    {
        var sessions = BySession(connections);
        var lines = new Dictionary<ParticipantKey, List<Connection>>();
        foreach (var connection in connections)
        {
            var evidence = Evidence(connection, sessions);
            var person = people.Match(evidence);
            if (person is null && evidence.Any(who => PersonKey.IsMachine(who.Identity))) continue;

            var key = person is not null ? new ParticipantKey(person, null) : new ParticipantKey(null, GuestKey(connection, evidence));
            if (!lines.TryGetValue(key, out var own)) lines[key] = own = new List<Connection>(1);
            own.Add(connection);
        }

        return lines;
    }

    // The report's row and the webhooks' connection are one and the same where they carry one session number: what either knows, both know.
    private static Dictionary<(string, string), List<ParticipantIdentity>> BySession(List<Connection> connections)
    {
        var sessions = new Dictionary<(string, string), List<ParticipantIdentity>>();
        foreach (var connection in connections)
        {
            if (connection.Session is not { } session) continue;
            if (!sessions.TryGetValue((connection.Sitting, session), out var who)) sessions[(connection.Sitting, session)] = who = new(2);
            foreach (var one in connection.Who)
            {
                if (who.Count == 0 || who[^1] != one) who.Add(one);
            }
        }

        return sessions;
    }

    private static List<ParticipantIdentity> Evidence(Connection connection, Dictionary<(string, string), List<ParticipantIdentity>> sessions) =>
        connection.Session is { } session ? sessions[(connection.Sitting, session)] : [.. connection.Who];

    // A guest is told from others by the address, then by any id that outlives a connection, then by the connection itself.
    private static string GuestKey(Connection connection, List<ParticipantIdentity> evidence)
    {
        foreach (var kind in (ReadOnlySpan<AliasKind>)[AliasKind.Email, AliasKind.Registrant, AliasKind.CustomerKey, AliasKind.LiveKitIdentity, AliasKind.ProviderUser])
        {
            string? smallest = null;
            foreach (var who in evidence)
            {
                if (WhoIsWho.Value(kind, who) is { } value && (smallest is null || string.CompareOrdinal(value, smallest) < 0)) smallest = value;
            }

            if (smallest is not null) return $"{Prefix(kind)}:{smallest}";
        }

        return connection.Session is { } session ? $"session:{connection.Sitting}:{session}" : $"connection:{connection.Sitting}:{connection.Id}";
    }

    private static string Prefix(AliasKind kind) => kind switch
    {
        AliasKind.Email => "email",
        AliasKind.Registrant => "registrant",
        AliasKind.CustomerKey => "customer",
        AliasKind.LiveKitIdentity => "identity",
        _ => "user",
    };
}
