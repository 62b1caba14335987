using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Aspire.Hosting.Dashboard;

/// <summary>The pages: plain HTML and one script each, embedded, with nothing fetched from anywhere else.</summary>
internal static class DashboardPages
{
    public static void MapPages(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", () => Page("resources.html"));
        app.MapGet("/consolelogs", () => Page("consolelogs.html"));
        app.MapGet("/consolelogs/resource/{name}", (string name) => Page("consolelogs.html"));
        app.MapGet("/assets/{file}", (string file) => Path.GetExtension(file) switch
        {
            ".css" => Asset(file, "text/css"),
            ".js" => Asset(file, "text/javascript"),
            _ => Results.NotFound(),
        });
    }

    public static IResult Page(string file, int status = StatusCodes.Status200OK) => Results.Content(Read(file), "text/html; charset=utf-8", statusCode: status);

    private static IResult Asset(string file, string type) => Read(file) is { } content ? Results.Content(content, type + "; charset=utf-8") : Results.NotFound();

    private static string? Read(string file)
    {
        using var stream = typeof(DashboardPages).Assembly.GetManifestResourceStream("Dashboard/" + file);
        if (stream is null) return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
