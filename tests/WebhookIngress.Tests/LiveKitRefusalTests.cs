using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Meetings.WebhookIngress.Tests;

/// <summary>LiveKit never sends again what was answered with 4xx, so these are all that may be; and they leave nothing but a counter.</summary>
public sealed class LiveKitRefusalTests(IngressService ingress) : IClassFixture<IngressService>
{
    private static readonly string Body = LiveKitSays.Started(LiveKitSays.Sid());

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Forgeries => new()
    {
        { "nothing", "missing-header" },
        { "none", "wrong-algorithm" },
        { "nOnE", "wrong-algorithm" },
        { "none and unsigned", "malformed-token" },
        { "RS256", "wrong-algorithm" },
        { "kid ../../dev/null", "wrong-key" },
        { "kid ' or 1=1--", "wrong-key" },
        { "kid of ten kilobytes", "malformed-token" },
        { "another key", "wrong-signature" },
        { "another secret", "wrong-signature" },
        { "join token", "not-a-webhook-token" },
        { "another body", "wrong-body" },
        { "expired", "stale" },
        { "early", "from-the-future" },
        { "hex", "not-a-webhook-token" },
        { "Bearer", "wrong-signature" },
    };

    [Theory, MemberData(nameof(Forgeries))]
    [Trait("Hostile", "14"), Trait("Hostile", "15"), Trait("Hostile", "16"), Trait("Hostile", "17"), Trait("Hostile", "18"), Trait("Hostile", "19")]
    [Trait("Hostile", "20")]
    public async Task Every_failure_is_the_same_401_and_only_the_counter_knows_why(string forgery, string reason)
    {
        var rows = await ingress.CountAsync("select count(*) from delivery");
        var lines = ingress.Logged.Count;
        var counted = new List<string>();
        using var listener = Counters.Listen("meetings.webhook.rejected", (_, tags) => counted.Add($"{tags["provider"]} {tags["reason"]}"));

        using var request = LiveKitSays.Request(Body, Forge(forgery));
        if (forgery == "nothing") request.Headers.Clear();
        if (forgery == "another body") request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body.Replace("room_started", "room_startee", StringComparison.Ordinal)));
        var response = await ingress.Client.SendAsync(request, Ct);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("webhook-not-verified", JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!["code"]!.GetValue<string>());
        Assert.Equal([$"livekit {reason}"], counted);
        Assert.Equal(rows, await ingress.CountAsync("select count(*) from delivery"));
        Assert.DoesNotContain(ingress.Logged.Skip(lines), line => line.Contains("/webhooks/livekit", StringComparison.Ordinal) && !line.StartsWith("Debug", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("TRACE")]
    [Trait("Hostile", "26")]
    public async Task Only_posts_are_webhooks(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri("/webhooks/livekit", UriKind.Relative));

        var response = await ingress.Client.SendAsync(request, Ct);

        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (response.StatusCode, Assert.Single(response.Content.Headers.Allow)));
    }

    [Fact, Trait("Hostile", "22"), Trait("Hostile", "23")]
    public async Task A_body_that_is_too_large_or_encoded_is_refused()
    {
        var large = new string('x', (256 * 1024) + 1);
        using var tooLarge = LiveKitSays.Request(large, LiveKitSays.Token(large, ingress.Clock.GetUtcNow()));
        using var encoded = LiveKitSays.Request(Body, LiveKitSays.Token(Body, ingress.Clock.GetUtcNow()));
        encoded.Content!.Headers.ContentEncoding.Add("gzip");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await ingress.Client.SendAsync(tooLarge, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await ingress.Client.SendAsync(encoded, Ct)).StatusCode);
    }

    [Fact]
    public async Task A_key_is_rotated_without_losing_a_delivery()
    {
        const string newSecret = "the-new-secret-of-ours-0123456789abcdef";
        var both = ingress.StartReplica(("LiveKit:Keys:new-key", newSecret));
        var (first, second) = (LiveKitSays.Started(LiveKitSays.Sid()), LiveKitSays.Started(LiveKitSays.Sid()));
        var newToken = LiveKitSays.Token(second, ingress.Clock.GetUtcNow(), "new-key", newSecret);

        Assert.Equal(HttpStatusCode.OK, (await ingress.SendLiveKitAsync(first, to: both)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await ingress.SendLiveKitAsync(second, newToken, both)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ingress.SendLiveKitAsync(second, newToken)).StatusCode);
    }

    private string Forge(string forgery)
    {
        var now = ingress.Clock.GetUtcNow();
        var claims = LiveKitSays.Claims(Body, now);
        switch (forgery)
        {
            case "expired":
                return LiveKitSays.Token(Body, now.AddSeconds(-300 - 61));
            case "early":
                return LiveKitSays.Token(Body, now.AddSeconds(61));
            case "another key":
                return LiveKitSays.Token(Body, now, "another", "another-secret-of-nobodys-0123456789abcdef");
            case "another secret":
                return LiveKitSays.Token(Body, now, secret: "another-secret-of-nobodys-0123456789abcdef");
            case "Bearer":
                return $"Bearer {LiveKitSays.Token(Body, now)}";
            case "join token":
                claims.Remove("sha256");
                claims["sub"] = LiveKitSays.Identity;
                claims["video"] = new JsonObject { ["roomJoin"] = true, ["room"] = LiveKitSays.RoomName };
                break;
            case "hex":
                claims["sha256"] = Convert.ToHexStringLower(Convert.FromBase64String(LiveKitSays.Hash(Body)));
                break;
        }

        var header = new JsonObject { ["alg"] = "HS256", ["typ"] = "JWT" };
        if (forgery.Split(' ') is ["none" or "nOnE" or "RS256", ..] named) header["alg"] = named[0];
        if (forgery.StartsWith("kid ", StringComparison.Ordinal)) header["kid"] = forgery == "kid of ten kilobytes" ? new string('k', 10_000) : forgery[4..];
        var token = LiveKitSays.Sign(claims.ToJsonString(), header: header.ToJsonString());
        return forgery == "none and unsigned" ? token[..(token.LastIndexOf('.') + 1)] : token;
    }
}
