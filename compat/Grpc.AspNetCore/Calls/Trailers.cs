using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Calls;

/// <summary>Puts a status where the client looks for it.</summary>
internal static class Trailers
{
    /// <summary>In the headers while nothing has been sent, else after the body.</summary>
    public static void Write(HttpResponse response, Status status, Metadata metadata)
    {
        if (!response.HasStarted)
        {
            WriteToHeaders(response, status, metadata);
            return;
        }

        var trailers = response.HttpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers
            ?? throw new InvalidOperationException("Trailers are not supported for this response. The server may not support gRPC.");
        Write(trailers, status, metadata);
    }

    public static void WriteToHeaders(HttpResponse response, Status status, Metadata metadata)
    {
        if (response.StatusCode == StatusCodes.Status200OK) response.ContentType = Names.ContentType;
        Write(response.Headers, status, metadata);
    }

    public static void Add(IHeaderDictionary headers, Metadata metadata)
    {
        foreach (var entry in metadata) headers.Append(entry.Key, MetadataText.ToText(entry));
    }

    private static void Write(IHeaderDictionary headers, Status status, Metadata metadata)
    {
        Add(headers, metadata);
        headers[Names.Status] = ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (!string.IsNullOrEmpty(status.Detail)) headers[Names.Message] = StatusText.Encode(status.Detail);
    }
}
