using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Trace;

namespace Compat.Telemetry.Tests;

public sealed class AspNetCoreTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static void Routes(WebApplication app)
    {
        app.MapGet("/classes/{id:int}", (int id) => $"class {id}");
        app.MapGet("/busy", () => Results.StatusCode(503));
        app.MapGet("/missing", () => Results.NotFound());
        app.MapGet("/throw", string () => throw new InvalidOperationException("broken"));
        app.MapGet("/health", () => "ok");
        app.MapPost("/classes", () => Results.Created());
    }

    [Fact]
    public async Task A_server_span_has_name_and_attributes_of_the_conventions()
    {
        await using var app = await ObservedApp.StartAsync(tracing => tracing.AddAspNetCoreInstrumentation(), Routes);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/classes/7?token=secret&plain") { Headers = { { "User-Agent", "tester" } } };
        await app.Client.SendAsync(request, Ct);

        var span = app.ServerSpan("/classes/7");
        Assert.Equal("GET /classes/{id:int}", span.DisplayName);
        Assert.Equal("Microsoft.AspNetCore", span.Source.Name);
        var expected = new Dictionary<string, object?>
        {
            ["http.request.method"] = "GET",
            ["http.route"] = "/classes/{id:int}",
            ["http.response.status_code"] = 200,
            ["url.scheme"] = "http",
            ["url.path"] = "/classes/7",
            ["url.query"] = "?token=Redacted&plain",
            ["server.address"] = "127.0.0.1",
            ["server.port"] = app.Client.BaseAddress!.Port,
            ["network.protocol.version"] = "1.1",
            ["user_agent.original"] = "tester",
        };
        Assert.Equal(expected.OrderBy(tag => tag.Key), span.TagObjects.ToDictionary(tag => tag.Key, tag => tag.Value).OrderBy(tag => tag.Key));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
    }

    [Fact]
    public async Task The_query_is_kept_when_redaction_is_disabled()
    {
        await using var app = await ObservedApp.StartAsync(
            tracing => tracing.AddAspNetCoreInstrumentation(),
            Routes,
            builder => builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION"] = "true" }));
        await app.Client.GetAsync("/classes/7?a=b", Ct);
        Assert.Equal("?a=b", app.ServerSpan("/classes/7").GetTagItem("url.query"));
    }

    [Theory]
    [InlineData("/busy", 503, ActivityStatusCode.Error, "503")]
    [InlineData("/missing", 404, ActivityStatusCode.Unset, null)]
    [InlineData("/nowhere", 404, ActivityStatusCode.Unset, null)]
    [InlineData("/throw", 500, ActivityStatusCode.Error, "System.InvalidOperationException")]
    public async Task Only_what_is_the_servers_fault_is_an_error(string path, int code, ActivityStatusCode status, string? error)
    {
        await using var app = await ObservedApp.StartAsync(tracing => tracing.AddAspNetCoreInstrumentation(), Routes);
        Assert.Equal(code, (int)(await app.Client.GetAsync(path, Ct)).StatusCode);
        var span = app.ServerSpan(path);
        Assert.Equal(code, span.GetTagItem("http.response.status_code"));
        Assert.Equal(status, span.Status);
        Assert.Equal(error, span.GetTagItem("error.type"));
        Assert.Empty(span.Events);
    }

    [Fact]
    public async Task A_path_without_route_gives_no_new_name()
    {
        await using var app = await ObservedApp.StartAsync(tracing => tracing.AddAspNetCoreInstrumentation(), Routes);
        await app.Client.GetAsync("/nowhere", Ct);
        Assert.Equal("GET", app.ServerSpan("/nowhere").DisplayName);
        using var strange = new HttpRequestMessage(new HttpMethod("BREW"), "/pot");
        await app.Client.SendAsync(strange, Ct);
        var span = app.ServerSpan("/pot");
        Assert.Equal("HTTP", span.DisplayName);
        Assert.Equal("_OTHER", span.GetTagItem("http.request.method"));
        Assert.Equal("BREW", span.GetTagItem("http.request.method_original"));
    }

    [Fact]
    public async Task An_exception_is_recorded_when_asked_for()
    {
        await using var app = await ObservedApp.StartAsync(tracing => tracing.AddAspNetCoreInstrumentation(options => options.RecordException = true), Routes);
        await app.Client.GetAsync("/throw", Ct);
        var recorded = Assert.Single(app.ServerSpan("/throw").Events);
        Assert.Equal("exception", recorded.Name);
        Assert.Contains(recorded.Tags, tag => tag is { Key: "exception.message", Value: "broken" });
    }

    [Fact]
    public async Task A_filtered_request_leaves_no_span_and_nothing_below_it()
    {
        await using var app = await ObservedApp.StartAsync(
            tracing => tracing.AddAspNetCoreInstrumentation(options => options.Filter = context => context.Request.Path != "/health"),
            Routes);
        await app.Client.GetAsync("/health", Ct);
        await app.Client.GetAsync("/classes/1", Ct);
        app.ServerSpan("/classes/1");
        Assert.DoesNotContain(app.Ended, span => (string?)span.GetTagItem("url.path") == "/health");
        Assert.Single(app.Ended);
    }

    [Fact]
    public async Task Spans_may_be_enriched()
    {
        await using var app = await ObservedApp.StartAsync(
            tracing => tracing.AddAspNetCoreInstrumentation(options =>
            {
                options.EnrichWithHttpRequest = (span, request) => span.SetTag("x.request", request.Method);
                options.EnrichWithHttpResponse = (span, response) => span.SetTag("x.response", response.StatusCode);
                options.EnrichWithException = (span, exception) => span.SetTag("x.exception", exception.Message);
            }),
            Routes);
        await app.Client.GetAsync("/throw", Ct);
        var span = app.ServerSpan("/throw");
        Assert.Equal("GET", span.GetTagItem("x.request"));
        Assert.Equal(500, span.GetTagItem("x.response"));
        Assert.Equal("broken", span.GetTagItem("x.exception"));
    }

    [Fact]
    public async Task The_route_is_that_of_the_request_and_not_of_the_error_page()
    {
        await using var app = await ObservedApp.StartAsync(
            tracing => tracing.AddAspNetCoreInstrumentation(),
            app =>
            {
                app.UseExceptionHandler(errors => errors.Run(context => context.Response.WriteAsync(context.Features.Get<IExceptionHandlerFeature>()!.Error.Message)));
                Routes(app);
            });
        var response = await app.Client.GetAsync("/throw", Ct);
        Assert.Equal("broken", await response.Content.ReadAsStringAsync(Ct));
        var span = app.ServerSpan("/throw");
        Assert.Equal("GET /throw", span.DisplayName);
        Assert.Equal(ActivityStatusCode.Error, span.Status);
    }
}
