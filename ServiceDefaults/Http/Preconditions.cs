using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Primitives;

namespace Meetings.ServiceDefaults.Http;

/// <summary>The versions that whoever changes something has seen (RFC 9110, If-Match), so that nobody's change is overwritten unseen.</summary>
public sealed class Preconditions
{
    private readonly string[] _tags;

    private Preconditions(string[] tags) => _tags = tags;

    /// <summary>428, for whoever does not say.</summary>
    public static ProblemHttpResult Required => Problem.Of(
        StatusCodes.Status428PreconditionRequired, "precondition-required", "Say which version you have seen.", "Send its ETag in If-Match.");

    /// <summary>Null when none was sent: then nobody knows what the sender has seen.</summary>
    public static Preconditions? Read(StringValues ifMatch) =>
        ifMatch.Count == 0 ? null
        : new Preconditions([.. ifMatch.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))]);

    /// <summary>Whether what is there now is what was seen. Compared strongly: a weak tag is none. <c>*</c> is anything.</summary>
    /// <param name="tag">With its quotes.</param>
    public bool Hold(string tag) => _tags.Contains(tag, StringComparer.Ordinal) || _tags is ["*"];

    /// <summary>412, for whoever has seen another version.</summary>
    /// <param name="code">Stable, such as <c>meeting-changed</c>.</param>
    /// <param name="title">What has changed.</param>
    public static ProblemHttpResult Stale(string code, string title) =>
        Problem.Of(StatusCodes.Status412PreconditionFailed, code, title, "Read it again, and send its new ETag.");
}
