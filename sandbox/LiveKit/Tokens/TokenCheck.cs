using Microsoft.Extensions.Options;

namespace Meetings.LiveKitSandbox.Tokens;

/// <summary>
/// Checks the token of a call, before anything else of the call is looked at. A bad one is answered with 401 in plain text; without one the call goes on, to
/// be refused by the method.
/// </summary>
internal sealed class TokenCheck(IOptions<LiveKitOptions> options, TimeProvider clock)
{
    private const string Bearer = "Bearer ";

    public AccessToken? Verify(string token, out string refusal) => AccessToken.Verify(token, options.Value.Keys, clock.GetUtcNow(), out refusal);

    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.Length > 0 && !header.StartsWith(Bearer, StringComparison.Ordinal))
        {
            await RefuseAsync(http, $"invalid authorization header. Must start with {Bearer}");
            return;
        }

        var token = header.Length > 0 ? header[Bearer.Length..] : http.Request.Query["access_token"].ToString();
        if (token.Length > 0)
        {
            if (Verify(token, out var refusal) is not { } verified)
            {
                await RefuseAsync(http, refusal);
                return;
            }

            http.Features.Set(verified);
        }

        await next(http);
    }

    private static Task RefuseAsync(HttpContext http, string why)
    {
        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(why);
    }
}

internal static class TokensFeature
{
    public static void AddTokens(this IServiceCollection services) => services.AddSingleton<TokenCheck>();
}
