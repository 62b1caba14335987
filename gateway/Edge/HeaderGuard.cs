namespace Meetings.Gateway.Edge;

/// <summary>
/// Takes away headers with which a client might speak in the name of a proxy or of the gateway itself. The proxy sets its own X-Forwarded ones;
/// who the caller is stands in the token and nowhere else.
/// </summary>
internal sealed class HeaderGuard(RequestDelegate next)
{
    private static readonly string[] Names =
    [
        "Forwarded", "Via", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP",
        "X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override", "X-Rewrite-URL",
    ];

    private static readonly string[] Prefixes =
    [
        "X-Forwarded-", "X-Original-", "X-User", "X-Tenant", "X-Academy", "X-Role", "X-Caller", "X-Auth-", "X-Internal-", "X-Service-",
    ];

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        foreach (var name in headers.Keys.Where(IsOurs).ToList()) headers.Remove(name);
        return next(context);
    }

    private static bool IsOurs(string name) =>
        Names.Contains(name, StringComparer.OrdinalIgnoreCase) || Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
