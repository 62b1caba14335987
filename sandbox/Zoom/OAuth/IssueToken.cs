using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace Meetings.ZoomSandbox.OAuth;

/// <summary>Server-to-server OAuth: a token for the account, against the app's credentials. There is no refresh token.</summary>
internal static class IssueToken
{
    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/oauth/token", HandleAsync);

    private static async Task<IResult> HandleAsync(HttpRequest request, AccessTokens tokens, IOptions<ZoomOptions> options, CancellationToken ct)
    {
        var zoom = options.Value;
        if (!Credentials(request, out var id, out var secret) || !Same(id, zoom.ClientId) || !Same(secret, zoom.ClientSecret))
        {
            return Refuse("Invalid client_id or client_secret", "invalid_client", StatusCodes.Status401Unauthorized);
        }

        // The query string form worked for years and is answered with 400 today, so only a form body counts.
        var form = request.HasFormContentType ? await request.ReadFormAsync(ct) : FormCollection.Empty;
        if (form["grant_type"].ToString() is not "account_credentials") return Refuse("Unsupported grant type", "unsupported_grant_type");
        if (form["account_id"].ToString() != zoom.AccountId) return Refuse("Bad Request", "invalid_request");

        return ZoomJson.Answer(new JsonObject
        {
            ["access_token"] = tokens.Issue(),
            ["token_type"] = "bearer",
            ["expires_in"] = zoom.TokenSeconds,
            ["scope"] = string.Join(' ', Scopes.Of(zoom)),
            ["api_url"] = $"{request.Scheme}://{request.Host}",
        });
    }

    private static bool Credentials(HttpRequest request, out string id, out string secret)
    {
        (id, secret) = ("", "");
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return false;

        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header["Basic ".Length..].Trim(), bytes, out var length)) return false;

        var pair = Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2);
        if (pair.Length != 2) return false;

        (id, secret) = (pair[0], pair[1]);
        return true;
    }

    private static bool Same(string given, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));

    private static IResult Refuse(string reason, string error, int status = StatusCodes.Status400BadRequest) =>
        ZoomJson.Answer(new JsonObject { ["reason"] = reason, ["error"] = error }, status);
}
