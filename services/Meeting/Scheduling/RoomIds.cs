using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Meetings.Meeting.Scheduling;

/// <summary>Room ids: a human-chosen or generated alias of a meeting.</summary>
internal static partial class RoomIds
{
    private const int GeneratedLength = 12;

    // None of the letters and digits that people take for one another when they read one aloud.
    private const string Alphabet = "abcdefghjkmnpqrstuvwxyz23456789";

    public static string Generate() => RandomNumberGenerator.GetString(Alphabet, GeneratedLength);

    public static bool IsWellFormed(string room) => Form().IsMatch(room);

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,255}\z")]
    private static partial Regex Form();
}
