using System.Diagnostics;

namespace Meetings.Testing;

/// <summary>Waits for conditions, and fails loudly when they do not come about.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks again until <paramref name="condition"/> holds.</summary>
    /// <param name="what">Completes "Waited in vain for …".</param>
    public static async Task<T> Get<T>(Func<Task<T>> value, Func<T, bool> condition, string what, TimeSpan? patience = null)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var last = await value();
            if (condition(last)) return last;
            if (waited.Elapsed > (patience ?? Patience)) throw new TimeoutException($"Waited in vain for {what}. Last seen: {last}");
            await Task.Yield();
            await Poll.WaitAsync();
        }
    }

    /// <inheritdoc cref="Get{T}"/>
    public static Task Holds(Func<Task<bool>> condition, string what, TimeSpan? patience = null) => Get(condition, met => met, what, patience);

    private static class Poll
    {
        private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

        public static async Task WaitAsync()
        {
            using var timer = new PeriodicTimer(Interval);
            await timer.WaitForNextTickAsync();
        }
    }
}
