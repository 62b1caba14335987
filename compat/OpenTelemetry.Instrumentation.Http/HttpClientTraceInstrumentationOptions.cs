using System.Diagnostics;

namespace OpenTelemetry.Instrumentation.Http;

/// <summary>What to leave out of the traces of HTTP requests that this process sends, and what to add to them.</summary>
public class HttpClientTraceInstrumentationOptions
{
    /// <summary>False means: this request is not traced.</summary>
    public Func<HttpRequestMessage, bool>? FilterHttpRequestMessage { get; set; }

    public Action<Activity, HttpRequestMessage>? EnrichWithHttpRequestMessage { get; set; }

    public Action<Activity, HttpResponseMessage>? EnrichWithHttpResponseMessage { get; set; }

    public Action<Activity, Exception>? EnrichWithException { get; set; }

    /// <summary>Whether an exception becomes an event of the span.</summary>
    public bool RecordException { get; set; }

    internal bool NeedsEvents =>
        FilterHttpRequestMessage is not null || EnrichWithHttpRequestMessage is not null || EnrichWithHttpResponseMessage is not null
        || EnrichWithException is not null || RecordException;
}
