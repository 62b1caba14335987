using Microsoft.Extensions.Primitives;

namespace Meetings.Meeting.Scheduling;

/// <summary>The versions that whoever changes something has seen (RFC 9110, If-Match).</summary>
/// <param name="tags">As they were sent. <c>*</c> is any.</param>
internal sealed class Preconditions(IReadOnlyList<string> tags)
{
    /// <summary>Null when none was sent: then nobody knows what the sender has seen.</summary>
    public static Preconditions? Read(StringValues ifMatch) =>
        ifMatch.Count == 0 ? null
        : new Preconditions([.. ifMatch.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))]);

    /// <summary>Compared strongly: a weak tag is none.</summary>
    public bool Hold(string tag) => tags.Contains(tag, StringComparer.Ordinal) || tags is ["*"];
}
