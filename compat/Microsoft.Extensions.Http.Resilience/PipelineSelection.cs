namespace Microsoft.Extensions.Http.Resilience;

/// <summary>What requests of a pipeline's name have in common when they share a circuit.</summary>
internal sealed class PipelineSelection
{
    public bool ByAuthority { get; set; }

    public string Key(HttpRequestMessage request) => ByAuthority ? request.RequestUri?.GetLeftPart(UriPartial.Authority) ?? "" : "";
}
