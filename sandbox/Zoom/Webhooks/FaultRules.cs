namespace Meetings.ZoomSandbox.Webhooks;

/// <summary>Faults waiting for events to come, such as those that API calls bring about.</summary>
internal sealed class FaultRules
{
    private readonly Lock _gate = new();
    private readonly List<Rule> _rules = [];

    /// <summary>The next so many events of a name, or of any, have these faults.</summary>
    public void Add(string? name, long? meetingId, int times, DeliveryFaults faults)
    {
        lock (_gate)
        {
            _rules.Add(new Rule { Name = name, MeetingId = meetingId, Left = times, Faults = faults });
        }
    }

    public DeliveryFaults? Take(WebhookEvent what)
    {
        lock (_gate)
        {
            var rule = _rules.Find(r => (r.Name is null || r.Name == what.Name) && (r.MeetingId is null || r.MeetingId == what.MeetingId));
            if (rule is null) return null;
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

    private sealed class Rule
    {
        public string? Name { get; init; }
        public long? MeetingId { get; init; }
        public int Left { get; set; }
        public required DeliveryFaults Faults { get; init; }
    }
}
