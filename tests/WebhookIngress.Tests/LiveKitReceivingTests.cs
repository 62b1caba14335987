using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Meetings.Contracts.Directory;
using Meetings.Contracts.Sittings;

namespace Meetings.WebhookIngress.Tests;

/// <summary>LiveKit's webhooks over HTTP: on disk once, published once, and 4xx for nothing that LiveKit's server may send.</summary>
public sealed class LiveKitReceivingTests(IngressService ingress) : IClassFixture<IngressService>
{
    private const string OfSitting = "select count(*) from delivery where encode(body, 'escape') like '%' || @sid || '%'";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact, Trait("Acceptance", "X20"), Trait("Acceptance", "X22")]
    public async Task A_class_is_told_from_its_start_to_its_end()
    {
        var sid = LiveKitSays.Sid();
        string[] bodies = [LiveKitSays.Started(sid), LiveKitSays.Joined(sid), LiveKitSays.Left(sid), LiveKitSays.Finished(sid)];

        foreach (var body in bodies) Assert.Equal(HttpStatusCode.OK, (await ingress.SendLiveKitAsync(body)).StatusCode);

        var published = await ingress.PublishedAsync(sid, bodies.Length);
        Assert.Equal(
            new[] { nameof(ParticipantJoined), nameof(ParticipantLeft), nameof(SittingEnded), nameof(SittingStarted) },
            published.Select(e => e.GetType().Name).Order());
        var joined = published.OfType<ParticipantJoined>().Single();
        Assert.Equal(
            ("livekit", LiveKitSays.RoomName, sid, LiveKitSays.Identity, ingress.Clock.GetUtcNow()),
            (joined.Sitting.Provider, joined.Sitting.MeetingId, joined.Sitting.SittingId, joined.Who.Identity, joined.ReceivedAt));
        Assert.Equal("livekit received devkey", await ingress.AskAsync<string>(
            "select concat_ws(' ', provider, state, account_id) from delivery where id = @id", ("id", joined.DeliveryId)));
    }

    [Fact, Trait("Hostile", "11")]
    public async Task The_same_event_thirty_two_times_at_once_and_again_with_another_token_is_one_row_and_one_event()
    {
        var sid = LiveKitSays.Sid();
        var body = LiveKitSays.Joined(sid);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => ingress.SendLiveKitAsync(body)));
        var later = await ingress.SendLiveKitAsync(body, LiveKitSays.Token(body, ingress.Clock.GetUtcNow().AddSeconds(-200)));

        Assert.All(answers.Append(later), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1, await ingress.CountAsync(OfSitting, ("sid", sid)));
        await ingress.DrainedAsync();
        Assert.Single(await ingress.PublishedAsync(sid, 1));
    }

    [Fact, Trait("Hostile", "44"), Trait("Acceptance", "X20")]
    public async Task Order_and_repeats_do_not_matter()
    {
        var sid = LiveKitSays.Sid();
        string[] bodies =
        [
            LiveKitSays.Finished(sid), LiveKitSays.Left(sid, "PA_1"), LiveKitSays.Joined(sid, "PA_2"), LiveKitSays.Joined(sid, "PA_1"), LiveKitSays.Left(sid, "PA_2"),
            LiveKitSays.Started(sid),
        ];

        foreach (var body in bodies.Concat(bodies.Reverse())) Assert.Equal(HttpStatusCode.OK, (await ingress.SendLiveKitAsync(body)).StatusCode);

        await ingress.DrainedAsync();
        Assert.Equal(bodies.Length, (await ingress.PublishedAsync(sid, bodies.Length)).Count);
        Assert.Equal(bodies.Length, await ingress.CountAsync(OfSitting, ("sid", sid)));
    }

    [Theory]
    [InlineData("application/webhook+json")]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("application/octet-stream")]
    [Trait("Hostile", "27")]
    public async Task The_media_type_may_be_anything(string mediaType)
    {
        var sid = LiveKitSays.Sid();
        var body = LiveKitSays.Started(sid);
        using var request = LiveKitSays.Request(body, LiveKitSays.Token(body, ingress.Clock.GetUtcNow()), mediaType);

        Assert.Equal(HttpStatusCode.OK, (await ingress.Client.SendAsync(request, Ct)).StatusCode);
        Assert.Single(await ingress.PublishedAsync(sid, 1));
    }

    [Fact, Trait("Hostile", "27")]
    public async Task Without_a_media_type_it_is_stored_too()
    {
        var body = LiveKitSays.Started(LiveKitSays.Sid());
        using var request = LiveKitSays.Request(body, LiveKitSays.Token(body, ingress.Clock.GetUtcNow()));
        request.Content!.Headers.ContentType = null;

        Assert.Equal(HttpStatusCode.OK, (await ingress.Client.SendAsync(request, Ct)).StatusCode);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"event\":\"participant_left\",\"room\":{\"name\":\"a-room\"}}")]
    [Trait("Hostile", "30")]
    public async Task What_is_signed_but_unreadable_is_quarantined_once_and_answered_200(string body)
    {
        var answers = new[] { await ingress.SendLiveKitAsync(body), await ingress.SendLiveKitAsync(body) };

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1, await ingress.CountAsync(
            "select count(*) from delivery where provider = 'livekit' and state = 'quarantined' and reason is not null and body = @body",
            ("body", Encoding.UTF8.GetBytes(body))));
    }

    [Fact, Trait("Hostile", "35")]
    public async Task An_event_of_a_kind_that_nobody_knows_is_stored()
    {
        var sid = LiveKitSays.Sid();

        Assert.Equal(HttpStatusCode.OK, (await ingress.SendLiveKitAsync(LiveKitSays.Event("room_teleported", 1789365672, sid, null))).StatusCode);
        Assert.Equal(1, await ingress.CountAsync(
            "select count(*) from delivery where state = 'ignored' and event = 'room_teleported' and encode(body, 'escape') like '%' || @sid || '%'", ("sid", sid)));
    }

    [Fact, Trait("Hostile", "50")]
    public async Task A_gap_is_published_before_its_delivery_is_answered_and_with_what_the_event_says()
    {
        var sid = LiveKitSays.Sid();
        var body = LiveKitSays.Left(sid, change: e => e["numDropped"] = 7);
        var dropped = new List<string>();
        using var listener = Counters.Listen("meetings.webhook.dropped", (events, tags) => dropped.Add($"{tags["provider"]} {events}"));

        Assert.Equal(HttpStatusCode.OK, (await ingress.SendLiveKitAsync(body)).StatusCode);

        var published = await ingress.PublishedAsync(sid, 2, TimeSpan.FromSeconds(5));
        var gap = Assert.Single(published.OfType<SittingGapReported>());
        Assert.Equal(("livekit", LiveKitSays.RoomName, 7), (gap.Provider, gap.MeetingId, gap.Dropped));
        Assert.Equal(Assert.Single(published.OfType<ParticipantLeft>()).DeliveryId, gap.DeliveryId);
        // A repeat of the news is no second gap to the counter.
        await ingress.SendLiveKitAsync(body);
        Assert.Equal(["livekit 7"], dropped);
    }

    [Fact]
    public async Task Neither_the_turn_password_nor_a_secret_is_kept_or_logged()
    {
        var sid = LiveKitSays.Sid();
        await ingress.SendLiveKitAsync(LiveKitSays.Joined(sid));

        Assert.Equal(0, await ingress.CountAsync("select count(*) from delivery where encode(body, 'escape') like '%the-turn-password%'"));
        Assert.Equal(1, await ingress.CountAsync(OfSitting, ("sid", sid)));
        Assert.DoesNotContain(ingress.Logged, line => line.Contains(LiveKitSays.Secret, StringComparison.Ordinal) || line.Contains(LiveKitSays.Identity, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stored_delivery_is_read_again_as_livekits_and_tells_of_its_gap_too()
    {
        var sid = LiveKitSays.Sid();
        await ingress.SendLiveKitAsync(LiveKitSays.Joined(sid, change: e => e["numDropped"] = 2));
        var first = await ingress.PublishedAsync(sid, 2);
        var id = first.OfType<ParticipantJoined>().Single().DeliveryId;

        using var request = IngressService.As(Roles.SuperAdmin, HttpMethod.Post, $"/api/v1/webhooks/deliveries/{id}/replay");
        var response = await ingress.Client.SendAsync(request, Ct);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Ct);

        Assert.Equal(("received", 2), (answer.GetProperty("state").GetString(), answer.GetProperty("published").GetInt32()));
        var all = await ingress.PublishedAsync(sid, 4);
        Assert.Single(all.OfType<ParticipantJoined>().Distinct());
        Assert.Single(all.OfType<SittingGapReported>().Distinct());
        Assert.Equal("devkey 1", await ingress.AskAsync<string>("select concat_ws(' ', account_id, replays) from delivery where id = @id", ("id", id)));
    }

    [Fact]
    public async Task Operators_find_livekits_deliveries_by_provider()
    {
        await ingress.SendLiveKitAsync(LiveKitSays.Started(LiveKitSays.Sid()));
        await ingress.SendAsync(ZoomSays.Started());

        using var request = IngressService.As(Roles.SuperAdmin, HttpMethod.Get, "/api/v1/webhooks/deliveries?provider=livekit&limit=100");
        var page = await (await ingress.Client.SendAsync(request, Ct)).Content.ReadFromJsonAsync<JsonElement>(Ct);

        Assert.NotEmpty(page.GetProperty("items").EnumerateArray());
        Assert.All(page.GetProperty("items").EnumerateArray(), item => Assert.Equal("livekit", item.GetProperty("provider").GetString()));
    }
}
