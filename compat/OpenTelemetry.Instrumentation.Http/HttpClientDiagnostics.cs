using System.Diagnostics;

namespace OpenTelemetry.Instrumentation.Http;

/// <summary>Applies the options to the spans that .NET makes, at the diagnostic events that it writes for them.</summary>
internal sealed class HttpClientDiagnostics(HttpClientTraceInstrumentationOptions options) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string Started = "System.Net.Http.HttpRequestOut.Start";
    private const string Stopped = "System.Net.Http.HttpRequestOut.Stop";
    private const string Failed = "System.Net.Http.Exception";

    private readonly List<IDisposable> _subscriptions = [];

    public static HttpClientDiagnostics Start(HttpClientTraceInstrumentationOptions options)
    {
        var diagnostics = new HttpClientDiagnostics(options);

        // Without a subscriber .NET makes no events, which costs nothing.
        if (options.NeedsEvents) diagnostics._subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(diagnostics));
        return diagnostics;
    }

    void IObserver<DiagnosticListener>.OnNext(DiagnosticListener listener)
    {
        if (listener.Name != "HttpHandlerDiagnosticListener") return;
        var subscription = listener.Subscribe(this, name => name is "System.Net.Http.HttpRequestOut" or Started or Stopped or Failed);
        lock (_subscriptions) _subscriptions.Add(subscription);
    }

    void IObserver<KeyValuePair<string, object?>>.OnNext(KeyValuePair<string, object?> diagnosticEvent)
    {
        if (Activity.Current is not { IsAllDataRequested: true } activity || diagnosticEvent.Value is not { } payload) return;
        switch (diagnosticEvent.Key)
        {
            case Started when Read<HttpRequestMessage>(payload, "Request") is { } request:
                if (options.FilterHttpRequestMessage?.Invoke(request) == false)
                {
                    activity.IsAllDataRequested = false;
                    activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
                    return;
                }

                options.EnrichWithHttpRequestMessage?.Invoke(activity, request);
                break;
            case Stopped when Read<HttpResponseMessage>(payload, "Response") is { } response:
                options.EnrichWithHttpResponseMessage?.Invoke(activity, response);
                break;
            case Failed when Read<Exception>(payload, "Exception") is { } exception:
                if (options.RecordException) activity.AddException(exception);
                options.EnrichWithException?.Invoke(activity, exception);
                break;
        }
    }

    // The payload types are internal to System.Net.Http; their property names are its contract.
    private static T? Read<T>(object payload, string property) where T : class => payload.GetType().GetProperty(property)?.GetValue(payload) as T;

    void IObserver<DiagnosticListener>.OnCompleted()
    {
    }

    void IObserver<DiagnosticListener>.OnError(Exception error)
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnCompleted()
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnError(Exception error)
    {
    }

    public void Dispose()
    {
        lock (_subscriptions)
        {
            foreach (var subscription in _subscriptions) subscription.Dispose();
            _subscriptions.Clear();
        }
    }
}
