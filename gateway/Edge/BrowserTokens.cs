namespace Meetings.Gateway.Edge;

/// <summary>
/// A browser's WebSocket and EventSource cannot send headers, so on these two paths, and on no other, the token may stand in the query as
/// <c>access_token</c>. It is moved into the header before anything looks at the request: behind here no address has a token in it that somebody could log.
/// </summary>
internal sealed class BrowserTokens(RequestDelegate next)
{
    private const string Name = "access_token";

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!request.QueryString.HasValue || !request.Query.TryGetValue(Name, out var tokens)) return next(context);

        if (IsPush(request.Path) && tokens is [{ Length: > 0 } token] && request.Headers.Authorization.Count == 0) request.Headers.Authorization = $"Bearer {token}";

        // Taken away elsewhere too: where it opens nothing it is still somebody's.
        request.QueryString = QueryString.Create(request.Query.Where(pair => !pair.Key.Equals(Name, StringComparison.OrdinalIgnoreCase)));
        return next(context);
    }

    internal static bool IsPush(PathString path) =>
        path.StartsWithSegments("/hubs/meetings", StringComparison.OrdinalIgnoreCase, out _)
        || (path.StartsWithSegments("/api/v1/meetings", StringComparison.OrdinalIgnoreCase, out var rest)
            && rest.Value?.Split('/') is [_, { Length: > 0 }, var last] && last.Equals("stream", StringComparison.OrdinalIgnoreCase));
}
