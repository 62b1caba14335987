using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OpenTelemetry.Trace;

namespace Compat.Telemetry.Tests;

public sealed class HttpClientTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static void Routes(WebApplication app)
    {
        app.MapGet("/a", () => "a");
        app.MapGet("/busy", () => Results.StatusCode(503));
    }

    [Fact]
    public async Task A_client_span_is_the_parent_of_the_server_span()
    {
        await using var app = await ObservedApp.StartAsync(tracing => tracing.AddHttpClientInstrumentation().AddAspNetCoreInstrumentation(), Routes);
        await app.Client.GetAsync("/a", Ct);
        var server = app.ServerSpan("/a");
        var client = app.Span(span => span.Kind == ActivityKind.Client && span.SpanId == server.ParentSpanId);
        Assert.Equal(client.TraceId, server.TraceId);
        Assert.Equal("GET", client.GetTagItem("http.request.method"));
        Assert.Equal(200, client.GetTagItem("http.response.status_code"));
    }

    [Fact]
    public async Task Requests_may_be_filtered_and_spans_enriched()
    {
        await using var app = await ObservedApp.StartAsync(
            tracing => tracing.AddHttpClientInstrumentation(options =>
            {
                options.FilterHttpRequestMessage = request => request.RequestUri!.Query != "?quiet";
                options.EnrichWithHttpRequestMessage = (span, request) => span.SetTag("x.request", request.RequestUri!.AbsolutePath);
                options.EnrichWithHttpResponseMessage = (span, response) => span.SetTag("x.response", (int)response.StatusCode);
            }),
            Routes);
        await app.Client.GetAsync("/a?quiet", Ct);
        await app.Client.GetAsync("/busy", Ct);
        var span = app.Span(span => (string?)span.GetTagItem("x.request") == "/busy");
        Assert.Equal(503, span.GetTagItem("x.response"));
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.DoesNotContain(app.Ended, span => (string?)span.GetTagItem("x.request") == "/a");
        Assert.Single(app.Ended, span => span.Kind == ActivityKind.Client);
    }

    [Fact]
    public async Task A_failure_to_connect_is_recorded_when_asked_for()
    {
        await using var app = await ObservedApp.StartAsync(
            tracing => tracing.AddHttpClientInstrumentation(options =>
            {
                options.RecordException = true;
                options.EnrichWithException = (span, exception) => span.SetTag("x.exception", exception.GetType().Name);
            }),
            Routes);
        await Assert.ThrowsAsync<HttpRequestException>(() => app.Client.GetAsync("http://127.0.0.1:1/", Ct));
        var span = app.Span(span => span.GetTagItem("x.exception") is not null);
        Assert.Equal("HttpRequestException", span.GetTagItem("x.exception"));
        Assert.Contains(span.Events, recorded => recorded.Name == "exception");
        Assert.Equal(ActivityStatusCode.Error, span.Status);
    }
}
