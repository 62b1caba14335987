using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meetings.ZoomSandbox.State;
using Microsoft.Extensions.Options;

namespace Meetings.ZoomSandbox.Webhooks;

/// <summary>Asks the endpoint to prove that it knows the Secret Token: on demand, and every 72 hours.</summary>
internal sealed partial class UrlValidation(
    Subscription subscription, WebhookClient client, IOptions<ZoomOptions> options, TimeProvider clock, ILogger<UrlValidation> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(72);

    /// <summary>The validation request's body for a token.</summary>
    public static JsonObject Body(string plainToken, DateTimeOffset at) => new()
    {
        ["payload"] = new JsonObject { ["plainToken"] = plainToken },
        ["event_ts"] = at.ToUnixTimeMilliseconds(),
        ["event"] = "endpoint.url_validation",
    };

    /// <summary>Validates now. Null when there is no endpoint.</summary>
    public async Task<Outcome?> ValidateAsync(CancellationToken ct)
    {
        if (subscription.Endpoint is not { } endpoint) return null;

        var plainToken = Ids.Short();
        var body = ZoomJson.Bytes(Body(plainToken, clock.GetUtcNow()));
        var (status, answer, error) = await client.PostAsync(endpoint, body, client.Timestamp(), Guid.NewGuid().ToString().Replace('-', '_'), false, ct);
        var valid = status == 200 && IsRight(answer, plainToken);
        subscription.Validated(valid);
        if (!valid) LogFailed(status, error, subscription.ConsecutiveFailures);
        return new Outcome(valid, status, error, subscription.ConsecutiveFailures, subscription.IsActive);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every / options.Value.TimeCompression, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await ValidateAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private bool IsRight(byte[] answer, string plainToken)
    {
        try
        {
            return JsonNode.Parse(answer) is JsonObject { Count: 2 } json
                && json["plainToken"] is JsonValue plain && plain.TryGetValue<string>(out var echo) && echo == plainToken
                && json["encryptedToken"] is JsonValue encrypted && encrypted.TryGetValue<string>(out var hash)
                && CryptographicOperations.FixedTimeEquals(
                    Encoding.UTF8.GetBytes(hash), Encoding.UTF8.GetBytes(WebhookSignature.EncryptedToken(options.Value.WebhookSecret, plainToken)));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>How a validation went.</summary>
    internal sealed record Outcome(bool Valid, int? Status, string? Error, int ConsecutiveFailures, bool SubscriptionActive);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The endpoint failed a validation: status {Status}, {Error}; {Failures} in a row")]
    private partial void LogFailed(int? status, string? error, int failures);
}
