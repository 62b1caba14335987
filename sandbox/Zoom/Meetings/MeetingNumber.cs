using System.Globalization;

namespace Meetings.ZoomSandbox.Meetings;

/// <summary>A meeting number: digits only, at most what fits 64 bits.</summary>
internal static class MeetingNumber
{
    public static bool TryParse(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
