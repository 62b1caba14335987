namespace Meetings.Sandboxes;

internal static class Seeded
{
    /// <summary>Shuffles with a seed, and leaves the order as it is without one.</summary>
    public static void Shuffle<T>(T[] items, int? seed)
    {
        // Not for secrets: a seed must give the same order on every machine.
#pragma warning disable CA5394
        if (seed is { } given) new Random(given).Shuffle(items);
#pragma warning restore CA5394
    }
}
