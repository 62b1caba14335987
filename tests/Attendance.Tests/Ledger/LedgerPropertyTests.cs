using Meetings.Attendance.Ledger;
using Meetings.Attendance.Policies;
using static Meetings.Attendance.Tests.Ledger.Given;

namespace Meetings.Attendance.Tests.Ledger;

/// <summary>What holds of every set of facts (RELIABILITY 3.3). <c>MEETINGS_PROPERTY_CASES</c> sets how many are tried, <c>MEETINGS_PROPERTY_SEED</c> replays one.</summary>
public sealed class LedgerPropertyTests
{
    private static readonly int Cases = int.TryParse(Environment.GetEnvironmentVariable("MEETINGS_PROPERTY_CASES"), out var cases) ? cases : 5_000;
    private static readonly int? Replay = int.TryParse(Environment.GetEnvironmentVariable("MEETINGS_PROPERTY_SEED"), out var seed) ? seed : null;

    [Fact]
    [Trait("Property", "P1")]
    [Trait("Property", "P2")]
    [Trait("Property", "P3")]
    public void Order_repeats_and_batches_make_no_difference() => ForAll(random =>
    {
        var facts = random.Set();
        var expected = Everything(facts);

        // Batches that arrive at several workers, some of them twice, in any order: what remains is their union.
        var batches = facts.GroupBy(_ => random.Random.Next(4)).SelectMany(batch => Enumerable.Repeat(batch.ToList(), random.Random.Next(1, 3))).ToList();
        var merged = random.Shuffled(batches.SelectMany(batch => batch));

        return (Everything(random.Shuffled(facts)) == expected, "order")
            .And(Everything(random.WithRepeats(facts)) == expected, "repeats")
            .And(Everything(merged) == expected, "batches");
    });

    [Fact]
    [Trait("Property", "P4")]
    public void A_new_fact_takes_no_confirmed_second_away_unless_it_is_a_leave_or_an_end() => ForAll(random =>
    {
        var facts = random.Set();
        var fact = random.One();
        if (fact.Kind is FactKind.Left or FactKind.WaitingPutBack or FactKind.SittingEnded or FactKind.SittingStarted) return (true, "");
        // A join earlier than a confirmed stay of the same connection can only lengthen it, and so for everybody else.
        var before = Sheet(facts).Participants.ToDictionary(Key, p => p.Presence.Confirmed);
        var after = Sheet([.. facts, fact]).Participants.ToDictionary(Key, p => p.Presence.Confirmed);
        return (before.All(one => after[one.Key] >= one.Value), $"{fact} took time away");
    });

    [Fact]
    [Trait("Property", "P4")]
    public void A_report_takes_no_confirmed_second_away() => ForAll(random =>
    {
        var facts = random.Set();
        var report = Enumerable.Range(0, 4).Select(_ => random.One()).Where(fact => fact.Source == FactSource.Report).ToList();
        var before = Sheet(facts).Participants.ToDictionary(Key, p => p.Presence.Confirmed);
        var after = Sheet([.. facts, .. report]).Participants.ToDictionary(Key, p => p.Presence.Confirmed);
        var own = report.Select(fact => fact.Connection).ToHashSet();

        // The rows of a report are connections of their own: only those they add to may change shape.
        return (before.All(one => after[one.Key] >= one.Value || facts.Any(f => own.Contains(f.Connection))), "the report took time away");
    });

    [Fact]
    [Trait("Property", "P5")]
    [Trait("Property", "P7")]
    public void Presence_is_never_negative_and_never_more_than_the_lesson() => ForAll(random =>
    {
        var lesson = Lesson(minutes: random.Random.Next(0, 90));
        var final = random.Random.Next(2) == 0;
        var sheet = Sheet(random.Set(), lesson, asOf: "09:30", final: final);
        var bounded = sheet.Participants.All(p => p.Presence.Counted >= TimeSpan.Zero && (!lesson.HasWindow || p.Presence.Counted <= lesson.Duration));
        var ordered = sheet.Participants.All(p => p.Presence.Stays.All(s => s.Length >= TimeSpan.Zero)
            && p.Presence.Stays.Zip(p.Presence.Stays.Skip(1)).All(pair => pair.Second.From - pair.First.To >= Presence.Reconnect
                || (pair.Second.From > pair.First.To && p.Connections.Any(c => c.Waits.Any(wait => wait.From < pair.Second.From && wait.To >= pair.First.To)))));
        var noOpenOnes = !final || sheet.Participants.All(p => !p.Presence.IsOpen);
        return (bounded, "out of bounds").And(ordered, "stays out of order").And(noOpenOnes, "open after the end");
    });

    [Fact]
    [Trait("Property", "P11")]
    public void Merging_short_gaps_is_a_rule_on_the_union_and_on_the_waiting_in_them() => ForAll(random =>
    {
        var lesson = Lesson();
        var stays = Enumerable.Range(0, random.Random.Next(8)).Select(_ =>
        {
            var from = At("09:00").AddSeconds(random.Random.Next(3600));
            return new Stay(from, from.AddSeconds(random.Random.Next(600)), ClosedBy.Left);
        }).ToArray();
        var waits = Enumerable.Range(0, random.Random.Next(3)).Select(_ =>
        {
            var from = At("09:00").AddSeconds(random.Random.Next(3600));
            return new Wait(from, from.AddSeconds(random.Random.Next(1, 300)));
        }).ToArray();
        var merged = Presence.Of(lesson, stays, waits);
        var shuffled = stays.ToArray();
        random.Random.Shuffle(shuffled);

        // Second by second: present, or in a gap of under two minutes between two present seconds, no second of which was spent waiting. Waiting is over
        // with the next coming in.
        var waiting = new bool[4200];
        foreach (var wait in waits)
        {
            var from = (int)(wait.From - At("09:00")).TotalSeconds;
            var comesIn = stays.Where(stay => stay.From > wait.From).Select(stay => (int)(stay.From - At("09:00")).TotalSeconds).Append(int.MaxValue).Min();
            Array.Fill(waiting, true, from, Math.Min(comesIn, from + (int)wait.Length.TotalSeconds) - from);
        }

        var present = new bool[3600];
        foreach (var stay in stays)
        {
            for (var s = (int)(stay.From - At("09:00")).TotalSeconds; s < Math.Min(3600, (int)(stay.To - At("09:00")).TotalSeconds); s++) present[s] = true;
        }

        var marks = stays.SelectMany(s => new[] { (int)(s.From - At("09:00")).TotalSeconds, (int)(s.To - At("09:00")).TotalSeconds }).Order().ToArray();
        for (var i = 1; i < marks.Length; i++)
        {
            if (marks[i] - marks[i - 1] < 120 && !waiting[marks[i - 1]..marks[i]].Any(one => one)) Array.Fill(present, true, Math.Min(3600, marks[i - 1]), Math.Max(0, Math.Min(3600, marks[i]) - Math.Min(3600, marks[i - 1])));
        }

        return (Presence.Of(lesson, shuffled, [.. waits.Reverse()]).Counted == merged.Counted, "order")
            .And(merged.Counted == TimeSpan.FromSeconds(present.Count(p => p)), $"expected {present.Count(p => p)} s, got {merged.Counted}");
    });

    [Fact]
    [Trait("Property", "P13")]
    public void Shifting_all_times_shifts_the_sheet() => ForAll(random =>
    {
        var by = TimeSpan.FromDays(random.Random.Next(-300, 300)) + TimeSpan.FromMilliseconds(random.Random.Next());
        var facts = random.Set();
        var lesson = Lesson();
        var shifted = lesson with { StartsAt = lesson.StartsAt + by };

        var here = Sheet(facts, lesson);
        var there = Evaluation.Evaluate(
            shifted, new Roster([new RosterPlace(Person("ana"), DateOnly.MinValue, null)]), PolicyPresets.Deped15,
            [.. facts.Select(fact => fact with { At = fact.At + by })], People("ana", "ben", "teacher"), At("23:00") + by, true);

        return (here.Records[0].Status == there.Records[0].Status && here.Records[0].Percentage == there.Records[0].Percentage, "status")
            .And(here.Participants.Select(p => p.Presence.Counted).SequenceEqual(there.Participants.Select(p => p.Presence.Counted)), "time")
            .And(here.Participants.Select(p => p.Presence.FirstJoinAt + by).SequenceEqual(there.Participants.Select(p => p.Presence.FirstJoinAt)), "first join");
    });

    [Fact]
    [Trait("Property", "P13")]
    public void Other_people_make_no_difference_and_labels_neither() => ForAll(random =>
    {
        var facts = random.Set();
        var alone = facts.Where(fact => fact.Connection.Length == 0 || fact.Who.Name == "ana").ToArray();
        var relabelled = facts.Select(fact => fact with { Sitting = $"uuid/{fact.Sitting}==", Connection = fact.Connection.Length == 0 ? "" : $"x{fact.Connection}" }).ToArray();
        var mark = Ana(facts);

        // Without anybody else's facts the lesson itself may be unheard of, which is another mark.
        var same = alone.Length == 0 || Text(Ana(alone)) == Text(mark);
        return (same, "somebody else changed Ana's mark").And(Text(Ana(relabelled)) == Text(mark), "ids changed the mark");
    });

    [Fact]
    [Trait("Property", "P1")]
    [Trait("Property", "P2")]
    public void All_orders_and_repeats_of_six_facts_give_one_sheet()
    {
        string[][] sets =
        [
            ["* started 09:00", "ana join 09:01", "ana left 09:20", "ana/2 join 09:19", "ana/2 left 09:50", "* ended 10:00"],
            ["ana left 09:20", "ana join 09:20", "ana join 09:30", "ana left 09:30", "* ended 09:30", "ana reported-left 09:40"],
            ["ana waits 08:55", "ana admitted 09:00", "ana join 09:00", "ana put-back 09:10", "ana admitted 09:20", "* ended 10:00"],
            ["ana join 09:00", "ana put-back 09:10", "ana left 09:10", "ana/2 waits 09:10", "ana/2 join 09:11", "ana/2 left 09:30"],
        ];
        foreach (var set in sets)
        {
            var facts = Facts(set);
            var expected = Everything(facts);
            foreach (var order in Orders(facts))
            {
                Assert.Equal(expected, Everything(order));
            }

            // Which of the six are there twice: all 64 masks, the second copies at the far end.
            for (var mask = 0; mask < 64; mask++)
                Assert.Equal(expected, Everything([.. facts, .. facts.Where((_, i) => (mask & (1 << i)) != 0).Reverse()]));
        }
    }

    private static string Everything(IReadOnlyCollection<Fact> facts) =>
        Canonical(Sheet(facts)) + Canonical(Sheet(facts, policy: PolicyPresets.Academy8030, asOf: "09:40", final: false));

    private static string Text(StudentMark mark) => $"{mark.Status} {mark.Presence.Counted} {mark.Presence.FirstJoinAt} {mark.Presence.LastLeaveAt} {mark.Explanation}";

    private static string Key(Participant participant) => participant.PersonId?.ToString() ?? participant.GuestKey!;

    private static IEnumerable<Fact[]> Orders(Fact[] facts)
    {
        if (facts.Length <= 1)
        {
            yield return facts;
            yield break;
        }

        for (var i = 0; i < facts.Length; i++)
        {
            foreach (var rest in Orders([.. facts[..i], .. facts[(i + 1)..]])) yield return [facts[i], .. rest];
        }
    }

    private static void ForAll(Func<RandomFacts, (bool Holds, string Otherwise)> property)
    {
        var first = Replay ?? Random.Shared.Next();
        for (var i = 0; i < (Replay is null ? Cases : 1); i++)
        {
            var seed = unchecked(first + i);
            var (holds, otherwise) = property(new RandomFacts(seed));
            if (!holds) Assert.Fail($"Seed {seed} (set MEETINGS_PROPERTY_SEED to it): {otherwise}. Facts:\n{string.Join('\n', new RandomFacts(seed).Set())}");
        }
    }
}

internal static class PropertyResults
{
    public static (bool Holds, string Otherwise) And(this (bool Holds, string Otherwise) first, bool holds, string otherwise) =>
        first.Holds ? (holds, otherwise) : first;
}
