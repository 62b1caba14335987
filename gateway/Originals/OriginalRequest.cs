using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Yarp.ReverseProxy.Transforms;

namespace Meetings.Gateway.Originals;

/// <summary>A request in an original client's words, on its way to a service.</summary>
internal sealed partial class OriginalRequest(RequestTransformContext context)
{
    /// <summary>Bytes; such bodies have a few short fields.</summary>
    private const int MaxBody = 16 * 1024;

    public HttpContext Http => context.HttpContext;

    /// <summary>The body as a JSON object; an empty one when there is none.</summary>
    /// <exception cref="OriginalRefusal">It is something else, or too large.</exception>
    public async Task<JsonElement> BodyAsync()
    {
        var buffer = new byte[MaxBody + 1];
        var length = await Http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, Http.RequestAborted);
        if (length > MaxBody) throw new OriginalRefusal(Problem.Of(StatusCodes.Status413PayloadTooLarge, "payload-too-large", "The request is too large."));
        if (length == 0) return JsonSerializer.SerializeToElement(new { });
        try
        {
            var body = JsonSerializer.Deserialize<JsonElement>(buffer.AsSpan(0, length), ApiJson.Options);
            return body.ValueKind is JsonValueKind.Object ? body : throw Invalid("", "The body must be a JSON object.");
        }
        catch (JsonException)
        {
            throw Invalid("", "The body must be a JSON object.");
        }
    }

    /// <summary>The id of a session: our meeting's UUID or room id, or a number that has become a room id.</summary>
    /// <exception cref="OriginalRefusal"/>
    public static string Session(JsonElement body) =>
        Id(body, "session_id") is { } id && SessionId().IsMatch(id) ? id : throw Invalid("session_id", "Must be the id of a meeting or of its room.");

    /// <summary>The caller, whom the body names as well.</summary>
    /// <exception cref="OriginalRefusal">It names somebody else.</exception>
    public Guid Self(JsonElement body)
    {
        var user = Id(body, "user_id") ?? throw Invalid("user_id", "Must be your own id.");
        return Caller.From(Http.User) is { } caller && Guid.TryParse(user, out var id) && caller.PersonId == id
            ? id
            : throw new OriginalRefusal(Problem.Forbidden("not-yourself", "You may tell this of yourself only."));
    }

    /// <summary>Where the service has it.</summary>
    public void Path(string path) => context.Path = path;

    /// <summary>With which query, instead of the one that came.</summary>
    public void Query(QueryString query) => context.Query = new QueryTransformContext(new DefaultHttpContext { Request = { QueryString = query } }.Request);

    public void Header(string name, string value)
    {
        context.ProxyRequest.Headers.Remove(name);
        context.ProxyRequest.Headers.TryAddWithoutValidation(name, value);
    }

    /// <summary>What the service is told instead.</summary>
    public void Tell(object body)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, ApiJson.Options);
        Http.Request.Body = new MemoryStream(bytes);
        Http.Request.ContentLength = bytes.Length;
        if (context.ProxyRequest.Content is not { } content) return;
        content.Headers.ContentLength = bytes.Length;
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Clear();
    }

    /// <exception cref="OriginalRefusal"/>
    public static int? Whole(JsonElement body, string field, int min, int max)
    {
        if (!body.TryGetProperty(field, out var value) || value.ValueKind is JsonValueKind.Null) return null;
        return value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max
            ? number
            : throw Invalid(field, string.Create(CultureInfo.InvariantCulture, $"Must be a whole number from {min} to {max}."));
    }

    public static OriginalRefusal Invalid(string field, string error) => new(Problem.Invalid(field, error));

    private static string? Id(JsonElement body, string field) => !body.TryGetProperty(field, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number when value.TryGetInt64(out var number) => number.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    [GeneratedRegex("^[A-Za-z0-9_-]{1,255}\\z")]
    private static partial Regex SessionId();
}
