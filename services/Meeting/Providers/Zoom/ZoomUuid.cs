namespace Meetings.Meeting.Providers.Zoom;

internal static class ZoomUuid
{
    /// <summary>
    /// As a path segment before the client encodes it: a uuid with a slash must arrive encoded twice, or Zoom takes the slash for a separator.
    /// </summary>
    public static string Segment(string uuid) => uuid.Contains('/', StringComparison.Ordinal) ? Uri.EscapeDataString(uuid) : uuid;
}
