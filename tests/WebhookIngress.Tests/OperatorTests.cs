using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Meetings.Contracts.Directory;
using Meetings.Contracts.Sittings;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;
using Microsoft.Extensions.DependencyInjection;

namespace Meetings.WebhookIngress.Tests;

/// <summary>Operators look at what arrived, and have it read again.</summary>
public sealed class OperatorTests(IngressService ingress) : IClassFixture<IngressService>
{
    private const string List = "/api/v1/webhooks/deliveries";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Operators_find_a_delivery_by_provider_and_state_without_its_body()
    {
        var uuid = ZoomSays.Uuid();
        await ingress.SendAsync($"garbage about {uuid}");
        await ingress.SendAsync(ZoomSays.Joined(uuid));

        var quarantined = await GetAsync($"{List}?provider=zoom&state=quarantined&limit=1");
        var item = Assert.Single(quarantined.GetProperty("items").EnumerateArray());
        Assert.Equal("not-json", item.GetProperty("reason").GetString());
        Assert.True(item.GetProperty("bodyKept").GetBoolean());
        Assert.Equal(1, quarantined.GetProperty("limit").GetInt32());
        Assert.DoesNotContain(uuid, quarantined.GetRawText(), StringComparison.Ordinal);

        var received = (await GetAsync($"{List}?state=received")).GetProperty("items").EnumerateArray().First();
        Assert.Equal(
            ("zoom", "meeting.participant_joined", ZoomSays.Account, "2026-09-14T07:00:00Z"),
            (received.GetProperty("provider").GetString(), received.GetProperty("event").GetString(), received.GetProperty("accountId").GetString(),
                received.GetProperty("receivedAt").GetString()));
        Assert.Equal(0, (await GetAsync($"{List}?provider=livekit")).GetProperty("total").GetInt32());
        Assert.Equal(
            (await GetAsync(List)).GetProperty("total").GetInt64(), await ingress.CountAsync("select count(*) from delivery"));
    }

    [Theory]
    [InlineData("?state=lost")]
    [InlineData("?limit=many")]
    public async Task A_question_that_makes_no_sense_is_a_400(string query)
    {
        using var request = IngressService.As(Roles.SuperAdmin, HttpMethod.Get, List + query);

        Assert.Equal(HttpStatusCode.BadRequest, (await ingress.Client.SendAsync(request, Ct)).StatusCode);
    }

    [Theory]
    [InlineData(Roles.AcademyAdmin)]
    [InlineData(Roles.Supervisor)]
    [InlineData(Roles.Teacher)]
    [InlineData(Roles.Student)]
    public async Task Nobody_else_may_look_or_replay(string role)
    {
        using var look = IngressService.As(role, HttpMethod.Get, List);
        using var replay = IngressService.As(role, HttpMethod.Post, $"{List}/{await StoredAsync(ZoomSays.Uuid())}/replay");

        Assert.Equal(HttpStatusCode.Forbidden, (await ingress.Client.SendAsync(look, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await ingress.Client.SendAsync(replay, Ct)).StatusCode);
    }

    [Fact]
    public async Task Without_a_token_there_is_nothing()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await ingress.Client.GetAsync(new Uri(List, UriKind.Relative), Ct)).StatusCode);
        Assert.Equal(
            HttpStatusCode.Unauthorized, (await ingress.Client.PostAsync(new Uri($"{List}/{Guid.NewGuid()}/replay", UriKind.Relative), null, Ct)).StatusCode);
    }

    [Fact]
    public async Task The_database_shows_deliveries_to_operators_only_whatever_the_api_lets_through()
    {
        await StoredAsync(ZoomSays.Uuid());
        var database = ingress.Services.GetRequiredService<Database>();

        Assert.Equal(0, await SeenByAsync(new Caller(Guid.NewGuid(), Guid.NewGuid(), [Roles.AcademyAdmin])));
        Assert.NotEqual(0, await SeenByAsync(new Caller(Guid.NewGuid(), null, [Roles.SuperAdmin])));

        async Task<long> SeenByAsync(Caller caller)
        {
            await using var session = await database.BeginAsync(caller, Ct);
            return await session.ScalarAsync<long>("select count(*) from delivery", null, Ct);
        }
    }

    [Fact]
    public async Task Its_failed_messages_are_asked_for_like_those_of_every_service()
    {
        const string failed = "/api/v1/operations/webhook-ingress/failed-messages";
        using var look = IngressService.As(Roles.AcademyAdmin, HttpMethod.Get, failed);

        Assert.Equal(0, (await GetAsync(failed)).GetProperty("total").GetInt32());
        Assert.Equal(HttpStatusCode.Forbidden, (await ingress.Client.SendAsync(look, Ct)).StatusCode);
    }

    [Fact]
    public async Task A_replay_publishes_the_same_event_of_the_same_delivery_again()
    {
        var uuid = ZoomSays.Uuid();
        var id = await StoredAsync(uuid);

        var answer = await ReplayAsync(id);

        Assert.Equal(("received", 1), (answer.GetProperty("state").GetString(), answer.GetProperty("published").GetInt32()));
        var published = await ingress.PublishedAsync(uuid, 2);
        Assert.Equal(published[0], published[1]);
        Assert.Equal(1, await ingress.CountAsync("select replays::bigint from delivery where id = @id and replayed_by is not null", ("id", id)));
    }

    [Fact]
    public async Task What_was_quarantined_takes_effect_after_the_fix_and_repeats_of_it_do_not()
    {
        var uuid = ZoomSays.Uuid();
        // What is to be fixed: a setting that calls our own account a foreign one.
        var mistaken = ingress.StartReplica(("Zoom:WebhookAccounts:0", "somebody-elses-account"));
        await ingress.SendAsync(ZoomSays.Joined(uuid), to: mistaken);
        var id = await IdAsync(uuid, "quarantined");

        var answer = await ReplayAsync(id);
        await ingress.SendAsync(ZoomSays.Joined(uuid));

        Assert.Equal(("received", 1), (answer.GetProperty("state").GetString(), answer.GetProperty("published").GetInt32()));
        await ingress.DrainedAsync();
        Assert.Equal(id, Assert.IsType<ParticipantJoined>(Assert.Single(await ingress.PublishedAsync(uuid, 1))).DeliveryId);
        Assert.Equal(id, await IdAsync(uuid, "received"));
    }

    [Fact]
    public async Task A_quarantined_delivery_whose_event_came_again_meanwhile_can_be_replayed_too()
    {
        var uuid = ZoomSays.Uuid();
        var mistaken = ingress.StartReplica(("Zoom:WebhookAccounts:0", "somebody-elses-account"));
        await ingress.SendAsync(ZoomSays.Joined(uuid), to: mistaken);
        var id = await IdAsync(uuid, "quarantined");
        await ingress.SendAsync(ZoomSays.Joined(uuid));

        var answer = await ReplayAsync(id);

        Assert.Equal("received", answer.GetProperty("state").GetString());
        Assert.Equal(2, (await ingress.PublishedAsync(uuid, 2)).Count);
    }

    [Fact]
    public async Task What_still_cannot_be_read_stays_where_it_is()
    {
        var uuid = ZoomSays.Uuid();
        await ingress.SendAsync($"garbage about {uuid}");

        var answer = await ReplayAsync(await IdAsync(uuid, "quarantined"));

        Assert.Equal(
            ("quarantined", "not-json", 0),
            (answer.GetProperty("state").GetString(), answer.GetProperty("reason").GetString(), answer.GetProperty("published").GetInt32()));
    }

    [Fact]
    public async Task A_delivery_that_is_not_there_is_a_404()
    {
        using var request = IngressService.As(Roles.SuperAdmin, HttpMethod.Post, $"{List}/{Guid.NewGuid()}/replay");

        Assert.Equal(HttpStatusCode.NotFound, (await ingress.Client.SendAsync(request, Ct)).StatusCode);
    }

    private async Task<Guid> StoredAsync(string uuid)
    {
        await ingress.SendAsync(ZoomSays.Joined(uuid));
        return await IdAsync(uuid, "received");
    }

    private Task<Guid> IdAsync(string uuid, string state) => ingress.AskAsync<Guid>(
        "select id from delivery where encode(body, 'escape') like '%' || @uuid || '%' and state = @state", ("uuid", uuid), ("state", state));

    private async Task<JsonElement> GetAsync(string path)
    {
        using var request = IngressService.As(Roles.SuperAdmin, HttpMethod.Get, path);
        return await JsonAsync(request);
    }

    private async Task<JsonElement> ReplayAsync(Guid id)
    {
        using var request = IngressService.As(Roles.SuperAdmin, HttpMethod.Post, $"{List}/{id}/replay");
        return await JsonAsync(request);
    }

    private async Task<JsonElement> JsonAsync(HttpRequestMessage request)
    {
        var response = await ingress.Client.SendAsync(request, Ct);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Ct));
        return await response.Content.ReadFromJsonAsync<JsonElement>(Ct);
    }
}
