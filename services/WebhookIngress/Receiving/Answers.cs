using System.Diagnostics;
using System.Text;

namespace Meetings.WebhookIngress.Receiving;

/// <summary>Answers of the hot path, written without a serialiser: a flood of forgeries must stay cheaper than what it crowds out.</summary>
internal static class Answers
{
    private static readonly byte[] UnverifiedHead =
        """{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.2","title":"The request is not signed as it must be.","status":401,"code":"webhook-not-verified","traceId":"""u8
            .ToArray();

    /// <summary>401, the same for every failure.</summary>
    public static ValueTask UnverifiedAsync(HttpContext context)
    {
        var trace = Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;
        var body = new byte[UnverifiedHead.Length + trace.Length + 3];
        UnverifiedHead.CopyTo(body, 0);
        body[UnverifiedHead.Length] = (byte)'"';
        // Both kinds of trace id are plain ASCII without anything to escape.
        var length = Encoding.ASCII.GetBytes(trace, body.AsSpan(UnverifiedHead.Length + 1));
        "\"}"u8.CopyTo(body.AsSpan(UnverifiedHead.Length + 1 + length));

        var response = context.Response;
        response.StatusCode = StatusCodes.Status401Unauthorized;
        response.ContentType = "application/problem+json";
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, context.RequestAborted);
    }
}
