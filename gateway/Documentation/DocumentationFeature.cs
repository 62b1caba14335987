namespace Meetings.Gateway.Documentation;

/// <summary>
/// The one API document, at <c>/openapi/v1.json</c>, and a page to read it, at <c>/docs</c>. It is the one that is checked in (docs/openapi.v1.json), of which a test knows that it is what the
/// services make of themselves: so it is there also while one of them is not.
/// </summary>
internal static class DocumentationFeature
{
    private const string Page = "docs";
    private const string Document = "/openapi/v1.json";

    /// <summary>What the page needs of its own origin; nothing else is loaded from anywhere.</summary>
    public const string PagePolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

    public static bool IsPage(PathString path) => path.StartsWithSegments($"/{Page}");

    public static void UseDocumentation(this WebApplication app) => app.UseSwaggerUI(page =>
    {
        page.RoutePrefix = Page;
        page.DocumentTitle = "Meetings";
        page.SwaggerEndpoint(Document, "Meetings");
        page.ConfigObject.AdditionalItems["syntaxHighlight"] = false;
    });

    public static void MapDocumentation(this IEndpointRouteBuilder app)
    {
        using var stream = typeof(DocumentationFeature).Assembly.GetManifestResourceStream("openapi.v1.json")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        var document = copy.ToArray();
        app.MapGet(Document, () => Results.Bytes(document, "application/json")).AllowAnonymous();
    }
}
