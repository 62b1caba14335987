using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Meetings.ServiceDefaults.Http;
using Meetings.WebhookIngress.Deliveries;
using Meetings.WebhookIngress.Receiving;
using Meetings.WebhookIngress.ZoomEvents;
using Microsoft.Extensions.Options;

namespace Meetings.WebhookIngress.Zoom;

/// <summary>Zoom's webhook: verified over the raw bytes, stored, answered, in this order.</summary>
internal sealed partial class ReceiveZoomWebhook(DeliveryWriter writer, IOptions<ZoomOptions> options, TimeProvider clock)
{
    public const string Provider = "zoom";

    private readonly ZoomSecrets _secrets = new(options.Value);
    private readonly WebhookDoor _door = new(Provider, writer, clock);

    public static void Map(IEndpointRouteBuilder app) => WebhookDoor.Map(
        app, Provider, "/webhooks/zoom", context => context.RequestServices.GetRequiredService<ReceiveZoomWebhook>().HandleAsync(context));

    public async Task HandleAsync(HttpContext context)
    {
        using var body = await _door.ReadAsync(context);
        if (body.Refusal != 0) return;

        var now = clock.GetUtcNow();
        var headers = context.Request.Headers;
        var delivery = VerifiedDelivery.FromZoom(headers["x-zm-signature"], headers["x-zm-request-timestamp"], body, _secrets, now, out var why);
        if (delivery is null)
        {
            await _door.RefuseUnverifiedAsync(context, Name(why));
            return;
        }

        await AcceptAsync(context, delivery, now);
    }

    private async Task AcceptAsync(HttpContext context, VerifiedDelivery delivery, DateTimeOffset now)
    {
        var hash = SHA256.HashData(delivery.Body);
        ZoomRedaction.Apply(delivery.Body);
        var body = new DeliveryBody(delivery.Body, hash, Guid.CreateVersion7(now), now);
        switch (ZoomReading.Of(body, options.Value.WebhookAccounts))
        {
            case ZoomReading.Challenge challenge:
                await AnswerAsync(context, delivery, challenge);
                break;
            case ZoomReading.Event { What: var what }:
                await _door.StoreAsync(context, NewDelivery.Of(Provider, body, what));
                break;
        }
    }

    /// <summary>
    /// Zoom asks whether we know the secret. Answered only when the question itself is signed, and only for a plain token: a signature over
    /// anything of the sender's choosing (<c>v0:…:{…}</c>) would let it sign whatever it likes.
    /// </summary>
    private async Task AnswerAsync(HttpContext context, VerifiedDelivery delivery, ZoomReading.Challenge challenge)
    {
        if (challenge.PlainToken is not { } token || !PlainToken().IsMatch(token))
        {
            await _door.RefuseAsync(context, StatusCodes.Status400BadRequest, "plain-token", "The plain token is missing or not plain.");
            return;
        }

        IngressMetrics.Answered(Provider, "challenge");
        await TypedResults.Json(new Proof(token, delivery.Sign(token)), ApiJson.Options).ExecuteAsync(context);
    }

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
