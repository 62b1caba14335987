namespace Meetings.Gateway;

/// <summary><c>GET /</c>: what this is, and where to go on.</summary>
internal static class Home
{
    public sealed record Response(string Name, IReadOnlyDictionary<string, string> Links);

    public static void MapHome(this WebApplication app)
    {
        var links = new Dictionary<string, string>
        {
            ["docs"] = "/docs",
            ["openapi"] = "/openapi/v1.json",
            ["health"] = "/health",
            ["meetings"] = "/api/v1/meetings",
            ["academies"] = "/api/v1/academies",
            ["users"] = "/api/v1/users",
            ["classes"] = "/api/v1/classes",
        };
        if (app.Environment.IsDevelopment()) links["token"] = "/dev/token";

        var response = new Response("Meetings", links);
        app.MapGet("/", () => response).AllowAnonymous();
    }
}
