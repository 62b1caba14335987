using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace OpenTelemetry.Instrumentation.AspNetCore;

/// <summary>Listens to the events that ASP.NET Core writes when a request starts, stops and fails.</summary>
internal sealed class RequestDiagnostics(ServerSpan span) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string Request = "Microsoft.AspNetCore.Hosting.HttpRequestIn";
    private const string Started = Request + ".Start";
    private const string Stopped = Request + ".Stop";
    private const string Unhandled = "Microsoft.AspNetCore.Hosting.UnhandledException";
    private const string ShownToDeveloper = "Microsoft.AspNetCore.Diagnostics.UnhandledException";

    private readonly List<IDisposable> _subscriptions = [];

    public static RequestDiagnostics Start(AspNetCoreTraceInstrumentationOptions options, bool redactQuery)
    {
        var diagnostics = new RequestDiagnostics(new ServerSpan(options, redactQuery));
        diagnostics._subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(diagnostics));
        return diagnostics;
    }

    void IObserver<DiagnosticListener>.OnNext(DiagnosticListener listener)
    {
        if (listener.Name != "Microsoft.AspNetCore") return;
        var subscription = listener.Subscribe(this, name => name is Request or Started or Stopped or Unhandled or ShownToDeveloper);
        lock (_subscriptions) _subscriptions.Add(subscription);
    }

    void IObserver<KeyValuePair<string, object?>>.OnNext(KeyValuePair<string, object?> diagnosticEvent)
    {
        if (Activity.Current is not { IsAllDataRequested: true } activity) return;
        switch (diagnosticEvent.Key)
        {
            case Started when diagnosticEvent.Value is HttpContext context:
                span.Started(activity, context);
                break;
            case Stopped when diagnosticEvent.Value is HttpContext context:
                span.Stopped(activity, context);
                break;
            case Unhandled or ShownToDeveloper when diagnosticEvent.Value is { } payload:
                // An anonymous type; the names of its properties are the contract.
                if (payload.GetType().GetProperty("exception")?.GetValue(payload) is Exception exception) span.Failed(activity, exception);
                break;
        }
    }

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
