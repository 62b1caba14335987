using System.Globalization;
using Meetings.ServiceDefaults.Http;
using Meetings.WebhookIngress.Deliveries;

namespace Meetings.WebhookIngress.Receiving;

/// <summary>
/// What every provider's webhook has in common: its raw bytes are read, and what was verified is stored before it is answered. 2xx promises that
/// it is on disk; 4xx is for what the provider must not send again; everything that is our own trouble is 503, so that it does.
/// </summary>
internal sealed class WebhookDoor(string provider, DeliveryWriter writer, TimeProvider clock)
{
    // Zoom gives up after three seconds and tries again in five minutes. LiveKit waits as long as we like, and meanwhile drops what queues behind.
    private static readonly TimeSpan StoreWithin = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan ReadWithin = TimeSpan.FromSeconds(5);

    // LiveKit tries four times more: with this, for 20 seconds rather than for its own 15, and what queues behind may wait for 30.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <param name="path">From the gateway as it is.</param>
    /// <param name="handle">Answers a POST.</param>
    public static void Map(IEndpointRouteBuilder app, string provider, string path, RequestDelegate handle)
    {
        // Short-circuited: whom we believe here is told by the signature, so nobody need look for a caller's token first.
        app.MapPost(path, handle).AllowAnonymous().ShortCircuit();
        app.Map(path, (RequestDelegate)(context => RefuseMethodAsync(context, provider))).AllowAnonymous().ShortCircuit();
    }

    /// <returns>The body. One with a refusal has been answered.</returns>
    public async ValueTask<RawBody> ReadAsync(HttpContext context)
    {
        // Nobody who we listen to compresses; whoever does wants to be unpacked.
        if (context.Request.Headers.ContentEncoding.Count > 0)
        {
            await RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, "encoded", "The body must not be encoded.");
            return RawBody.Refused(StatusCodes.Status415UnsupportedMediaType);
        }

        if (IsAmbiguous(context.Request.Headers))
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "ambiguous-body", "It is not clear where the body ends.");
            return RawBody.Refused(StatusCodes.Status400BadRequest);
        }

        var body = await RawBody.ReadAsync(context.Request, ReadWithin, clock);
        if (body.Refusal != 0) await RefuseAsync(context, body.Refusal, "unreadable-body", "The body is too large, too slow or cut short.");
        return body;
    }

    /// <param name="reason">For the counter only. The sender is told nothing, so that a forger learns nothing.</param>
    public ValueTask RefuseUnverifiedAsync(HttpContext context, string reason)
    {
        IngressMetrics.Rejected(provider, reason);
        return Answers.UnverifiedAsync(context);
    }

    public Task RefuseAsync(HttpContext context, int status, string reason, string title) => RefuseAsync(context, provider, status, reason, title);

    /// <summary>Answers 200 when the delivery is on disk, and 503 when it cannot be put there in time.</summary>
    /// <param name="before">What must be on disk before it is.</param>
    /// <returns>What became of the delivery, or null for 503.</returns>
    public async Task<string?> StoreAsync(HttpContext context, NewDelivery delivery, Func<Task>? before = null)
    {
        try
        {
            // Not cancelled with the request: a delivery is wanted also when its sender has hung up.
            var stored = before is null ? writer.WriteAsync(delivery) : StoreAfterAsync(before, delivery);
            var outcome = await stored.WaitAsync(StoreWithin, clock);
            IngressMetrics.Answered(provider, outcome);
            context.Response.StatusCode = StatusCodes.Status200OK;
            return outcome;
        }
        catch (Exception e) when (DeliveryWriter.IsOwnTrouble(e))
        {
            IngressMetrics.Unavailable(provider);
            context.Response.Headers.RetryAfter = RetryAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            await Problem.Of(StatusCodes.Status503ServiceUnavailable, "webhook-not-stored", "The delivery could not be stored. Send it again.").ExecuteAsync(context);
            return null;
        }
    }

    private async Task<string> StoreAfterAsync(Func<Task> before, NewDelivery delivery)
    {
        await before();
        return await writer.WriteAsync(delivery);
    }

    private static Task RefuseMethodAsync(HttpContext context, string provider)
    {
        context.Response.Headers.Allow = HttpMethods.Post;
        return RefuseAsync(context, provider, StatusCodes.Status405MethodNotAllowed, "method", "Webhooks are POST requests.");
    }

    private static Task RefuseAsync(HttpContext context, string provider, int status, string reason, string title)
    {
        IngressMetrics.Rejected(provider, reason);
        // What was not read to its end must not be taken for the next request.
        context.Response.Headers.Connection = "close";
        return Problem.Of(status, $"webhook-{reason}", title).ExecuteAsync(context);
    }

    /// <summary>A request that a server before us may have read otherwise. Kestrel lets the encoding win and puts the length aside.</summary>
    private static bool IsAmbiguous(IHeaderDictionary headers) =>
        headers.TransferEncoding.Count > 0
        && (headers.ContentLength is not null || headers.ContainsKey("X-Content-Length")
            || !"chunked".Equals(headers.TransferEncoding, StringComparison.OrdinalIgnoreCase));
}
