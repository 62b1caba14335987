namespace Meetings.LiveKitSandbox.Twirp;

/// <summary>10 MiB for the body of a call. A call that says itself that it is larger is refused before its token is looked at.</summary>
internal sealed class BodyLimit(RequestDelegate next)
{
    public const int Bytes = 10 << 20;

    public async Task InvokeAsync(HttpContext http)
    {
        if (http.Request.ContentLength > Bytes)
        {
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            http.Response.ContentType = "text/plain; charset=utf-8";
            await http.Response.WriteAsync("request body too large");
            return;
        }

        await next(http);
    }

    /// <returns>Null when the body turns out to be larger.</returns>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await request.Body.ReadAsync(buffer, ct) is var read and > 0)
        {
            if (body.Length + read > Bytes) return null;
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }
}
