using System.Collections.Concurrent;
using System.Diagnostics;
using Meetings.ServiceDefaults.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Meetings.ServiceDefaults.Tests;

public sealed class UrlPrivacyTests
{
    [Theory]
    [InlineData("/v2/users/teacher@r1.deped.gov.ph/meetings?type=scheduled", "/v2/users/*/meetings")]
    [InlineData("/v2/users/teacher%40r1.deped.gov.ph/meetings", "/v2/users/*/meetings")]
    [InlineData("/v2/meetings/84512093377", "/v2/meetings/84512093377")]
    public async Task No_address_in_a_path_gets_into_a_trace(string path, string traced)
    {
        var seen = new ConcurrentQueue<string>();
        using var tracing = Sdk.CreateTracerProviderBuilder().AddHttpClientInstrumentation(UrlPrivacy.Apply).AddProcessor(new Collector(seen)).Build();
        using var client = new HttpClient();

        // Nobody listens there: the trace tells of the attempt.
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri($"http://127.0.0.1:1{path}"), TestContext.Current.CancellationToken));

        Assert.Contains($"http://127.0.0.1:1{traced}", seen);
        Assert.DoesNotContain(seen, url => url.Contains("deped", StringComparison.Ordinal));
    }

    private sealed class Collector(ConcurrentQueue<string> seen) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            if (data.GetTagItem("url.full") is string url) seen.Enqueue(url);
        }
    }
}
