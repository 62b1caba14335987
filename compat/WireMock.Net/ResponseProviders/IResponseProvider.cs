namespace WireMock.ResponseProviders;

/// <summary>Makes the answer to a request.</summary>
public interface IResponseProvider
{
    internal Task<ResponseMessage> RespondAsync(RequestMessage request, CancellationToken ct);
}
