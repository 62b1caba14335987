using Meetings.Attendance.Ledger;
using static Meetings.Attendance.Tests.Ledger.Given;

namespace Meetings.Attendance.Tests.Ledger;

/// <summary>Random sets of facts, from a seed that every failure names. Few people, few instants: collisions are what matters.</summary>
internal sealed class RandomFacts(int seed)
{
    private static readonly string[] People = ["ana", "ben", "teacher", "guest1"];
    private static readonly string[] Kinds = ["join", "join", "left", "left", "reported-join", "reported-left", "waits", "admitted", "put-back", "gives-up"];

    private readonly Random _random = new(seed);

    public int Seed => seed;

    public Random Random => _random;

    public List<Fact> Set(int most = 14)
    {
        var facts = new HashSet<Fact>();
        var count = _random.Next(most + 1);
        for (var i = 0; i < count; i++) facts.Add(One());
        return [.. facts];
    }

    public Fact One()
    {
        var at = At("08:50").AddSeconds(_random.Next(3) == 0 ? _random.Next(0, 90 * 60) : _random.Next(0, 90) * 60);
        var sitting = _random.Next(4) == 0 ? "S2" : "S1";
        var fact = _random.Next(8) switch
        {
            0 => Fact($"*@{sitting} {(_random.Next(2) == 0 ? "started" : "ended")} 09:00"),
            _ => Fact($"{Pick(People)}/{_random.Next(2)}@{sitting} {Pick(Kinds)} 09:00"),
        };
        return fact with { At = at };
    }

    public List<Fact> Shuffled(IEnumerable<Fact> facts)
    {
        var array = facts.ToArray();
        _random.Shuffle(array);
        return [.. array];
    }

    public List<Fact> WithRepeats(IReadOnlyList<Fact> facts) =>
        Shuffled(facts.SelectMany(fact => Enumerable.Repeat(fact, _random.Next(1, 4))));

    private string Pick(string[] from) => from[_random.Next(from.Length)];
}
