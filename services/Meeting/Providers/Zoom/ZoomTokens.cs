using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Polly;

namespace Meetings.Meeting.Providers.Zoom;

/// <summary>
/// The account's access token: one, cached until shortly before it runs out, and asked for by one caller at a time while the others wait. Zoom has
/// no refresh tokens; several access tokens may live at once, so every replica has its own.
/// </summary>
internal sealed class ZoomTokens(IHttpClientFactory clients, IOptions<ZoomOptions> options, TimeProvider clock) : IDisposable
{
    public const string ClientName = "zoom-token";

    private static readonly TimeSpan RefreshEarly = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private Token? _current;

    /// <exception cref="ProviderException">Zoom gives no token.</exception>
    public async Task<string> GetAsync(CancellationToken ct)
    {
        if (Usable() is { } ready) return ready;

        await _oneAtATime.WaitAsync(ct);
        try
        {
            if (Usable() is { } meanwhile) return meanwhile;
            var token = await RequestAsync(ct);
            Volatile.Write(ref _current, token);
            return token.Value;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Forgets a token that Zoom does not take any more, unless a newer one is there already.</summary>
    public void Drop(string value)
    {
        var current = Volatile.Read(ref _current);
        if (current?.Value == value) Interlocked.CompareExchange(ref _current, null, current);
    }

    public void Dispose() => _oneAtATime.Dispose();

    private string? Usable() => Volatile.Read(ref _current) is { } token && clock.GetUtcNow() < token.UsableUntil ? token.Value : null;

    private async Task<Token> RequestAsync(CancellationToken ct)
    {
        var zoom = options.Value;
        using var request = new HttpRequestMessage(HttpMethod.Post, zoom.TokenUrl)
        {
            Content = new FormUrlEncodedContent([new("grant_type", "account_credentials"), new("account_id", zoom.AccountId)]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{zoom.ClientId}:{zoom.ClientSecret}")));

        var asked = clock.GetUtcNow();
        using var client = clients.CreateClient(ClientName);
        try
        {
            using var response = await client.SendAsync(request, ct);
            var body = await response.Content.ReadAsStringAsync(ct);
            if (!response.IsSuccessStatusCode) throw Refusal(response.StatusCode, body);

            var token = JsonSerializer.Deserialize<ZoomToken>(body, ZoomJson.Options);
            return token is { AccessToken: { Length: > 0 } value, ExpiresIn: > 0 and < 1e9 }
                ? new Token(value, asked + TimeSpan.FromSeconds(token.ExpiresIn.Value) - RefreshEarly)
                : throw new ProviderException(ProviderFailure.Unavailable, "Zoom answered a request for a token with something else.");
        }
        catch (Exception e) when (!ct.IsCancellationRequested
            && e is HttpRequestException or OperationCanceledException or ExecutionRejectedException or IOException or JsonException)
        {
            // Without a token nothing was asked of Zoom, so nothing can have happened there.
            throw new ProviderException(ProviderFailure.Unavailable, "Zoom gives no access token at the moment.", e);
        }
    }

    private static ProviderException Refusal(HttpStatusCode status, string body) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden && ZoomErrors.ReadFault(body) is { } fault
            ? new ProviderException(ProviderFailure.Refused, "Zoom does not accept the configured credentials.") { Code = fault.Code?.Value ?? "oauth" }
            : new ProviderException(ProviderFailure.Unavailable, "Zoom gives no access token at the moment.");

    private sealed record Token(string Value, DateTimeOffset UsableUntil);
}
