using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace Meetings.ZoomSandbox.Webhooks;

/// <summary>
/// Every delivery there was, and the line of those that are due. Never waits for the network, so it may be called inside a change of the state.
/// </summary>
internal sealed class DeliveryQueue(Subscription subscription, FaultRules faults, IOptions<ZoomOptions> options, TimeProvider clock) : IDisposable
{
    private const int Remembered = 50_000;

    private readonly Lock _gate = new();
    private readonly Channel<Delivery> _due = Channel.CreateUnbounded<Delivery>();
    private readonly LinkedList<Delivery> _deliveries = [];
    private int _lastId;
    private bool _holding;

    public ChannelReader<Delivery> Due => _due.Reader;

    /// <summary>Delivers an event, with the faults asked for or those of the rules.</summary>
    public void Send(WebhookEvent what, DeliveryFaults? asked = null)
    {
        var fault = asked ?? faults.Take(what) ?? new DeliveryFaults();
        lock (_gate)
        {
            for (var copy = 0; copy < fault.Copies; copy++) Add(what, fault);
        }
    }

    /// <summary>From now on every new delivery is kept back.</summary>
    public void Hold()
    {
        lock (_gate)
        {
            _holding = true;
        }
    }

    /// <summary>Lets go of everything that is held: in order without a seed, shuffled with one. The same seed gives the same order.</summary>
    public int Release(int? seed)
    {
        lock (_gate)
        {
            _holding = false;
            var held = _deliveries.Where(d => d.State == DeliveryState.Held).ToArray();
            Seeded.Shuffle(held, seed);
            foreach (var delivery in held) MakeDue(delivery);
            return held.Length;
        }
    }

    /// <summary>Delivers again what was told of a meeting, byte for byte. What was dropped stays lost unless it is asked for.</summary>
    public int Redeliver(long? meetingId, bool dropped, int? seed)
    {
        lock (_gate)
        {
            var again = _deliveries
                .Where(d => d.Event.MeetingId is { } id && (meetingId is null || id == meetingId) && (dropped || d.State != DeliveryState.Dropped))
                .Select(d => d.Event).Distinct().ToArray();
            Seeded.Shuffle(again, seed);
            foreach (var what in again) Add(what, new DeliveryFaults());
            return again.Length;
        }
    }

    /// <summary>Notes how an attempt went, and plans the next where there is one.</summary>
    public DeliveryState Attempted(Delivery delivery, DeliveryAttempt attempt)
    {
        lock (_gate)
        {
            delivery.Attempts.Add(attempt);

            // Forgotten by a reset while the request was out.
            if (delivery.State != DeliveryState.Ready) return delivery.State;
            delivery.State = RetrySchedule.After(delivery.Attempts.Count, attempt.Status);
            if (delivery.State == DeliveryState.Waiting)
            {
                MakeDueAfter(delivery, RetrySchedule.Wait(delivery.Attempts.Count, options.Value.TimeCompression));
            }

            return delivery.State;
        }
    }

    public T Read<T>(Func<IReadOnlyCollection<Delivery>, T> read)
    {
        lock (_gate)
        {
            return read(_deliveries);
        }
    }

    /// <summary>Forgets all deliveries; what is on its way arrives nowhere any more.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            foreach (var delivery in _deliveries.Where(d => d.State is DeliveryState.Ready or DeliveryState.Waiting or DeliveryState.Held))
            {
                delivery.State = DeliveryState.Dropped;
                delivery.Timer?.Dispose();
            }

            _deliveries.Clear();
            _holding = false;
        }

        faults.Clear();
    }

    public void Dispose() => Clear();

    private void Add(WebhookEvent what, DeliveryFaults fault)
    {
        var delivery = new Delivery(++_lastId, what, fault.BadSignature);
        _deliveries.AddLast(delivery);
        if (_deliveries.Count > Remembered) _deliveries.RemoveFirst();

        if (fault.Drop) delivery.State = DeliveryState.Dropped;
        else if (!subscription.IsActive) delivery.State = DeliveryState.NotSubscribed;
        else if (fault.Hold || _holding) delivery.State = DeliveryState.Held;
        else if (fault.DelaySeconds > 0) MakeDueAfter(delivery, TimeSpan.FromSeconds(fault.DelaySeconds));
        else MakeDue(delivery);
    }

    private void MakeDue(Delivery delivery)
    {
        delivery.State = DeliveryState.Ready;
        _due.Writer.TryWrite(delivery);
    }

    private void MakeDueAfter(Delivery delivery, TimeSpan wait)
    {
        delivery.State = DeliveryState.Waiting;
        delivery.Timer?.Dispose();
        delivery.Timer = clock.CreateTimer(_ => Wake(delivery), null, wait, Timeout.InfiniteTimeSpan);
    }

    private void Wake(Delivery delivery)
    {
        lock (_gate)
        {
            if (delivery.State == DeliveryState.Waiting) MakeDue(delivery);
        }
    }
}
