using System.Text.Json;

namespace Meetings.Gateway.Originals;

/// <summary>
/// A route of one of the systems that this one replaces, for clients that still speak as they did. The proxy's configuration names it in the route's metadata
/// (<c>"Original": "create"</c>) and has its path; here is what of its bodies is different.
/// </summary>
internal interface IOriginal
{
    /// <summary>As in the configuration.</summary>
    string Name { get; }

    /// <summary>Says in our words what was asked for.</summary>
    /// <exception cref="OriginalRefusal">It makes no sense, or may not be.</exception>
    ValueTask AskAsync(OriginalRequest request) => ValueTask.CompletedTask;

    /// <summary>What the client expects to hear.</summary>
    /// <param name="answer">What the service said; null when it said nothing.</param>
    /// <param name="request">As it came.</param>
    /// <exception cref="JsonException">The service's answer is not what it should be.</exception>
    object Answer(JsonElement? answer, HttpContext request);
}

/// <summary>The successful answer of the academies' system.</summary>
internal sealed record Done(object? Data, string? Message = null)
{
    public bool Success { get; } = true;
}

/// <summary>Why a request goes no further.</summary>
internal sealed class OriginalRefusal(Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult problem) : Exception
{
    public Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Problem => problem;
}
