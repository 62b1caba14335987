using Meetings.ZoomSandbox.Meetings;
using Meetings.ZoomSandbox.State;
using Microsoft.AspNetCore.Http.Features;

namespace Meetings.ZoomSandbox.Reports;

/// <summary>Which sitting a path means: a meeting number is its last one, a uuid is that one.</summary>
internal static class InstancePath
{
    /// <summary>
    /// The meeting part of the path as Zoom understands it. Read from the request line, because the server leaves %2F and %252F alike: a uuid
    /// that begins with a slash or has two in a row must come encoded twice, and is refused when it comes encoded once.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="segment">Position of the part among the path's segments.</param>
    public static string? Read(HttpRequest request, int segment)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        var parts = target.TrimStart('/').Split('/');
        if (parts.Length <= segment) return null;

        var once = Uri.UnescapeDataString(parts[segment]);
        return once.StartsWith('/') || once.Contains("//", StringComparison.Ordinal) ? null : Uri.UnescapeDataString(once);
    }

    /// <summary>Finds the sitting, ended, or says why not.</summary>
    public static ZoomError? FindEnded(this SandboxData data, string? id, out Meeting meeting, out Sitting sitting)
    {
        (meeting, sitting) = (null!, null!);
        if (id is null) return ZoomError.InvalidMeetingId;

        var found = MeetingNumber.TryParse(id, out var number)
            ? data.Meetings.TryGetValue(number, out var known) ? (known, known.Sittings.LastOrDefault()) : default
            : data.Meetings.Values.SelectMany(m => m.Sittings, (m, s) => (m, s)).FirstOrDefault(pair => pair.s.Uuid == id);
        if (found.Item1 is null) return ZoomError.NoMeeting(id);
        if (found.Item2 is not { EndedAt: not null } ended) return ZoomError.NotEnded;

        (meeting, sitting) = (found.Item1, ended);
        return null;
    }
}
