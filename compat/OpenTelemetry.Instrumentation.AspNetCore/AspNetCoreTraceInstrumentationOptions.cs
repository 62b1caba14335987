using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace OpenTelemetry.Instrumentation.AspNetCore;

/// <summary>What to leave out of the traces of HTTP requests that this process serves, and what to add to them.</summary>
public class AspNetCoreTraceInstrumentationOptions
{
    /// <summary>False means: this request is not traced.</summary>
    public Func<HttpContext, bool>? Filter { get; set; }

    public Action<Activity, HttpRequest>? EnrichWithHttpRequest { get; set; }

    public Action<Activity, HttpResponse>? EnrichWithHttpResponse { get; set; }

    public Action<Activity, Exception>? EnrichWithException { get; set; }

    /// <summary>Whether an exception becomes an event of the span.</summary>
    public bool RecordException { get; set; }
}
