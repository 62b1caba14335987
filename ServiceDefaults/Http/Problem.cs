using System.Diagnostics;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace Meetings.ServiceDefaults.Http;

/// <summary>RFC 9457 problem details with a stable <c>code</c> that clients switch on, and the <c>traceId</c> to quote when they ask us.</summary>
public static class Problem
{
    // Seconds, for whoever is told to come again without being told when.
    private const string RetryAfter = "5";

    /// <summary>A refusal with its stable code, such as <c>meeting-not-found</c>.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="code">Stable, kebab-case; changing one breaks clients.</param>
    /// <param name="title">One sentence for a person. No internals, no personal data.</param>
    /// <param name="detail">What is particular to this occurrence.</param>
    public static ProblemHttpResult Of(int status, string code, string title, string? detail = null) =>
        TypedResults.Problem(statusCode: status, title: title, detail: detail, extensions: Code(code));

    /// <summary>400 with every field's errors at once.</summary>
    public static ProblemHttpResult Invalid(IDictionary<string, string[]> errors) =>
        TypedResults.Problem(statusCode: StatusCodes.Status400BadRequest, title: "The request is not valid.",
            extensions: new Dictionary<string, object?> { ["code"] = "invalid-request", ["errors"] = errors });

    /// <summary>400 for one field.</summary>
    public static ProblemHttpResult Invalid(string field, string error) => Invalid(new Dictionary<string, string[]> { [field] = [error] });

    /// <summary>404, the same for what does not exist and for what the caller may not know of.</summary>
    public static ProblemHttpResult NotFound(string what) =>
        Of(StatusCodes.Status404NotFound, $"{what}-not-found", $"There is no such {what}.");

    /// <summary>403: the caller may know of it, but not do this.</summary>
    public static ProblemHttpResult Forbidden(string code = "forbidden", string title = "You may not do this.") =>
        Of(StatusCodes.Status403Forbidden, code, title);

    /// <summary>503: our own trouble, which passes. With Retry-After.</summary>
    public static ProblemHttpResult TemporarilyUnavailable => Of(
        StatusCodes.Status503ServiceUnavailable, "temporarily-unavailable", "This cannot be done at the moment. Please try again in a few seconds.");

    /// <summary>Problem details for what the framework refuses itself (401, 404, 405, 413, 415, 500 …).</summary>
    public static IServiceCollection AddProblems(this IServiceCollection services) =>
        services.AddExceptionHandler<OwnTroubleHandler>().AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            var details = context.ProblemDetails;
            var status = details.Status ?? context.HttpContext.Response.StatusCode;
            details.Extensions.TryAdd("code", DefaultCode(status, details));
            if (status == StatusCodes.Status503ServiceUnavailable && context.HttpContext.Response.Headers.RetryAfter.Count == 0)
                context.HttpContext.Response.Headers.RetryAfter = RetryAfter;
            details.Extensions["traceId"] = Activity.Current?.TraceId.ToHexString() ?? context.HttpContext.TraceIdentifier;
        });

    /// <summary>Answers every error with problem details, and none later than a caller can be kept waiting for the database. First in the pipeline.</summary>
    public static IApplicationBuilder UseProblems(this IApplicationBuilder app) => app
        .UseExceptionHandler(new ExceptionHandlerOptions
        {
            // What cannot be read is the sender's mistake (in Development it is thrown rather than answered), and no trouble of ours to log.
            StatusCodeSelector = e => e switch
            {
                BadHttpRequestException bad => bad.StatusCode,
                IssuerUnavailableException => StatusCodes.Status503ServiceUnavailable,
                _ => StatusCodes.Status500InternalServerError,
            },
            SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException,
        })
        .UseStatusCodePages()
        .Use(next => context =>
        {
            Patience.Begin();
            return next(context);
        });

    private static string DefaultCode(int status, ProblemDetails details) => status switch
    {
        StatusCodes.Status400BadRequest => "invalid-request",
        StatusCodes.Status401Unauthorized => "unauthenticated",
        StatusCodes.Status500InternalServerError => "internal-error",
        _ => (ReasonPhrases.GetReasonPhrase(status) is { Length: > 0 } reason ? reason : details.Title ?? "error").ToLowerInvariant().Replace(' ', '-'),
    };

    private static Dictionary<string, object?> Code(string code) => new() { ["code"] = code };
}
