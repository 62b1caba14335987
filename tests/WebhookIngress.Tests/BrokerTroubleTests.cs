using System.Net;
using Meetings.Contracts.Sittings;
using Meetings.Testing;

namespace Meetings.WebhookIngress.Tests;

/// <summary>The broker is there and takes nothing, or takes it and has nowhere to put it. A service of its own for each: these tests break things.</summary>
public sealed class BrokerTroubleTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly IngressService _ingress = new();

    public ValueTask InitializeAsync() => _ingress.InitializeAsync();

    public ValueTask DisposeAsync() => _ingress.DisposeAsync();

    [Fact, Trait("Hostile", "74")]
    public async Task While_the_broker_takes_nothing_webhooks_are_accepted_and_afterwards_all_are_told()
    {
        var (uuid, threads) = (ZoomSays.Uuid(), 0);
        await _ingress.SendAsync(ZoomSays.Joined(uuid));
        await _ingress.PublishedAsync(uuid, 1);

        await Servers.SetBrokerAlarmAsync(true);
        try
        {
            // Until its connection is blocked the relay still gets rid of what it has.
            await Eventually.Holds(async () =>
            {
                await _ingress.SendAsync(ZoomSays.Started());
                return await _ingress.CountAsync("select count(*) from outbox where leased_until < now() + interval '13 seconds'") > 0;
            }, "the relay to be held up", Patience);
            threads = ThreadPool.ThreadCount;

            await _ingress.AcceptedAsync(ZoomSays.JoinsOf(uuid, 1000));
            Assert.InRange(await _ingress.CountAsync("select count(*) from outbox"), 1000, long.MaxValue);
            Assert.Equal(HttpStatusCode.OK, (await _ingress.Client.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await _ingress.Client.GetAsync(new Uri("/alive", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
            // A thread for each message that waits would be a thousand.
            Assert.InRange(ThreadPool.ThreadCount, 0, threads + 100);
        }
        finally
        {
            await Servers.SetBrokerAlarmAsync(false);
        }

        await _ingress.DrainedAsync(Patience);
        var told = await _ingress.PublishedAsync(uuid, 1001, Patience);
        // What was on its way when the broker fell silent may come twice, as the same delivery.
        Assert.Equal(1001, told.Cast<ParticipantJoined>().Select(joined => joined.DeliveryId).Distinct().Count());
    }

    [Fact, Trait("Hostile", "75")]
    public async Task An_exchange_that_lost_its_listeners_loses_nothing()
    {
        var uuid = ZoomSays.Uuid();
        await _ingress.SendAsync(ZoomSays.Joined(uuid));
        await _ingress.PublishedAsync(uuid, 1);

        await _ingress.UnbindListenersAsync();
        Assert.Equal(HttpStatusCode.OK, (await _ingress.SendAsync(ZoomSays.Left(uuid))).StatusCode);
        await Eventually.Holds(async () => await _ingress.CountAsync("select count(*) from outbox where attempts > 0") == 1, "the message to be returned, and tried again", Patience);
        await _ingress.BindListenersAsync();

        Assert.IsType<ParticipantLeft>((await _ingress.PublishedAsync(uuid, 2, Patience))[1]);
        await _ingress.DrainedAsync();
    }
}
