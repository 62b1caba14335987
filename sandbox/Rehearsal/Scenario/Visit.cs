using System.Globalization;

namespace Meetings.Rehearsal.Scenario;

/// <summary>One connection of somebody, at local times of the lesson's day.</summary>
/// <param name="From">In the meeting from; null for who is never let in.</param>
/// <param name="To">Until; null for who is still there when the meeting ends.</param>
internal sealed record Visit(TimeOnly? From, TimeOnly? To)
{
    /// <summary>In the waiting room from then until let in, or until leaving it.</summary>
    public TimeOnly? WaitsFrom { get; init; }

    /// <summary>Sent back to the waiting room at the first, let in again at the second.</summary>
    public (TimeOnly From, TimeOnly To)? PutBack { get; init; }

    /// <summary>In a breakout room meanwhile.</summary>
    public (TimeOnly From, TimeOnly To)? Breakout { get; init; }

    public string Device { get; init; } = "laptop";

    /// <summary>What becomes of the webhook about coming.</summary>
    public Telling Coming { get; init; }

    /// <summary>What becomes of the webhook about leaving.</summary>
    public Telling Leaving { get; init; }

    /// <summary>A visit between two times; without the second it lasts until the meeting ends.</summary>
    public static Visit In(string from, string? to = null) => new(At(from), to is null ? null : At(to));

    /// <summary>Waiting without being let in.</summary>
    public static Visit Waiting(string from, string to) => new(null, At(to)) { WaitsFrom = At(from) };

    public Visit On(string device) => this with { Device = device };

    public Visit After(string waitsFrom) => this with { WaitsFrom = At(waitsFrom) };

    public Visit SentBack(string from, string to) => this with { PutBack = (At(from), At(to)) };

    public Visit InGroup(string from, string to) => this with { Breakout = (At(from), At(to)) };

    public Visit Told(Telling coming = Telling.Once, Telling leaving = Telling.Once) => this with { Coming = coming, Leaving = leaving };

    /// <summary>When the person was in the meeting, waiting left out.</summary>
    public IEnumerable<(TimeOnly From, TimeOnly To)> Presence(TimeOnly end)
    {
        if (From is not { } from) yield break;

        if (PutBack is { } away)
        {
            yield return (from, away.From);
            from = away.To;
        }

        yield return (from, To ?? end);
    }

    public static TimeOnly At(string time) => TimeOnly.ParseExact(time, ["HH:mm:ss", "HH:mm"], CultureInfo.InvariantCulture);
}

/// <summary>What becomes of a webhook.</summary>
internal enum Telling
{
    Once,

    /// <summary>Delivered three times.</summary>
    Thrice,

    /// <summary>Two real seconds later, when the rest of the class is long told.</summary>
    Late,

    /// <summary>Kept back until the next shuffled release.</summary>
    Held,

    /// <summary>Lost for good. The provider's report still knows.</summary>
    Never,
}
