using System.Diagnostics;
using OpenTelemetry.Instrumentation.Http;

namespace Meetings.ServiceDefaults.Telemetry;

/// <summary>Zoom knows hosts by their e-mail addresses, and has them in its paths. Traces go to people who need not know them.</summary>
internal static class UrlPrivacy
{
    private const string FullUrl = "url.full";

    public static void Apply(HttpClientTraceInstrumentationOptions options) =>
        options.EnrichWithHttpRequestMessage = (activity, request) => Hide(activity, request.RequestUri);

    private static void Hide(Activity activity, Uri? uri)
    {
        if (uri is not { IsAbsoluteUri: true } || !HasAddress(uri.AbsolutePath)) return;
        var path = string.Join('/', uri.AbsolutePath.Split('/').Select(segment => HasAddress(segment) ? "*" : segment));
        activity.SetTag(FullUrl, uri.GetLeftPart(UriPartial.Authority) + path);
    }

    private static bool HasAddress(string text) => text.Contains('@', StringComparison.Ordinal) || text.Contains("%40", StringComparison.Ordinal);
}
