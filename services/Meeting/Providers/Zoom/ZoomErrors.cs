using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Polly;
using Refit;

namespace Meetings.Meeting.Providers.Zoom;

/// <summary>What Zoom's failures mean (PROTOCOLS B.4).</summary>
internal static class ZoomErrors
{
    private const string NotFoundOrNotEnded = "3001";

    /// <summary>Makes a call, and tells its failure in the port's words.</summary>
    /// <param name="changes">The call changes something at Zoom, so an answer that was lost leaves open whether it did.</param>
    /// <param name="clock">To turn an instant into a wait.</param>
    /// <param name="call">The call.</param>
    /// <param name="ct">When it is the caller who gave up, that is no failure of Zoom's.</param>
    public static async Task<T> TranslateAsync<T>(bool changes, TimeProvider clock, Func<Task<T>> call, CancellationToken ct)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (Inner<ProviderException>(e) is { } already)
        {
            throw already;
        }
        catch (ApiException e)
        {
            throw Answered(e, changes, clock.GetUtcNow());
        }
        catch (Exception e) when (!ct.IsCancellationRequested
            && e is HttpRequestException or OperationCanceledException or ApiRequestException or ExecutionRejectedException or IOException or JsonException)
        {
            throw new ProviderException(ProviderFailure.Unavailable, "Zoom does not answer.", e) { MayHaveHappened = changes };
        }
    }

    /// <summary>Null when the body is none of Zoom's error bodies, such as a proxy's page.</summary>
    public static ZoomFault? ReadFault(string? body)
    {
        try
        {
            return string.IsNullOrEmpty(body) ? null : JsonSerializer.Deserialize<ZoomFault>(body, ZoomJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether what was asked for is not there.</summary>
    public static bool IsNotFound(ProviderException e) => e is { Failure: ProviderFailure.Refused or ProviderFailure.NotEnded, Code: NotFoundOrNotEnded };

    /// <summary>Whether it was held and is over: Zoom keeps it as history, and nobody can delete it.</summary>
    public static bool IsHistory(ProviderException e) => e is { Failure: ProviderFailure.Refused, Code: "3007" };

    /// <summary>Whether there is no such registrant, or no list that they could be on. Zoom's code is the number of its HTTP status here.</summary>
    public static bool IsNoRegistrant(ProviderException e) => e is { Failure: ProviderFailure.Refused, Code: "404" };

    /// <summary>Whether the host is nobody in the Zoom account.</summary>
    public static bool IsUnknownUser(ProviderException e) => e is { Failure: ProviderFailure.Refused, Code: "1001" or "1010" };

    private static ProviderException Answered(ApiException e, bool changes, DateTimeOffset now)
    {
        var fault = ReadFault(e.Content);
        if (e.StatusCode is HttpStatusCode.TooManyRequests)
        {
            return new ProviderException(ProviderFailure.Unavailable, "Zoom's limit of requests is reached.", e)
            {
                Code = "429",
                RetryAfter = RetryAfter(e.Headers, now) ?? (IsDaily(e.Headers, fault) ? UntilTomorrow(now) : TimeSpan.FromSeconds(1)),
            };
        }

        if ((int)e.StatusCode is >= 400 and < 500 && fault?.Code is { } code)
        {
            return new ProviderException(code.Value is NotFoundOrNotEnded ? ProviderFailure.NotEnded : ProviderFailure.Refused, Explain(code.Value), e)
            {
                Code = code.Value,
            };
        }

        // 5xx, a proxy's page, or a 2xx that nobody can read: it may or may not have been done.
        return new ProviderException(ProviderFailure.Unavailable, "Zoom answered what cannot be understood.", e)
        {
            Code = ((int)e.StatusCode).ToString(CultureInfo.InvariantCulture),
            RetryAfter = RetryAfter(e.Headers, now),
            MayHaveHappened = changes,
        };
    }

    /// <summary>Until Zoom counts anew.</summary>
    public static TimeSpan UntilTomorrow(DateTimeOffset now) => now.UtcDateTime.Date.AddDays(1) - now.UtcDateTime;

    // The limits of a host and of a registrant come without a header that says so.
    private static bool IsDaily(HttpResponseHeaders headers, ZoomFault? fault) =>
        (headers.TryGetValues("X-RateLimit-Type", out var type) && type.Any(text => text.Contains("daily", StringComparison.OrdinalIgnoreCase)))
        || fault?.Message?.Contains("daily", StringComparison.OrdinalIgnoreCase) is true;

    /// <summary>Seconds, an HTTP date or, as Zoom does on its daily limits, an ISO 8601 instant, which the typed header does not know.</summary>
    private static TimeSpan? RetryAfter(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (!headers.TryGetValues("Retry-After", out var values)) return null;
        var wait = values.First() is var text && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(2).TotalSeconds))
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant - now
            : (TimeSpan?)null;
        return wait is { } known && known < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static string Explain(string code) => code switch
    {
        "124" => "Zoom does not take our access token.",
        "200" => "Zoom allows this on a paid plan only, or not for this host.",
        "300" => "Zoom finds a value invalid.",
        "1001" or "1010" => "The host has no user in the Zoom account.",
        "3001" => "Zoom has no such meeting, or it has not ended.",
        "4700" or "4711" => "The Zoom app lacks a scope.",
        _ => "Zoom refused.",
    };

    private static T? Inner<T>(Exception? e)
        where T : Exception
    {
        for (; e is not null; e = e.InnerException)
            if (e is T found) return found;
        return null;
    }
}
