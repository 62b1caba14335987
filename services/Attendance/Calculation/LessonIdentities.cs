using Meetings.Attendance.Identity;
using Meetings.Attendance.Ledger;
using Meetings.Attendance.Sheets;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Attendance.Calculation;

/// <summary>By which names somebody was heard in a lesson: whoever becomes known by one of them later finds the lesson again.</summary>
internal static class LessonIdentities
{
    /// <summary>Beside the kinds of aliases: a person's own id, inside a customer key or an identity.</summary>
    public const short OwnId = 0;

    private const string Insert = """
        insert into lesson_identity (academy_id, kind, value, occurrence_id)
        select @academy, kind, value, @occurrence from unnest(@kinds, @values) as heard (kind, value)
        on conflict do nothing
        """;

    /// <summary>In the transaction that makes the records final. A meeting without a class has no records that could change.</summary>
    public static async Task KeepAsync(DatabaseSession session, SheetInputs inputs, CancellationToken ct)
    {
        if (inputs.Meeting.ClassId is null) return;
        var heard = Of(inputs.Facts);
        if (heard.Count == 0) return;
        await session.ExecuteAsync(Insert, new
        {
            academy = inputs.Meeting.AcademyId,
            occurrence = inputs.Lesson.OccurrenceId,
            kinds = heard.Select(name => name.Kind).ToArray(),
            values = heard.Select(name => name.Value).ToArray(),
        }, ct);
    }

    private static HashSet<(short Kind, string Value)> Of(IEnumerable<Fact> facts)
    {
        var heard = new HashSet<(short, string)>();
        foreach (var who in facts.Select(fact => fact.Who))
        {
            for (var kind = AliasKind.Registrant; kind <= AliasKind.Email; kind++)
            {
                if (WhoIsWho.Value(kind, who) is { } value) heard.Add(((short)kind, value));
            }

            if (PersonKey.FromCustomerKey(who.CustomerKey) is { } customer) heard.Add((OwnId, customer.ToString()));
            if (PersonKey.FromLiveKitIdentity(who.Identity) is { } identity) heard.Add((OwnId, identity.ToString()));
        }

        return heard;
    }
}
