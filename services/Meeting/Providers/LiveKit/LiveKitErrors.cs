using System.Globalization;
using System.Net;
using System.Text.Json;
using Google.Protobuf;
using Polly;

namespace Meetings.Meeting.Providers.LiveKit;

/// <summary>What LiveKit's failures mean (PROTOCOLS E): its <c>code</c> decides, never its text.</summary>
internal static class LiveKitErrors
{
    public const string NotFound = "not_found";

    private const string Unreadable = "LiveKit answered what cannot be understood.";

    /// <summary>A refusal, or an answer that is none.</summary>
    /// <param name="response">Whatever came.</param>
    /// <param name="body">What stands in it.</param>
    /// <param name="changes">The call changes something, so an answer that cannot be read leaves open whether it did.</param>
    /// <param name="now">To turn an instant into a wait.</param>
    public static ProviderException Of(HttpResponseMessage response, byte[] body, bool changes, DateTimeOffset now)
    {
        var status = (int)response.StatusCode;
        var code = ReadCode(body);
        var wait = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - now : null;
        if (wait < TimeSpan.Zero) wait = TimeSpan.Zero;

        if (response.StatusCode is HttpStatusCode.TooManyRequests)
        {
            return new ProviderException(ProviderFailure.Unavailable, "LiveKit's limit of requests is reached.")
            {
                Code = code ?? "429", RetryAfter = wait ?? TimeSpan.FromSeconds(1),
            };
        }

        // A token that is not taken is refused in plain text, without a code.
        if (response.StatusCode is HttpStatusCode.Unauthorized && !IsPage(response))
            return new ProviderException(ProviderFailure.Refused, Explain("unauthenticated")) { Code = code ?? "unauthenticated" };

        // A request that the server gave up (408) is one more that may have been done.
        if (status is >= 400 and < 500 and not 408 && code is not null) return new ProviderException(ProviderFailure.Refused, Explain(code)) { Code = code };

        return new ProviderException(ProviderFailure.Unavailable, code is null ? Unreadable : "LiveKit cannot do it now.")
        {
            Code = code ?? status.ToString(CultureInfo.InvariantCulture), RetryAfter = wait, MayHaveHappened = changes,
        };
    }

    /// <summary>Silence: nothing came, or something that is no message.</summary>
    public static ProviderException Silence(Exception e, bool changes) =>
        new(ProviderFailure.Unavailable, e is InvalidProtocolBufferException ? Unreadable : "LiveKit does not answer.", e) { MayHaveHappened = changes };

    /// <summary>A 2xx that says something else than what was asked.</summary>
    public static ProviderException Nonsense(bool changes) => new(ProviderFailure.Unavailable, Unreadable) { MayHaveHappened = changes };

    public static bool IsSilence(Exception e) =>
        e is HttpRequestException or OperationCanceledException or ExecutionRejectedException or IOException or InvalidProtocolBufferException;

    public static bool IsNotFound(ProviderException e) => e is { Failure: ProviderFailure.Refused, Code: NotFound };

    /// <summary>Null when the body is none of Twirp's error bodies, such as a proxy's page.</summary>
    private static string? ReadCode(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("code", out var code)
                && code.ValueKind is JsonValueKind.String && code.GetString() is { Length: > 0 and <= 64 } text ? text : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsPage(HttpResponseMessage response) => response.Content.Headers.ContentType?.MediaType is "text/html";

    private static string Explain(string code) => code switch
    {
        "unauthenticated" or "permission_denied" => "LiveKit does not take our key.",
        NotFound => "LiveKit has no such room or participant.",
        "invalid_argument" or "malformed" or "out_of_range" => "LiveKit finds a value invalid.",
        _ => "LiveKit refused.",
    };
}
