namespace Meetings.Meeting.Commands;

/// <summary>Wakes those at this replica who listen to a meeting. It carries no commands: whoever is woken reads what they may hear.</summary>
internal sealed class CommandSignals(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Meeting> _meetings = [];

    /// <summary>Meetings that somebody listens to here.</summary>
    public Guid[] Listened()
    {
        lock (_lock) return [.. _meetings.Keys];
    }

    /// <summary>Begins to listen; disposed, it ends.</summary>
    public Listening Listen(Guid meetingId)
    {
        lock (_lock)
        {
            if (!_meetings.TryGetValue(meetingId, out var meeting)) _meetings.Add(meetingId, meeting = new Meeting());
            meeting.Listeners++;
            return new Listening(this, meetingId, meeting);
        }
    }

    /// <summary>Everything up to <paramref name="delivery"/> can be read. Nobody is woken twice for it.</summary>
    public void Tell(Guid meetingId, long delivery)
    {
        TaskCompletionSource woken;
        lock (_lock)
        {
            if (!_meetings.TryGetValue(meetingId, out var meeting) || delivery <= meeting.Delivery) return;
            meeting.Delivery = delivery;
            woken = meeting.Next;
            meeting.Next = Meeting.Waiting();
        }

        woken.SetResult();
    }

    internal sealed class Meeting
    {
        public int Listeners { get; set; }
        public long Delivery { get; set; }
        public TaskCompletionSource Next { get; set; } = Waiting();

        public static TaskCompletionSource Waiting() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    internal sealed class Listening(CommandSignals signals, Guid meetingId, Meeting meeting) : IDisposable
    {
        /// <summary>Waits until there is more than <paramref name="known"/>.</summary>
        /// <returns>False when there was not, all the time.</returns>
        public async Task<bool> WaitAsync(long known, TimeSpan atMost, CancellationToken ct)
        {
            Task next;
            lock (signals._lock)
            {
                if (meeting.Delivery > known) return true;
                next = meeting.Next.Task;
            }

            try
            {
                await next.WaitAsync(atMost, signals.Clock, ct);
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        }

        public void Dispose()
        {
            lock (signals._lock)
            {
                if (--meeting.Listeners == 0) signals._meetings.Remove(meetingId);
            }
        }
    }

    private TimeProvider Clock => clock;
}
