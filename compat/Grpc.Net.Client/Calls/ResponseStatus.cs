using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Client.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>Reads how a call ended from the headers and trailers of its response.</summary>
internal static class ResponseStatus
{
    /// <summary>The status when the headers decide it already; null when a body is to be read.</summary>
    public static Status? FromHeaders(HttpResponseMessage response)
    {
        // A status in the headers has priority over whatever else is wrong with them.
        if (Find(response.Headers) is { } status) return status;
        if (response.Version < HttpVersion.Version20)
            return new Status(StatusCode.Internal, $"Bad gRPC response. Response protocol downgraded to HTTP/{response.Version.ToString(2)}.");
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return new Status(FromHttp(response.StatusCode),
                $"Bad gRPC response. HTTP status code: {((int)response.StatusCode).ToString(CultureInfo.InvariantCulture)}");
        }

        var contentType = response.Content.Headers.TryGetValues("Content-Type", out var values) ? values.FirstOrDefault() : null;
        return contentType is null ? new Status(StatusCode.Cancelled, "Bad gRPC response. Response did not have a content-type header.")
            : !Names.IsGrpc(contentType) ? new Status(StatusCode.Cancelled, $"Bad gRPC response. Invalid content-type value: {contentType}")
            : null;
    }

    public static Status FromTrailers(HttpResponseMessage response) =>
        Find(response.TrailingHeaders) ?? new Status(StatusCode.Cancelled, "No grpc-status found on response.");

    /// <exception cref="FormatException">A binary value is not base64.</exception>
    public static Metadata ToMetadata(HttpHeaders headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers.NonValidated)
        {
            if (IsOfProtocol(name)) continue;
            foreach (var value in values) MetadataText.Add(metadata, name, value);
        }

        return metadata;
    }

    private static Status? Find(HttpHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues(Names.Status, out var values)) return null;
        var text = values.ToString();
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            return new Status(StatusCode.Unknown, $"Unexpected grpc-status value: {text}");
        var message = headers.NonValidated.TryGetValues(Names.Message, out var messages) ? StatusText.Decode(messages.ToString()) : "";
        return new Status((StatusCode)code, message);
    }

    private static bool IsOfProtocol(string name) =>
        name.StartsWith(':') || name.ToLowerInvariant() is Names.Status or Names.Message or Names.Encoding or Names.AcceptEncoding or "content-encoding";

    private static StatusCode FromHttp(HttpStatusCode code) => (int)code switch
    {
        400 or 431 => StatusCode.Internal,
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.Unimplemented,
        429 or 502 or 503 or 504 => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };
}
