using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace OpenTelemetry.Instrumentation.AspNetCore;

/// <summary>Gives a server span the name, attributes and status of the OpenTelemetry conventions for HTTP.</summary>
internal sealed class ServerSpan(AspNetCoreTraceInstrumentationOptions options, bool redactQuery)
{
    private static readonly HashSet<string> KnownMethods = ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"];

    public void Started(Activity activity, HttpContext context)
    {
        if (options.Filter?.Invoke(context) == false)
        {
            activity.IsAllDataRequested = false;
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            return;
        }

        var request = context.Request;
        activity.DisplayName = SpanMethod(request.Method);
        SetMethod(activity, request.Method);
        if (request.Host.HasValue)
        {
            activity.SetTag("server.address", request.Host.Host);
            if (request.Host.Port is { } port and not (80 or 443)) activity.SetTag("server.port", port);
        }

        activity.SetTag("url.scheme", request.Scheme);
        activity.SetTag("url.path", (request.PathBase + request.Path) is { HasValue: true } path ? path.Value : "/");
        if (request.QueryString.HasValue) activity.SetTag("url.query", redactQuery ? Redacted(request.QueryString.Value!) : request.QueryString.Value);
        activity.SetTag("network.protocol.version", ProtocolVersion(request.Protocol));
        if (request.Headers.UserAgent.ToString() is { Length: > 0 } agent) activity.SetTag("user_agent.original", agent);

        options.EnrichWithHttpRequest?.Invoke(activity, request);
    }

    public void Stopped(Activity activity, HttpContext context)
    {
        // An exception handler that runs the pipeline again leaves the endpoint of the error page behind.
        var endpoint = context.Features.Get<IExceptionHandlerPathFeature>()?.Endpoint ?? context.GetEndpoint();
        if (endpoint is RouteEndpoint { RoutePattern.RawText: { } route })
        {
            activity.DisplayName = $"{SpanMethod(context.Request.Method)} {route}".TrimEnd();
            activity.SetTag("http.route", route);
        }

        var status = context.Response.StatusCode;
        activity.SetTag("http.response.status_code", status);
        if (status >= 500)
        {
            if (activity.GetTagItem("error.type") is null) activity.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture));
            if (activity.Status == ActivityStatusCode.Unset) activity.SetStatus(ActivityStatusCode.Error);
        }

        options.EnrichWithHttpResponse?.Invoke(activity, context.Response);
    }

    public void Failed(Activity activity, Exception exception)
    {
        activity.SetTag("error.type", exception.GetType().FullName);
        if (options.RecordException) activity.AddException(exception);
        activity.SetStatus(ActivityStatusCode.Error);
        options.EnrichWithException?.Invoke(activity, exception);
    }

    private static void SetMethod(Activity activity, string method)
    {
        // Whatever a stranger sends as a method must not become a new value of an attribute that is counted by.
        var known = KnownMethods.TryGetValue(method.ToUpperInvariant(), out var name);
        activity.SetTag("http.request.method", known ? name : "_OTHER");
        if (name != method) activity.SetTag("http.request.method_original", method);
    }

    private static string SpanMethod(string method) => KnownMethods.TryGetValue(method.ToUpperInvariant(), out var name) ? name : "HTTP";

    private static string ProtocolVersion(string protocol) => protocol switch
    {
        "HTTP/2" or "HTTP/2.0" => "2",
        "HTTP/3" or "HTTP/3.0" => "3",
        _ => protocol[(protocol.IndexOf('/', StringComparison.Ordinal) + 1)..],
    };

    private static string Redacted(string query) =>
        "?" + string.Join('&', query.TrimStart('?').Split('&').Select(pair => pair.IndexOf('=', StringComparison.Ordinal) is >= 0 and var end ? pair[..end] + "=Redacted" : pair));
}
