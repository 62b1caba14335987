using System.Diagnostics.Metrics;

namespace Meetings.WebhookIngress.Tests;

/// <summary>Hears what a counter counts, in this process.</summary>
internal static class Counters
{
    public static MeterListener Listen(string name, Action<long, IReadOnlyDictionary<string, string>> count)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == name) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
            count(value, tags.ToArray().ToDictionary(tag => tag.Key, tag => (string)tag.Value!)));
        listener.Start();
        return listener;
    }
}
