using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;

namespace Meetings.ZoomSandbox.State;

/// <summary>Identifiers in the forms that Zoom gives them.</summary>
internal static class Ids
{
    /// <summary>A meeting number of eleven digits that is not in use.</summary>
    public static long MeetingNumber(Func<long, bool> taken)
    {
        long number;
        do
        {
            number = 80_000_000_000 + RandomNumberGenerator.GetInt32(int.MaxValue) * 4L;
        }
        while (taken(number));
        return number;
    }

    /// <summary>Base64 of sixteen bytes.</summary>
    public static string Uuid() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));

    /// <summary>
    /// The uuid of a sitting. Left to chance one in sixty begins with a slash; here one in four does, and another has two slashes in a
    /// row, so that a client which encodes only once is found out at once.
    /// </summary>
    public static string SittingUuid(int ordinal)
    {
        var bytes = RandomNumberGenerator.GetBytes(16);
        if (ordinal % 4 == 1) bytes[0] = 0xFF;
        if (ordinal % 4 == 3) (bytes[3], bytes[4], bytes[6]) = (0xFF, 0xFF, 0xFB);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>22 letters, digits, - and _: a user, a registrant, a plain token.</summary>
    public static string Short() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    /// <summary>An upper-case GUID, new for every join.</summary>
    public static string ParticipantUuid() => Guid.NewGuid().ToString().ToUpperInvariant();

    /// <summary>The in-meeting id of one connection: decimal, in steps of 1,024 as Zoom gives them.</summary>
    public static string ConnectionId(int ordinal) => (16_778_240 + ordinal * 1024L).ToString(CultureInfo.InvariantCulture);

    /// <summary>A meeting password that Zoom's rules allow.</summary>
    public static string Password() => RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789", 6);
}
