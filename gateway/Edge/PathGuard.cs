using System.Globalization;
using Meetings.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Meetings.Gateway.Edge;

/// <summary>
/// Refuses paths that two readers may read differently. Looks at the request line as sent: by the time there is a path, dots and escapes are
/// resolved, and what was meant to slip past a prefix is not to be seen any more.
/// </summary>
internal sealed class PathGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return IsPlain(target)
            ? next(context)
            : Problem.Of(StatusCodes.Status400BadRequest, "invalid-path", "The path is not in its plain form.").ExecuteAsync(context);
    }

    /// <summary>
    /// True for an absolute path of plain segments: no dot segments, empty ones or parameters, and no escaped dots, slashes or control characters.
    /// </summary>
    internal static bool IsPlain(string target)
    {
        var path = target.AsSpan();
        if (path.IndexOf('?') is >= 0 and var query) path = path[..query];
        if (path.Length == 0 || path[0] != '/' || path.IndexOfAny('\\', ';', '#') >= 0) return false;

        var segments = path[1..];
        foreach (var range in segments.Split('/'))
        {
            var segment = segments[range];
            var isLast = range.End.Value == segments.Length;
            if ((segment.Length == 0 && !isLast) || segment is "." or "..") return false;
        }

        for (var at = path.IndexOf('%'); at >= 0;)
        {
            if (at + 2 >= path.Length || !byte.TryParse(path.Slice(at + 1, 2), NumberStyles.AllowHexSpecifier, null, out var value)) return false;
            if (value is < 0x20 or 0x7F or (byte)'.' or (byte)'/' or (byte)'\\' or (byte)'%' or (byte)';') return false;
            var rest = path[(at + 3)..].IndexOf('%');
            at = rest < 0 ? -1 : at + 3 + rest;
        }

        return true;
    }
}
