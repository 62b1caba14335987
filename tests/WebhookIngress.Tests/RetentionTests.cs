using System.Net;
using Meetings.Contracts.Directory;
using Meetings.WebhookIngress.Deliveries;
using Microsoft.Extensions.DependencyInjection;

namespace Meetings.WebhookIngress.Tests;

/// <summary>Bodies go after thirty days; what tells repeats stays for 400. These tests move the clock, so each has a service of its own.</summary>
public sealed class RetentionTests : IAsyncLifetime
{
    private readonly IngressService _ingress = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _ingress.InitializeAsync();

    public ValueTask DisposeAsync() => _ingress.DisposeAsync();

    [Fact]
    public async Task After_thirty_days_the_body_is_gone_and_a_repeat_still_known()
    {
        var uuid = ZoomSays.Uuid();
        await _ingress.SendAsync(ZoomSays.Joined(uuid));
        _ingress.Clock.Advance(TimeSpan.FromDays(30));
        await _ingress.SendAsync(ZoomSays.Joined());
        _ingress.Clock.Advance(TimeSpan.FromMinutes(1));

        await ApplyAsync();

        Assert.Equal(1, await _ingress.CountAsync("select count(*) from delivery where body is null and length(body_sha256) = 32 and length(dedupe_key) = 32"));
        Assert.Equal(1, await _ingress.CountAsync("select count(*) from delivery where body is not null"));
        Assert.Equal(1, await _ingress.CountAsync("select bodies_erased from retention_run order by id desc limit 1"));

        Assert.Equal(HttpStatusCode.OK, (await _ingress.SendAsync(ZoomSays.Joined(uuid))).StatusCode);
        Assert.Equal(2, await _ingress.CountAsync("select count(*) from delivery"));

        var id = await _ingress.AskAsync<Guid>("select id from delivery where body is null");
        using var replay = IngressService.As(Roles.SuperAdmin, HttpMethod.Post, $"/api/v1/webhooks/deliveries/{id}/replay");
        Assert.Equal(HttpStatusCode.Conflict, (await _ingress.Client.SendAsync(replay, Ct)).StatusCode);
    }

    [Fact]
    public async Task Each_run_goes_on_where_the_last_one_got_to()
    {
        await _ingress.SendAsync(ZoomSays.Joined());
        for (var run = 0; run < 3; run++)
        {
            _ingress.Clock.Advance(TimeSpan.FromDays(20));
            await _ingress.SendAsync(ZoomSays.Joined());
            await ApplyAsync();
        }

        // Of days 0, 20, 40 and 60, as seen on day 60.
        Assert.Equal(2, await _ingress.CountAsync("select count(*) from delivery where body is null"));
        Assert.Equal(2, await _ingress.CountAsync("select count(*) from delivery where body is not null"));
    }

    [Fact]
    public async Task A_run_by_a_clock_that_was_a_year_ahead_keeps_no_body_alive()
    {
        await IngressService.ExecuteAsync(_ingress.ConnectionString, """
            insert into retention_run values (gen_random_uuid(), now(), timestamptz '2027-09-14T07:00:00Z', 0, now(), 0)
            """);
        await _ingress.SendAsync(ZoomSays.Joined());
        _ingress.Clock.Advance(TimeSpan.FromDays(31));

        await ApplyAsync();

        Assert.Equal(1, await _ingress.CountAsync("select count(*) from delivery where body is null"));
    }

    [Fact]
    public async Task More_than_one_batch_is_erased_in_one_run()
    {
        await IngressService.ExecuteAsync(_ingress.ConnectionString, """
            insert into delivery (id, provider, dedupe_key, state, body, body_sha256, received_at)
            select gen_random_uuid(), 'zoom', decode(md5(n::text), 'hex'), 'received', 'x', 'x', timestamptz '2026-08-20T00:00:00Z' + n * interval '1 second'
            from generate_series(1, 2500) n
            """);
        _ingress.Clock.Advance(TimeSpan.FromDays(10));

        await ApplyAsync();

        Assert.Equal(2500, await _ingress.CountAsync("select count(*) from delivery where body is null"));
    }

    [Fact]
    public async Task After_400_days_a_delivery_is_forgotten()
    {
        await _ingress.SendAsync(ZoomSays.Joined());
        _ingress.Clock.Advance(TimeSpan.FromDays(400) + TimeSpan.FromMinutes(1));
        await _ingress.SendAsync(ZoomSays.Started());

        await ApplyAsync();

        Assert.Equal(1, await _ingress.CountAsync("select count(*) from delivery"));
        Assert.Equal(1, await _ingress.CountAsync("select deliveries_forgotten from retention_run order by id desc limit 1"));
    }

    private Task ApplyAsync() => _ingress.Services.GetRequiredService<ApplyRetention>().RunAsync(Ct);
}
