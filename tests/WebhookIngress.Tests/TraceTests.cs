using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Meetings.Testing;

namespace Meetings.WebhookIngress.Tests;

/// <summary>One trace from the request to whoever consumes what it said, although a table and a broker lie between.</summary>
public sealed class TraceTests(IngressService ingress) : IClassFixture<IngressService>
{
    [Fact]
    public async Task A_trace_goes_on_through_outbox_and_broker()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData, ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var uuid = ZoomSays.Uuid();
        ActivityTraceId trace;
        using (var provider = new Activity("provider").SetIdFormat(ActivityIdFormat.W3C).Start())
        {
            trace = provider.TraceId;
            Assert.Equal(HttpStatusCode.OK, (await ingress.SendAsync(ZoomSays.Joined(uuid))).StatusCode);
        }

        await ingress.PublishedAsync(uuid, 1);

        await Eventually.Holds(() => Task.FromResult(Of(ActivityKind.Consumer)), "the consumer's span");
        Assert.True(Of(ActivityKind.Server), "The request is not in its caller's trace.");
        Assert.True(Of(ActivityKind.Producer), "The relay is not in the request's trace.");

        bool Of(ActivityKind kind) => spans.Any(span => span.TraceId == trace && span.Kind == kind);
    }
}
