using Meetings.WebhookIngress.Receiving;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Meetings.WebhookIngress;

internal static class RequestLimits
{
    // A provider sends a kilobyte at once with a dozen headers. Whoever needs more room or time than this is not one.
    private const int MaxHeaders = 64;
    private const int MaxHeaderBytes = 16 * 1024;
    private const int MaxConnections = 5000;

    // The exact limit is RawBody's. The server counts a chunked body with its framing, and would refuse one that is within ours.
    private const int ServerBodyLimit = 2 * RawBody.MaxBytes;
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(5);
    private static readonly MinDataRate BodyRate = new(bytesPerSecond: 4096, gracePeriod: TimeSpan.FromSeconds(5));

    /// <summary>What the server refuses before any of our code runs: 408, 413, 431, and connections beyond the cap.</summary>
    public static void AddRequestLimits(this WebApplicationBuilder builder) => builder.WebHost.ConfigureKestrel(kestrel =>
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.MaxRequestBodySize = ServerBodyLimit;
        kestrel.Limits.MaxRequestHeaderCount = MaxHeaders;
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
        kestrel.Limits.MinRequestBodyDataRate = BodyRate;
    });
}
