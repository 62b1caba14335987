using Grpc.Core;
using Meetings.Contracts.Directory.V1;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Meetings.Gateway.DevelopmentTokens;

/// <summary>A token for anyone in the directory who is asked for by e-mail: the sign-in of Development, and of nothing else.</summary>
internal sealed partial class IssueToken(
    SchoolDirectory.SchoolDirectoryClient directory, IOptions<TokenOptions> options, TimeProvider clock, ILogger<IssueToken> logger)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public sealed record Request(string? Email);

    /// <param name="ExpiresIn">Seconds.</param>
    public sealed record Response(string AccessToken, int ExpiresIn);

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/dev/token",
        (Request request, IssueToken useCase, CancellationToken ct) => useCase.HandleAsync(request, ct)).AllowAnonymous();

    private async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(Request request, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Email)) return Problem.Invalid("email", "The e-mail address is missing.");

        LookUpPeopleResponse found;
        try
        {
            found = await directory.LookUpPeopleAsync(new LookUpPeopleRequest { Emails = { request.Email } }, cancellationToken: ct);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
        {
            LogUnavailable(e);
            return Problem.Of(StatusCodes.Status503ServiceUnavailable, "service-unavailable", "The directory cannot be reached at the moment.");
        }

        if (found.People.Count == 0) return Problem.NotFound("user");

        // Addresses are unique in an academy, not in the world.
        if (found.People.Count > 1)
            return Problem.Of(StatusCodes.Status409Conflict, "ambiguous-email", "People of several academies have this address.");

        var person = found.People[0];
        var caller = new Caller(Guid.Parse(person.PersonId), Guid.TryParse(person.AcademyId, out var academy) ? academy : null, [.. person.Roles]);
        var token = Tokens.ForPerson(caller, person.Name, options.Value, clock.GetUtcNow(), Lifetime);
        LogIssued(caller.PersonId);
        return TypedResults.Ok(new Response(token, (int)Lifetime.TotalSeconds));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Issued a Development token for person {PersonId}")]
    private partial void LogIssued(Guid personId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The directory could not be asked")]
    private partial void LogUnavailable(Exception exception);
}
