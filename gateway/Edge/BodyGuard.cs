using Meetings.ServiceDefaults.Http;

namespace Meetings.Gateway.Edge;

/// <summary>
/// Refuses a body whose end two readers may see in different places: a length beside an encoding, or an encoding that is not plain <c>chunked</c>.
/// The server lets the encoding win, and what it hands on is sound; but a proxy before us may have gone by the length, and taken the rest for the
/// next request.
/// </summary>
internal sealed class BodyGuard(RequestDelegate next)
{
    // Where the server puts a Content-Length that it does not go by.
    private const string LengthPutAside = "X-Content-Length";

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.TransferEncoding.Count == 0) return next(context);
        if (headers.ContentLength is null && !headers.ContainsKey(LengthPutAside)
            && "chunked".Equals(headers.TransferEncoding, StringComparison.OrdinalIgnoreCase)) return next(context);

        context.Response.Headers.Connection = "close";
        return Problem.Of(StatusCodes.Status400BadRequest, "ambiguous-body", "It is not clear where the body ends.").ExecuteAsync(context);
    }
}
