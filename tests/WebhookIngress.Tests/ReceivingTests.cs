using System.Net;
using System.Text;
using System.Text.Json;
using Meetings.Contracts.Sittings;

namespace Meetings.WebhookIngress.Tests;

/// <summary>A signed webhook over HTTP: on disk once, published once.</summary>
public sealed class ReceivingTests(IngressService ingress) : IClassFixture<IngressService>
{
    private const string OfSitting = "select count(*) from delivery where encode(body, 'escape') like '%' || @uuid || '%'";

    [Fact, Trait("Acceptance", "S0-01"), Trait("Acceptance", "S0-02"), Trait("Acceptance", "X20")]
    public async Task A_signed_event_is_stored_and_published_with_the_id_of_its_delivery()
    {
        var uuid = ZoomSays.Uuid();

        var response = await ingress.SendAsync(ZoomSays.Joined(uuid));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var joined = Assert.IsType<ParticipantJoined>(Assert.Single(await ingress.PublishedAsync(uuid, 1)));
        Assert.Equal(ingress.Clock.GetUtcNow(), joined.ReceivedAt);
        Assert.Equal("received", await ingress.AskAsync<string>("select state from delivery where id = @id", ("id", joined.DeliveryId)));
        Assert.Equal(ZoomSays.Account, await ingress.AskAsync<string>("select account_id from delivery where id = @id", ("id", joined.DeliveryId)));
    }

    [Fact, Trait("Acceptance", "S0-01")]
    public async Task Each_kind_of_event_reaches_its_listeners()
    {
        var uuid = ZoomSays.Uuid();
        string[] bodies =
        [
            ZoomSays.Started(uuid), ZoomSays.Joined(uuid), ZoomSays.Left(uuid), ZoomSays.Ended(uuid),
            ZoomSays.Participant("meeting.participant_admitted", "date_time", "2026-09-14T06:01:11Z", uuid),
        ];

        foreach (var body in bodies) Assert.Equal(HttpStatusCode.OK, (await ingress.SendAsync(body)).StatusCode);

        var published = await ingress.PublishedAsync(uuid, bodies.Length);
        Assert.Equal(
            new[] { nameof(ParticipantJoined), nameof(ParticipantLeft), nameof(SittingEnded), nameof(SittingStarted), nameof(WaitingRoomMoved) },
            published.Select(e => e.GetType().Name).Order());
    }

    [Fact, Trait("Hostile", "11")]
    public async Task The_same_request_sixty_four_times_at_once_is_one_row_and_one_event()
    {
        var uuid = ZoomSays.Uuid();
        var body = ZoomSays.Joined(uuid);

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => ingress.SendAsync(body)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1, await ingress.CountAsync(OfSitting, ("uuid", uuid)));
        await ingress.DrainedAsync();
        Assert.Single(await ingress.PublishedAsync(uuid, 1));
    }

    [Fact, Trait("Hostile", "12")]
    public async Task Zooms_last_try_after_85_minutes_is_a_repeat_however_it_is_signed_and_written()
    {
        var uuid = ZoomSays.Uuid();
        await ingress.SendAsync(ZoomSays.Joined(uuid));
        ingress.Clock.Advance(TimeSpan.FromMinutes(85));

        var freshlySigned = await ingress.SendAsync(ZoomSays.Joined(uuid));
        var firstSignature = await ingress.SendAsync(ZoomSays.Joined(uuid), at: ingress.Clock.GetUtcNow().AddMinutes(-85));
        var otherEventTs = await ingress.SendAsync(ZoomSays.Joined(uuid, eventTs: 1789365679999));
        var moreFields = await ingress.SendAsync(ZoomSays.Joined(uuid, change: p => p["custom_keys"] = "new"));

        Assert.All([freshlySigned, firstSignature, otherEventTs, moreFields], answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1, await ingress.CountAsync(OfSitting, ("uuid", uuid)));
        await ingress.DrainedAsync();
        Assert.Single(await ingress.PublishedAsync(uuid, 1));
    }

    [Fact, Trait("Hostile", "43"), Trait("Hostile", "45"), Trait("Hostile", "49")]
    public async Task Events_that_only_look_alike_are_each_their_own()
    {
        var (uuid, next) = (ZoomSays.Uuid(), ZoomSays.Uuid());

        await ingress.SendAsync(ZoomSays.Joined(uuid));
        await ingress.SendAsync(ZoomSays.Joined(uuid, "2026-09-14T06:20:00Z"));
        await ingress.SendAsync(ZoomSays.Joined(uuid, change: p => (p["user_id"], p["participant_uuid"]) = ("16783361", "another-join")));
        await ingress.SendAsync(ZoomSays.Left(uuid, "2026-09-14T06:19:00Z"));
        await ingress.SendAsync(ZoomSays.Left(uuid));
        await ingress.SendAsync(ZoomSays.Joined(next));

        Assert.Equal(5, (await ingress.PublishedAsync(uuid, 5)).Count);
        Assert.Single(await ingress.PublishedAsync(next, 1));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"event\":\"meeting.started\",\"event\":\"meeting.ended\"}")]
    [InlineData("{\"event\":\"meeting.ended\",\"payload\":{\"object\":{\"id\":\"84512093377\"}}}")]
    [InlineData("{\"event\":\"meeting.ended\",\"event_ts\":NaN}")]
    [InlineData("{\"event\":\"meeting.ended\",\"event_ts\":1e400,\"payload\":{\"object\":{\"id\":1e400,\"uuid\":\"a\"}}}")]
    [InlineData("{\"event\":\"meeting.ended\",\"event_ts\":-0,\"payload\":{\"object\":{\"id\":-0,\"uuid\":\"a\"}}}")]
    [InlineData("{\"event\":\"meeting.ended\",\"event_ts\":9223372036854775808,\"payload\":{\"object\":{\"id\":9223372036854775808,\"uuid\":\"a\"}}}")]
    [Trait("Hostile", "30"), Trait("Hostile", "32"), Trait("Hostile", "33")]
    public async Task What_is_signed_but_unreadable_is_quarantined_once_and_answered_200(string body)
    {
        var answers = new[] { await ingress.SendAsync(body), await ingress.SendAsync(body) };

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1, await ingress.CountAsync(
            "select count(*) from delivery where state = 'quarantined' and reason is not null and body = @body", ("body", Encoding.UTF8.GetBytes(body))));
    }

    [Fact, Trait("Hostile", "31")]
    public async Task Ten_thousand_levels_are_quarantined()
    {
        var body = $$"""{"event":"meeting.started","payload":{{new string('[', 10_000)}}{{new string(']', 10_000)}}}""";

        Assert.Equal(HttpStatusCode.OK, (await ingress.SendAsync(body)).StatusCode);
        Assert.Equal(1, await ingress.CountAsync(
            "select count(*) from delivery where state = 'quarantined' and body = @body", ("body", Encoding.UTF8.GetBytes(body))));
    }

    [Fact, Trait("Hostile", "34"), Trait("Hostile", "36")]
    public async Task A_name_with_everything_bad_in_it_arrives_as_text()
    {
        var uuid = ZoomSays.Uuid();
        var body = Encoding.UTF8.GetBytes(ZoomSays.Joined(uuid).Replace("Анна Ёлкина", """a\u0000b\ud800c?=1+1\r\n\u202E""", StringComparison.Ordinal));
        body[Array.IndexOf(body, (byte)'?')] = 0xFF;

        Assert.Equal(HttpStatusCode.OK, (await ingress.SendAsync(body)).StatusCode);

        var joined = Assert.IsType<ParticipantJoined>(Assert.Single(await ingress.PublishedAsync(uuid, 1)));
        Assert.Equal("a\uFFFDb\uFFFDc\uFFFD=1+1\r\n\u202E", joined.Who.Name);
        Assert.Equal(body, await ingress.AskAsync<byte[]>("select body from delivery where id = @id", ("id", joined.DeliveryId)));
    }

    [Fact, Trait("Hostile", "35")]
    public async Task An_event_that_nobody_knows_is_kept()
    {
        var uuid = ZoomSays.Uuid();

        Assert.Equal(HttpStatusCode.OK, (await ingress.SendAsync(ZoomSays.Event("meeting.summary_completed", 1789365672540, ZoomSays.Live(uuid)))).StatusCode);

        Assert.Equal(1, await ingress.CountAsync(OfSitting + " and state = 'ignored' and event = 'meeting.summary_completed'", ("uuid", uuid)));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    [Trait("Hostile", "27")]
    public async Task A_wrong_content_type_loses_nothing(string? contentType)
    {
        var uuid = ZoomSays.Uuid();
        using var request = ZoomSays.Request(Encoding.UTF8.GetBytes(ZoomSays.Started(uuid)), ingress.Clock.GetUtcNow());
        request.Content!.Headers.Remove("Content-Type");
        if (contentType is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        Assert.Equal(HttpStatusCode.OK, (await ingress.Client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(1, await ingress.CountAsync(OfSitting, ("uuid", uuid)));
    }

    [Fact, Trait("Hostile", "13")]
    public async Task The_question_whether_we_know_the_secret_is_answered_and_not_stored()
    {
        var before = await ingress.CountAsync("select count(*) from delivery");

        var response = await ingress.SendAsync(Challenge("Vn3kRt8QpLx2Zw6Ys1Md0A"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(2, answer.EnumerateObject().Count());
        Assert.Equal("Vn3kRt8QpLx2Zw6Ys1Md0A", answer.GetProperty("plainToken").GetString());
        Assert.Equal("26b4da77d32952e2836c6d303ad1b7474d9efba834c727266d283d66006412cf", answer.GetProperty("encryptedToken").GetString());
        Assert.Equal(before, await ingress.CountAsync("select count(*) from delivery"));
    }

    [Theory]
    [InlineData("\"v0:1739923528:{}\"")]
    [InlineData("\"\"")]
    [InlineData("\"abc\\n\"")]
    [InlineData("\"token with spaces\"")]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("{\"a\":1}")]
    [Trait("Hostile", "13")]
    public async Task No_signature_is_given_for_anything_but_a_plain_token(string plainToken)
    {
        var response = await ingress.SendAsync($$"""{ "event":"endpoint.url_validation", "event_ts":1, "payload":{ "plainToken": {{plainToken}} } }""");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain("encrypted", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.OrdinalIgnoreCase);
    }

    [Fact, Trait("Hostile", "13")]
    public async Task Nobody_who_cannot_sign_is_answered_the_question()
    {
        var challenge = Challenge("Vn3kRt8QpLx2Zw6Ys1Md0A");
        using var unsigned = new HttpRequestMessage(HttpMethod.Post, new Uri("/webhooks/zoom", UriKind.Relative)) { Content = new StringContent(challenge, Encoding.UTF8, "application/json") };

        foreach (var response in new[] { await ingress.Client.SendAsync(unsigned, TestContext.Current.CancellationToken), await ingress.SendAsync(challenge, secret: "somebody-elses-secret") })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.DoesNotContain("encryptedToken", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact, Trait("Hostile", "13")]
    public async Task No_signature_is_given_for_five_kilobytes() =>
        Assert.Equal(HttpStatusCode.BadRequest, (await ingress.SendAsync(Challenge(new string('a', 5000)))).StatusCode);

    [Fact, Trait("Hostile", "36")]
    public async Task What_is_private_reaches_neither_the_store_nor_the_log()
    {
        var uuid = ZoomSays.Uuid();
        await ingress.SendAsync(ZoomSays.Joined(uuid, change: p => (p["public_ip"], p["user_name"], p["email"]) = ("203.0.113.77", "Canary Name", "canary@example.org")));
        await ingress.SendAsync($"garbage of canary@example.org {uuid}");

        var joined = Assert.IsType<ParticipantJoined>(Assert.Single(await ingress.PublishedAsync(uuid, 1)));
        Assert.Equal("canary@example.org", joined.Who.Email);
        Assert.Equal(0, await ingress.CountAsync("select count(*) from delivery where encode(body, 'escape') like '%203.0.113.77%'"));
        Assert.DoesNotContain(ingress.Logged, line =>
            line.Contains("canary", StringComparison.OrdinalIgnoreCase) || line.Contains("203.0.113", StringComparison.Ordinal)
            || line.Contains(ZoomSays.Secret, StringComparison.Ordinal));
    }

    private static string Challenge(string plainToken) =>
        $$"""{"payload":{"plainToken":"{{plainToken}}"},"event_ts":1760000300680,"event":"endpoint.url_validation"}""";
}
