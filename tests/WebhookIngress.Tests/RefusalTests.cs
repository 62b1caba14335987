using System.Net;
using System.Text;
using System.Text.Json;

namespace Meetings.WebhookIngress.Tests;

/// <summary>Who is not believed learns nothing and leaves nothing but a counter.</summary>
public sealed class RefusalTests(IngressService ingress) : IClassFixture<IngressService>
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes(ZoomSays.Started());

    public static TheoryData<string, string> Forgeries => new()
    {
        { "nothing", "missing-header" },
        { "no signature", "missing-header" },
        { "no timestamp", "missing-header" },
        { "another secret", "wrong-signature" },
        { "another body", "wrong-signature" },
        { "capitals", "malformed-signature" },
        { "no version", "malformed-signature" },
        { "base64", "malformed-signature" },
        { "truncated", "malformed-signature" },
        { "ten kilobytes", "malformed-signature" },
        { "stale", "stale" },
        { "early", "from-the-future" },
        { "milliseconds", "from-the-future" },
        { "words", "malformed-timestamp" },
        { "twenty digits", "malformed-timestamp" },
        { "negative", "malformed-timestamp" },
        { "empty timestamp", "malformed-timestamp" },
    };

    [Theory, MemberData(nameof(Forgeries))]
    [Trait("Hostile", "1"), Trait("Hostile", "2"), Trait("Hostile", "4"), Trait("Hostile", "5"), Trait("Hostile", "7")]
    [Trait("Hostile", "8"), Trait("Hostile", "9"), Trait("Acceptance", "X21")]
    public async Task Every_failure_is_the_same_401_and_only_the_counter_knows_why(string forgery, string reason)
    {
        var rows = await ingress.CountAsync("select count(*) from delivery");
        var lines = ingress.Logged.Count;
        var counted = new List<string>();
        using var listener = Counters.Listen("meetings.webhook.rejected", (_, tags) => counted.Add(tags["reason"]));

        using var request = Forge(forgery);
        var response = await ingress.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(
            "code=webhook-not-verified status=401 title=The request is not signed as it must be. type=https://tools.ietf.org/html/rfc9110#section-15.5.2",
            string.Join(' ', problem.EnumerateObject().Where(p => p.Name != "traceId").OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"{p.Name}={p.Value}")));
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
        Assert.Equal([reason], counted);
        Assert.Equal(rows, await ingress.CountAsync("select count(*) from delivery"));
        Assert.DoesNotContain(ingress.Logged.Skip(lines), line => line.Contains("/webhooks/zoom", StringComparison.Ordinal) && !line.StartsWith("Debug", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("TRACE")]
    [InlineData("PATCH")]
    [Trait("Hostile", "26")]
    public async Task Only_posts_are_webhooks(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri("/webhooks/zoom", UriKind.Relative));

        var response = await ingress.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("identity")]
    [Trait("Hostile", "23")]
    public async Task Nothing_is_unpacked(string encoding)
    {
        var rows = await ingress.CountAsync("select count(*) from delivery");
        using var request = ZoomSays.Request(Body, ingress.Clock.GetUtcNow());
        request.Content!.Headers.ContentEncoding.Add(encoding);

        await AssertRefusedAsync(request, HttpStatusCode.UnsupportedMediaType, "webhook-encoded");
        Assert.Equal(rows, await ingress.CountAsync("select count(*) from delivery"));
    }

    [Theory]
    [InlineData(true, 256 * 1024, HttpStatusCode.OK)]
    [InlineData(false, 256 * 1024, HttpStatusCode.OK)]
    [InlineData(true, (256 * 1024) + 1, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(false, (256 * 1024) + 1, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(false, 2 * 1024 * 1024, HttpStatusCode.RequestEntityTooLarge)]
    [Trait("Hostile", "22")]
    public async Task A_body_may_have_256_kibibytes_and_no_more_chunked_or_not(bool chunked, int length, HttpStatusCode status)
    {
        var body = new byte[length];
        Array.Fill(body, (byte)'x');
        body[0] = chunked ? (byte)'c' : (byte)'n';
        using var request = ZoomSays.Request(body, ingress.Clock.GetUtcNow());
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.ExpectContinue = length > 1024 * 1024;

        if (status == HttpStatusCode.OK) Assert.Equal(status, (await ingress.Client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
        else await AssertRefusedAsync(request, status, "webhook-unreadable-body");
    }

    [Fact, Trait("Hostile", "1"), Trait("Hostile", "22")]
    public async Task A_body_beyond_the_cap_is_not_read_to_see_whether_it_is_signed()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/webhooks/zoom", UriKind.Relative)) { Content = new ByteArrayContent(new byte[8 * 1024 * 1024]) };
        request.Headers.ExpectContinue = true;

        await AssertRefusedAsync(request, HttpStatusCode.RequestEntityTooLarge, "webhook-unreadable-body");
    }

    private async Task AssertRefusedAsync(HttpRequestMessage request, HttpStatusCode status, string code)
    {
        var response = await ingress.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((status, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Equal(code, JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("code").GetString());
    }

    private HttpRequestMessage Forge(string forgery)
    {
        var now = ingress.Clock.GetUtcNow();
        var request = forgery switch
        {
            "stale" => ZoomSays.Request(Body, now.AddSeconds(-5401)),
            "early" => ZoomSays.Request(Body, now.AddSeconds(301)),
            "another secret" => ZoomSays.Request(Body, now, "another-tenants-secret"),
            _ => ZoomSays.Request(Body, now),
        };
        var signature = request.Headers.GetValues("x-zm-signature").Single();
        switch (forgery)
        {
            case "nothing":
                request.Headers.Clear();
                break;
            case "no signature":
                request.Headers.Remove("x-zm-signature");
                break;
            case "no timestamp":
                request.Headers.Remove("x-zm-request-timestamp");
                break;
            case "another body":
                request.Content = new ByteArrayContent([.. Body, (byte)' ']);
                break;
            case "capitals":
                Replace("x-zm-signature", "v0=" + signature[3..].ToUpperInvariant());
                break;
            case "no version":
                Replace("x-zm-signature", signature[3..]);
                break;
            case "base64":
                Replace("x-zm-signature", "v0=" + Convert.ToBase64String(Convert.FromHexString(signature[3..])));
                break;
            case "truncated":
                Replace("x-zm-signature", signature[..10]);
                break;
            case "ten kilobytes":
                Replace("x-zm-signature", signature + new string('0', 10_000));
                break;
            case "milliseconds":
                Replace("x-zm-request-timestamp", now.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
                break;
            case "words":
                Replace("x-zm-request-timestamp", "1e9");
                break;
            case "twenty digits":
                Replace("x-zm-request-timestamp", "17600000000000000000");
                break;
            case "negative":
                Replace("x-zm-request-timestamp", "-1");
                break;
            case "empty timestamp":
                Replace("x-zm-request-timestamp", "");
                break;
        }

        return request;

        void Replace(string name, string value)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
