using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Meetings.ServiceDefaults.Http;
using Meetings.WebhookIngress.Deliveries;
using Meetings.WebhookIngress.ZoomEvents;
using Microsoft.Extensions.Options;

namespace Meetings.WebhookIngress.Zoom;

/// <summary>
/// Zoom's webhook: verified over the raw bytes, stored, answered, in this order. 2xx promises that it is on disk; 4xx is for what Zoom must not
/// send again; everything that is our own trouble is 503, so that Zoom does.
/// </summary>
internal sealed partial class ReceiveZoomWebhook(DeliveryWriter writer, IOptions<ZoomOptions> options, TimeProvider clock)
{
    public const string Provider = "zoom";

    // Zoom gives up after three seconds, and tries again in five minutes.
    private static readonly TimeSpan StoreWithin = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan ReadWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly ZoomSecrets _secrets = new(options.Value);

    public static void Map(IEndpointRouteBuilder app)
    {
        // Short-circuited: whom we believe here is told by the signature, so nobody need look for a caller's token first.
        app.MapPost("/webhooks/zoom", (RequestDelegate)(context => context.RequestServices.GetRequiredService<ReceiveZoomWebhook>().HandleAsync(context)))
            .AllowAnonymous().ShortCircuit();
        app.Map("/webhooks/zoom", (RequestDelegate)RefuseMethodAsync).AllowAnonymous().ShortCircuit();
    }

    public async Task HandleAsync(HttpContext context)
    {
        // Zoom never compresses; whoever does wants to be unpacked.
        if (context.Request.Headers.ContentEncoding.Count > 0)
        {
            await RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, "encoded", "The body must not be encoded.");
            return;
        }

        if (IsAmbiguous(context.Request.Headers))
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "ambiguous-body", "It is not clear where the body ends.");
            return;
        }

        using var body = await RawBody.ReadAsync(context.Request, ReadWithin, clock);
        if (body.Refusal != 0)
        {
            await RefuseAsync(context, body.Refusal, "unreadable-body", "The body is too large, too slow or cut short.");
            return;
        }

        var now = clock.GetUtcNow();
        var headers = context.Request.Headers;
        var delivery = VerifiedDelivery.FromZoom(headers["x-zm-signature"], headers["x-zm-request-timestamp"], body, _secrets, now, out var why);
        if (delivery is null)
        {
            IngressMetrics.Rejected(Provider, Name(why));
            await Answers.UnverifiedAsync(context);
            return;
        }

        await AcceptAsync(context, delivery, now);
    }

    private async Task AcceptAsync(HttpContext context, VerifiedDelivery delivery, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        var hash = SHA256.HashData(delivery.Body);
        Redaction.Apply(delivery.Body);
        var body = new ZoomBody(delivery.Body, hash, id, now);
        var reading = ZoomReading.Of(body, options.Value.WebhookAccounts);
        if (reading is ZoomReading.Challenge challenge)
        {
            await AnswerAsync(context, delivery, challenge);
            return;
        }

        try
        {
            // Not cancelled with the request: a delivery is wanted also when its sender has hung up.
            var outcome = await writer.WriteAsync(NewDelivery.Of(Provider, body, (ZoomReading.Event)reading)).WaitAsync(StoreWithin, clock);
            IngressMetrics.Answered(Provider, outcome);
            context.Response.StatusCode = StatusCodes.Status200OK;
        }
        catch (Exception e) when (DeliveryWriter.IsOwnTrouble(e))
        {
            IngressMetrics.Unavailable(Provider);
            context.Response.Headers.RetryAfter = RetryAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            await Problem.Of(StatusCodes.Status503ServiceUnavailable, "webhook-not-stored", "The delivery could not be stored. Send it again.").ExecuteAsync(context);
        }
    }

    /// <summary>
    /// Zoom asks whether we know the secret. Answered only when the question itself is signed, and only for a plain token: a signature over
    /// anything of the sender's choosing (<c>v0:…:{…}</c>) would let it sign whatever it likes.
    /// </summary>
    private static async Task AnswerAsync(HttpContext context, VerifiedDelivery delivery, ZoomReading.Challenge challenge)
    {
        if (challenge.PlainToken is not { } token || !PlainToken().IsMatch(token))
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "plain-token", "The plain token is missing or not plain.");
            return;
        }

        IngressMetrics.Answered(Provider, "challenge");
        await TypedResults.Json(new Proof(token, delivery.Sign(token)), ApiJson.Options).ExecuteAsync(context);
    }

    private static Task RefuseMethodAsync(HttpContext context)
    {
        context.Response.Headers.Allow = HttpMethods.Post;
        return RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "method", "Webhooks are POST requests.");
    }

    private static Task RefuseAsync(HttpContext context, int status, string reason, string title)
    {
        IngressMetrics.Rejected(Provider, reason);
        // What was not read to its end must not be taken for the next request.
        context.Response.Headers.Connection = "close";
        return Problem.Of(status, $"webhook-{reason}", title).ExecuteAsync(context);
    }

    /// <summary>A request that a server before us may have read otherwise. Kestrel lets the encoding win and puts the length aside.</summary>
    private static bool IsAmbiguous(IHeaderDictionary headers) =>
        headers.TransferEncoding.Count > 0
        && (headers.ContentLength is not null || headers.ContainsKey("X-Content-Length")
            || !"chunked".Equals(headers.TransferEncoding, StringComparison.OrdinalIgnoreCase));

    private static string Name(Rejection why) => why switch
    {
        Rejection.Missing => "missing-header",
        Rejection.RepeatedHeader => "repeated-header",
        Rejection.MalformedSignature => "malformed-signature",
        Rejection.MalformedTimestamp => "malformed-timestamp",
        Rejection.Stale => "stale",
        Rejection.FromTheFuture => "from-the-future",
        _ => "wrong-signature",
    };

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}\\z")]
    private static partial Regex PlainToken();

    private sealed record Proof(string PlainToken, string EncryptedToken);
}
