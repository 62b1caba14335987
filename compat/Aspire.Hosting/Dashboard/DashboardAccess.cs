using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Dashboard;

/// <summary>Who may in: whoever knows the token, from this machine. The token makes a cookie, and scripts may send it as a bearer token.</summary>
internal sealed class DashboardAccess(string? token)
{
    private const string Cookie = ".Aspire.Dashboard.Auth";

    // What is in the cookie is not the token, so that a stolen cookie opens nothing once the dashboard has a new token.
    private readonly string? _session = token is null ? null : Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), "dashboard-session"u8));

    /// <summary>Null when anonymous access was asked for.</summary>
    public string? Token => token;

    public static DashboardAccess From(IConfiguration configuration) => new(
        string.Equals(configuration["ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS"], "true", StringComparison.OrdinalIgnoreCase) ? null
        : configuration["ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN"] is { Length: > 0 } given ? given
        : configuration["AppHost:BrowserToken"] is { Length: > 0 } kept ? kept
        : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));

    /// <summary>Refuses foreign names of this machine (DNS rebinding), foreign pages (CSRF), and who has no token.</summary>
    public async Task ScreenAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";

        var host = context.Request.Host.Host;
        if (host is not ("localhost" or "127.0.0.1" or "[::1]" or "::1"))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var changes = !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method);
        if (changes && context.Request.Headers.Origin is [{ } origin] && !string.Equals(origin, $"{context.Request.Scheme}://{context.Request.Host}", StringComparison.OrdinalIgnoreCase))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        if (!IsOpen(context.Request.Path) && !IsIn(context.Request))
        {
            if (context.Request.Path.StartsWithSegments("/compat")) context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            else context.Response.Redirect("/login");
            return;
        }

        await next(context);
    }

    /// <summary>Takes the token and gives the cookie.</summary>
    /// <returns>False when it is not the token.</returns>
    public bool TryEnter(HttpContext context, string? offered)
    {
        if (token is null) return true;
        if (!AreEqual(offered, token)) return false;
        context.Response.Cookies.Append(Cookie, _session!, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, IsEssential = true, Path = "/", MaxAge = TimeSpan.FromDays(3) });
        return true;
    }

    private static bool IsOpen(PathString path) => path == "/login" || path == "/health" || path.StartsWithSegments("/assets");

    private bool IsIn(HttpRequest request) =>
        token is null
        || AreEqual(request.Cookies[Cookie], _session!)
        || (request.Headers.Authorization is [{ } header] && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && AreEqual(header[7..], token));

    private static bool AreEqual(string? offered, string wanted) =>
        offered is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(offered)), SHA256.HashData(Encoding.UTF8.GetBytes(wanted)));
}

internal static class DashboardLogin
{
    public static void MapLogin(this IEndpointRouteBuilder app, DashboardAccess access)
    {
        app.MapGet("/login", (HttpContext context, string? t) =>
            access.TryEnter(context, t) ? Results.Redirect("/") : DashboardPages.Page("login.html", t is null ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized));
        app.MapPost("/login", async (HttpContext context) =>
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            return access.TryEnter(context, form["token"]) ? Results.Redirect("/") : DashboardPages.Page("login.html", StatusCodes.Status401Unauthorized);
        }).DisableAntiforgery();
    }
}
