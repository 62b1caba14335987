using System.Net;
using Meetings.ServiceDefaults.Http;

namespace Meetings.Sandboxes;

/// <summary>
/// Whoever directs the sandbox is on its machine. Told by the connection and not by what the request says of itself; and of the programs on this machine no
/// web page that a browser here happens to show, be it by a form, a script or a name that it makes point to this address.
/// </summary>
internal static class ControlDoor
{
    public static async ValueTask<object?> CheckAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        IsLocal(context.HttpContext) ? await next(context) : Problem.Forbidden("control-is-local", "The sandbox is directed from its own machine only.");

    private static bool IsLocal(HttpContext context)
    {
        var host = context.Request.Host.Host.Trim('[', ']');
        return context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
            && (host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address)))
            && context.Request.Headers.Origin.Count == 0 && !context.Request.Headers.ContainsKey("Sec-Fetch-Site")
            && !context.Request.Headers.ContainsKey("X-Forwarded-For") && !context.Request.Headers.ContainsKey("Forwarded");
    }
}
