namespace Grpc.Net.Client.Wire;

/// <summary>Header names and values of the protocol.</summary>
internal static class Names
{
    public const string ContentType = "application/grpc";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";

    /// <summary>In the headers of a call this is no header, but asks the client to compress with it.</summary>
    public const string RequestEncoding = "grpc-internal-encoding-request";

    /// <summary><c>application/grpc</c>, alone or with <c>+format</c> or parameters.</summary>
    public static bool IsGrpc(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == ContentType.Length || contentType[ContentType.Length] is ';' or '+');
}
