using Meetings.Contracts.Sittings;
using Meetings.ServiceDefaults.Data;
using Meetings.WebhookIngress.Deliveries;
using Meetings.WebhookIngress.LiveKitEvents;
using Meetings.WebhookIngress.Receiving;
using Microsoft.Extensions.Options;

namespace Meetings.WebhookIngress.LiveKit;

/// <summary>
/// LiveKit's webhook: verified over the raw bytes, stored, answered, in this order. LiveKit never sends again what was answered with 4xx, so only
/// what must not be stored gets one; the media type, for one, is whatever it says.
/// </summary>
internal sealed class ReceiveLiveKitWebhook(DeliveryWriter writer, Database db, IOptions<LiveKitOptions> options, TimeProvider clock)
{
    public const string Provider = LiveKitReading.Provider;

    private readonly LiveKitKeys _keys = new(options.Value);
    private readonly WebhookDoor _door = new(Provider, writer, clock);

    public static void Map(IEndpointRouteBuilder app) => WebhookDoor.Map(
        app, Provider, "/webhooks/livekit", context => context.RequestServices.GetRequiredService<ReceiveLiveKitWebhook>().HandleAsync(context));

    public async Task HandleAsync(HttpContext context)
    {
        using var body = await _door.ReadAsync(context);
        if (body.Refusal != 0) return;

        var now = clock.GetUtcNow();
        var signed = SignedEvent.From(context.Request.Headers.Authorization, body, _keys, now, out var why);
        if (signed is null)
        {
            await _door.RefuseUnverifiedAsync(context, Name(why));
            return;
        }

        LiveKitRedaction.Apply(signed.Body);
        var delivery = new DeliveryBody(signed.Body, signed.Hash, Guid.CreateVersion7(now), now);
        var reading = LiveKitReading.Of(delivery) with { AccountId = signed.KeyId };
        var outcome = await _door.StoreAsync(
            context, NewDelivery.Of(Provider, delivery, reading), reading.Gap is { } gap ? () => PublishAsync(gap) : null);
        if (reading.Gap is { Dropped: var dropped } && outcome is not (null or "duplicate")) IngressMetrics.Dropped(Provider, dropped);
    }

    /// <summary>
    /// In a transaction of its own, before the delivery's: once 200 is answered both are on disk, and what a repeat publishes again does no harm.
    /// A server in trouble reports a gap now and then; all the other deliveries need not pay for a second message.
    /// </summary>
    private async Task PublishAsync(SittingGapReported gap)
    {
        await using var session = await db.BeginAsServiceAsync(CancellationToken.None);
        session.Publish(gap);
        await session.CommitAsync(CancellationToken.None);
    }

    private static string Name(Rejection why) => why switch
    {
        Rejection.Missing => "missing-header",
        Rejection.RepeatedHeader => "repeated-header",
        Rejection.MalformedToken => "malformed-token",
        Rejection.WrongSignature => "wrong-signature",
        Rejection.WrongAlgorithm => "wrong-algorithm",
        Rejection.WrongKey => "wrong-key",
        Rejection.Expired => "stale",
        Rejection.NotYetValid => "from-the-future",
        Rejection.NotAboutABody => "not-a-webhook-token",
        _ => "wrong-body",
    };
}
