using Meetings.Contracts.LiveKit;

namespace Meetings.LiveKitSandbox.Webhooks;

/// <summary>Faults waiting for events to come, such as those of API calls.</summary>
internal sealed class FaultRules
{
    private readonly Lock _gate = new();
    private readonly List<Rule> _rules = [];

    /// <summary>The next so many events of a name, or of any, have these faults.</summary>
    public void Add(string? name, string? room, int times, DeliveryFaults faults)
    {
        lock (_gate)
        {
            _rules.Add(new Rule(name, room, faults) { Left = times });
        }
    }

    public DeliveryFaults? Take(WebhookEvent what)
    {
        lock (_gate)
        {
            if (_rules.Find(r => (r.Name ?? what.Event) == what.Event && (r.Room ?? what.Room.Name) == what.Room.Name) is not { } rule) return null;
            if (--rule.Left <= 0) _rules.Remove(rule);
            return rule.Faults;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _rules.Clear();
        }
    }

    private sealed record Rule(string? Name, string? Room, DeliveryFaults Faults)
    {
        public int Left { get; set; }
    }
}
