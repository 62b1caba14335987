using System.Text.Json;
using System.Text.Json.Nodes;
using Meetings.ServiceDefaults.Http;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Meetings.Gateway.Originals;

/// <summary>
/// Puts the originals' shapes on the routes that ask for them. What a service refuses keeps its status and code, and has the originals' members beside; a success
/// that cannot be read is the service's fault.
/// </summary>
internal sealed partial class OriginalTransforms(IEnumerable<IOriginal> originals, ILogger<OriginalTransforms> logger) : ITransformProvider
{
    public const string RouteMetadata = "Original";

    /// <summary>Bytes of an answer that is put into another shape: a meeting of thousands has a long list.</summary>
    private const int MaxAnswer = 8 * 1024 * 1024;

    private readonly Dictionary<string, IOriginal> _originals = originals.ToDictionary(original => original.Name);

    public void ValidateRoute(TransformRouteValidationContext context)
    {
        if (NameOf(context.Route) is { } name && !_originals.ContainsKey(name))
            context.Errors.Add(new ArgumentException($"Route {context.Route.RouteId} names an original that there is not: {name}."));
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        if (NameOf(context.Route) is not { } name) return;
        var original = _originals[name];
        context.AddRequestTransform(request => AskAsync(original, request));
        context.AddResponseTransform(response => AnswerAsync(original, response));
    }

    private static async ValueTask AskAsync(IOriginal original, RequestTransformContext context)
    {
        // The answer is read here: no encoding, and no 304 for a shape that the client never saw.
        foreach (var name in (string[])["Accept-Encoding", "If-None-Match", "If-Match"]) context.ProxyRequest.Headers.Remove(name);
        try
        {
            await original.AskAsync(new OriginalRequest(context));
        }
        catch (OriginalRefusal refusal)
        {
            await refusal.Problem.ExecuteAsync(context.HttpContext);
        }
    }

    private async ValueTask AnswerAsync(IOriginal original, ResponseTransformContext context)
    {
        // What never came is told by ProxyProblems.
        if (context.ProxyResponse is not { } answer) return;
        context.SuppressResponseBody = true;
        var http = context.HttpContext;
        http.Response.Headers.ContentLength = null;
        http.Response.Headers.Remove("ETag");
        http.Response.Headers.Remove("Location");

        JsonElement? body;
        byte[] written;
        try
        {
            await answer.Content.LoadIntoBufferAsync(MaxAnswer, http.RequestAborted);
            var bytes = await answer.Content.ReadAsByteArrayAsync(http.RequestAborted);
            body = bytes.Length == 0 ? null : JsonSerializer.Deserialize<JsonElement>(bytes, ApiJson.Options);
            written = answer.IsSuccessStatusCode
                ? JsonSerializer.SerializeToUtf8Bytes(original.Answer(body, http), OriginalJson.Options)
                : JsonSerializer.SerializeToUtf8Bytes(OriginalJson.Extend(JsonObject.Create(body ?? default) ?? []), OriginalJson.Options);
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException or InvalidOperationException)
        {
            LogUnreadable(original.Name, (int)answer.StatusCode, e);
            http.Response.Headers.ContentType = default;
            await Problem.Of(StatusCodes.Status502BadGateway, "bad-gateway", "The service did not answer properly.").ExecuteAsync(http);
            return;
        }

        if (answer.IsSuccessStatusCode) http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = written.Length;
        await http.Response.Body.WriteAsync(written, http.RequestAborted);
    }

    private static string? NameOf(Yarp.ReverseProxy.Configuration.RouteConfig route) => route.Metadata?.GetValueOrDefault(RouteMetadata);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The answer ({Status}) for the original route {Original} could not be read")]
    private partial void LogUnreadable(string original, int status, Exception exception);
}
