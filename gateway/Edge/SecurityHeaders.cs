using Meetings.Gateway.Documentation;

namespace Meetings.Gateway.Edge;

/// <summary>Puts on every answer, whoever gave it, what keeps browsers from making something else of it.</summary>
internal sealed class SecurityHeaders(RequestDelegate next, IHostEnvironment environment)
{
    private readonly bool _strictTransport = !environment.IsDevelopment();

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(state => Add((HttpContext)state), context);
        return next(context);
    }

    private Task Add(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-site";

        // Nothing that comes from here is a page, but the one that shows the API: it may load nothing and be framed by nobody.
        headers.ContentSecurityPolicy = DocumentationFeature.IsPage(context.Request.Path) ? DocumentationFeature.PagePolicy : "default-src 'none'; frame-ancestors 'none'";

        // Answers are somebody's own. Shared and private caches keep none of them.
        headers.CacheControl = "no-store";
        if (_strictTransport) headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        return Task.CompletedTask;
    }
}
