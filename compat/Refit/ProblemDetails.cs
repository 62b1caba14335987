using System.Text.Json.Serialization;

namespace Refit;

/// <summary>What is wrong with a request (RFC 9457).</summary>
public class ProblemDetails
{
    /// <summary>Messages by the name of the field that they are about.</summary>
    public Dictionary<string, string[]> Errors { get; set; } = [];

    public string? Type { get; set; } = "about:blank";

    public string? Title { get; set; }

    public int Status { get; set; }

    public string? Detail { get; set; }

    public string? Instance { get; set; }

    [JsonExtensionData]
    public IDictionary<string, object> Extensions { get; set; } = new Dictionary<string, object>(StringComparer.Ordinal);
}
