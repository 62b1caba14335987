using System.Threading.Channels;
using Meetings.Contracts.LiveKit;
using Microsoft.Extensions.Options;

namespace Meetings.LiveKitSandbox.Webhooks;

/// <summary>
/// Every delivery there was, and a line for each room: its events go out one after another, in the order in which they came about. Never waits for the
/// network, so it may be called inside a change of the state.
/// </summary>
internal sealed class DeliveryQueue(FaultRules faults, IOptions<LiveKitOptions> options, TimeProvider clock) : IDisposable
{
    private const int Remembered = 50_000;

    private readonly Lock _gate = new();
    private readonly Channel<RoomLine> _busy = Channel.CreateUnbounded<RoomLine>();
    private readonly LinkedList<Delivery> _deliveries = [];
    private readonly Dictionary<string, RoomLine> _lines = new(StringComparer.Ordinal);
    private int _lastId;
    private int _dropped;
    private bool _holding;

    /// <summary>Lines that have something in them and nobody who works on them.</summary>
    public ChannelReader<RoomLine> Busy => _busy.Reader;

    /// <summary>Delivers an event, with the faults asked for or those of the rules.</summary>
    public void Send(WebhookEvent what, DeliveryFaults? asked = null)
    {
        var fault = asked ?? faults.Take(what) ?? new DeliveryFaults();
        var message = new Message(what);
        lock (_gate)
        {
            for (var copy = 0; copy < fault.Copies; copy++) Add(message, fault);
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
            foreach (var delivery in held) Enqueue(delivery);
            return held.Length;
        }
    }

    /// <summary>Delivers again what was told of a room, byte for byte. What never went out stays lost unless it is asked for.</summary>
    public int Redeliver(string? room, bool dropped, int? seed)
    {
        lock (_gate)
        {
            var again = _deliveries.Where(d => (room is null || d.Message.Room == room) && (dropped || d.Message.Body is not null))
                .Select(d => d.Message).Distinct().ToArray();
            Seeded.Shuffle(again, seed);
            foreach (var message in again) Add(message, new DeliveryFaults());
            return again.Length;
        }
    }

    /// <summary>Loses everything that is on its way, of one room or of all, as a server that crashes does.</summary>
    public void Lose(string? room = null)
    {
        lock (_gate)
        {
            foreach (var delivery in _deliveries.Where(d => IsOpen(d) && (room is null || d.Message.Room == room)))
            {
                delivery.State = DeliveryState.Lost;
                delivery.Timer?.Dispose();
            }

            // A request that is out may hang for as long as it likes: it holds up nothing that comes after.
            foreach (var line in _lines.Values.Where(l => room is null || l.Room == room).ToList()) Forget(line);
            if (room is null) _dropped = 0;
        }
    }

    /// <summary>The next of a line, with its bytes. Null when there is none: the line needs nobody any more.</summary>
    public Delivery? Take(RoomLine line)
    {
        lock (_gate)
        {
            while (line.Waiting.TryDequeue(out var delivery))
            {
                line.IsOver = delivery.Message.Event.Event == RoomLine.LastEvent;
                if (clock.GetUtcNow() - delivery.QueuedAt > TimeSpan.FromSeconds(options.Value.WebhookMaxAge)) Drop(delivery, DeliveryState.TooOld);
                else if (delivery.State == DeliveryState.Ready) return Seal(delivery);
            }

            line.IsBusy = false;
            if (line.IsOver) Forget(line);
            return null;
        }
    }

    /// <summary>Notes how an attempt went.</summary>
    public DeliveryState Attempted(Delivery delivery, DeliveryAttempt attempt)
    {
        lock (_gate)
        {
            delivery.Attempts.Add(attempt);

            // Lost meanwhile.
            if (delivery.State != DeliveryState.Ready) return delivery.State;
            delivery.State = RetrySchedule.After(delivery.Attempts.Count, attempt.Status);
            if (delivery.State == DeliveryState.GivenUp) _dropped += delivery.Message.Event.Dropped() + 1;
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
        Lose();
        lock (_gate)
        {
            _deliveries.Clear();
            _holding = false;
        }

        faults.Clear();
    }

    public void Dispose() => Clear();

    private void Add(Message message, DeliveryFaults fault)
    {
        var delivery = new Delivery(++_lastId, message, fault.BadSignature);
        _deliveries.AddLast(delivery);
        if (_deliveries.Count > Remembered) _deliveries.RemoveFirst();

        if (fault.Drop) delivery.State = DeliveryState.Dropped;
        else if (options.Value.WebhookUrl is null) delivery.State = DeliveryState.NotConfigured;
        else if (fault.Hold || _holding) delivery.State = DeliveryState.Held;
        else if (fault.DelaySeconds > 0) EnqueueAfter(delivery, TimeSpan.FromSeconds(fault.DelaySeconds));
        else Enqueue(delivery);
    }

    private void Enqueue(Delivery delivery)
    {
        if (!_lines.TryGetValue(delivery.Message.Room, out var line)) _lines[delivery.Message.Room] = line = new RoomLine(delivery.Message.Room);
        if (line.Waiting.Count >= options.Value.WebhookMaxDepth)
        {
            Drop(delivery, DeliveryState.Overflowed);
            return;
        }

        delivery.State = DeliveryState.Ready;
        delivery.QueuedAt = clock.GetUtcNow();
        line.Waiting.Enqueue(delivery);
        if (line.IsBusy) return;

        line.IsBusy = true;
        _busy.Writer.TryWrite(line);
    }

    private void EnqueueAfter(Delivery delivery, TimeSpan wait)
    {
        delivery.State = DeliveryState.Waiting;
        delivery.Timer = clock.CreateTimer(_ => Wake(delivery), null, wait, Timeout.InfiniteTimeSpan);
    }

    private void Wake(Delivery delivery)
    {
        lock (_gate)
        {
            delivery.Timer?.Dispose();
            if (delivery.State == DeliveryState.Waiting) Enqueue(delivery);
        }
    }

    private void Drop(Delivery delivery, DeliveryState why)
    {
        delivery.State = why;
        _dropped++;
    }

    /// <summary>Only now is it known how many events were lost before this one.</summary>
    private Delivery Seal(Delivery delivery)
    {
        if (delivery.Message.Body is null)
        {
            if (options.Value.CountDropped)
            {
                delivery.Message.Event.SetDropped(_dropped);
                _dropped = 0;
            }

            delivery.Message.Body = ProtoJson.Webhook(delivery.Message.Event);
        }

        return delivery;
    }

    private void Forget(RoomLine line)
    {
        line.Waiting.Clear();
        if (_lines.GetValueOrDefault(line.Room) == line) _lines.Remove(line.Room);
    }

    private static bool IsOpen(Delivery delivery) => delivery.State is DeliveryState.Ready or DeliveryState.Waiting or DeliveryState.Held;
}

/// <summary>The events of one room that wait for those before them.</summary>
internal sealed class RoomLine(string room)
{
    public const string LastEvent = "room_finished";

    public string Room { get; } = room;

    public Queue<Delivery> Waiting { get; } = [];

    /// <summary>Whether somebody works on it.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Whether the event that was taken last is the last of its room.</summary>
    public bool IsOver { get; set; }

    /// <summary>Whether it was logged that the endpoint did not take an event; once for a room is enough.</summary>
    public bool IsReported { get; set; }
}

internal static class DroppedCount
{
#pragma warning disable CS0612 // Deprecated by the vendor, and still what older servers tell.
    public static int Dropped(this WebhookEvent what) => what.NumDropped;

    public static void SetDropped(this WebhookEvent what, int count) => what.NumDropped = count;
#pragma warning restore CS0612
}
