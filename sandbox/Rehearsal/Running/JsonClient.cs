using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Meetings.Rehearsal.Running;

/// <summary>JSON over HTTP, with failures in words.</summary>
internal sealed class JsonClient(string what, Uri address) : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private static readonly string[] ProblemFields = ["code", "title", "detail"];

    private readonly HttpClient _http = new() { BaseAddress = address };

    public void Authorize(string token) => _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

    public Task<T> GetAsync<T>(string path, CancellationToken ct) => SendAsync<T>(HttpMethod.Get, path, null, null, ct);

    public Task<T> PostAsync<T>(string path, object body, CancellationToken ct, string? idempotencyKey = null) =>
        SendAsync<T>(HttpMethod.Post, path, body, idempotencyKey, ct);

    public void Dispose() => _http.Dispose();

    private async Task<T> SendAsync<T>(HttpMethod method, string path, object? body, string? idempotencyKey, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = JsonContent.Create(body, options: Json);
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        try
        {
            using var response = await _http.SendAsync(request, ct);
            var text = await response.Content.ReadAsStringAsync(ct);
            if (!response.IsSuccessStatusCode)
            {
                var message = $"{what} answers {(int)response.StatusCode} to {method} {path}: {Summary(text)}";
                throw response.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
                    ? new MomentarilyUnavailable(message)
                    : new PlayFailure(ExitCode.NoSystem, message);
            }

            return text.Length == 0 ? default! : JsonSerializer.Deserialize<T>(text, Json)!;
        }
        catch (HttpRequestException e)
        {
            throw new PlayFailure(ExitCode.NoSystem, $"{what} does not answer at {address}. Is the system up? ./run.sh starts it.", e);
        }
        catch (JsonException e)
        {
            throw new PlayFailure(ExitCode.NoSystem, $"{what} answers something else than was asked for with {method} {path}: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new PlayFailure(ExitCode.TimedOut, $"{what} did not answer {method} {path} in time.", e);
        }
    }

    // What a problem detail says, or the beginning of whatever else came.
    private static string Summary(string text)
    {
        try
        {
            if (JsonSerializer.Deserialize<JsonElement>(text) is { ValueKind: JsonValueKind.Object } problem)
            {
                var words = ProblemFields
                    .Select(name => problem.TryGetProperty(name, out var value) ? value.ToString() : "").Where(word => word.Length > 0);
                return string.Join(" — ", words);
            }
        }
        catch (JsonException)
        {
            // Not JSON: shown as it came.
        }

        const int Enough = 200;
        return text.Length == 0 ? "(nothing)" : text[..Math.Min(text.Length, Enough)];
    }
}
