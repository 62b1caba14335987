using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Meetings.Gateway.Tests;

/// <summary>The API document and its page: for everybody, also while the services are away.</summary>
public sealed class DocumentationTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_document_is_there_without_a_token_and_its_page_loads_nothing_from_elsewhere()
    {
        using var client = GatewayFixture.Client(fixture.Gateway);

        var document = JsonNode.Parse(await client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), Ct))!;
        Assert.Equal("Meetings", (string?)document["info"]!["title"]);
        Assert.NotNull(document["paths"]!["/api/v1/meetings"]!["post"]);

        using var page = await client.GetAsync(new Uri("/docs/index.html", UriKind.Relative), Ct);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var html = await page.Content.ReadAsStringAsync(Ct);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        Assert.Contains("script-src 'self'", string.Join(' ', page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        foreach (var file in (string[])["swagger-ui.css", "swagger-ui-bundle.js", "index.js"])
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri($"/docs/{file}", UriKind.Relative), Ct)).StatusCode);
        Assert.Contains("/openapi/v1.json", await client.GetStringAsync(new Uri("/docs/index.js", UriKind.Relative), Ct), StringComparison.Ordinal);

        // Nothing else may load anything.
        using var other = await client.GetAsync(new Uri("/", UriKind.Relative), Ct);
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", string.Join(' ', other.Headers.GetValues("Content-Security-Policy")));
    }
}
