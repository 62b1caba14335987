using Meetings.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Yarp.ReverseProxy.Forwarder;

namespace Meetings.Gateway.Proxy;

/// <summary>Tells in problem details why a request could not be handed on. What a service itself answers passes as it is.</summary>
internal static class ProxyProblems
{
    public static async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.GetForwarderErrorFeature() is not { } error) return;
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested) return;

        context.Response.Clear();
        var problem = Of(error.Error, error.Exception);
        if (problem.StatusCode == StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = "5";
        await problem.ExecuteAsync(context);
    }

    internal static ProblemHttpResult Of(ForwarderError error, Exception? exception) => (error, exception) switch
    {
        (ForwarderError.NoAvailableDestinations, _) => Unavailable,

        // Nobody there: the service is starting, or gone. Anything later may have had its effect.
        (ForwarderError.Request, HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError })
            => Unavailable,
        (ForwarderError.RequestTimedOut, _) =>
            Problem.Of(StatusCodes.Status504GatewayTimeout, "gateway-timeout", "The service did not answer in time."),
        _ when Refusal(exception) is StatusCodes.Status413PayloadTooLarge =>
            Problem.Of(StatusCodes.Status413PayloadTooLarge, "payload-too-large", "The request is too large."),
        _ when Refusal(exception) is StatusCodes.Status408RequestTimeout =>
            Problem.Of(StatusCodes.Status408RequestTimeout, "request-timeout", "The request came too slowly."),
        (ForwarderError.RequestBodyClient or ForwarderError.RequestBodyCanceled, _) =>
            Problem.Of(StatusCodes.Status400BadRequest, "invalid-request", "The request could not be read to its end."),
        _ => Problem.Of(StatusCodes.Status502BadGateway, "bad-gateway", "The service did not answer properly."),
    };

    // What the server found wrong with the client's body lies at the bottom of what the proxy made of it.
    private static int? Refusal(Exception? exception) => exception switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        AggregateException several => several.InnerExceptions.Select(Refusal).FirstOrDefault(status => status is not null),
        _ => exception?.InnerException is { } inner ? Refusal(inner) : null,
    };

    private static ProblemHttpResult Unavailable =>
        Problem.Of(StatusCodes.Status503ServiceUnavailable, "service-unavailable", "The service cannot be reached at the moment.");
}
