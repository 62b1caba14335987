namespace Grpc.AspNetCore.ClientFactory;

public class GrpcContextPropagationOptions
{
    /// <summary>Calls that are made outside of a gRPC call go as they are, instead of failing.</summary>
    public bool SuppressContextNotFoundErrors { get; set; }
}
