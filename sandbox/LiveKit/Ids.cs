using System.Security.Cryptography;

namespace Meetings.LiveKitSandbox;

/// <summary>Identifiers in the forms that LiveKit gives them: a prefix and twelve characters that cannot be mistaken for one another.</summary>
internal static class Ids
{
    private const string Alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    public static string Room() => New("RM_");

    public static string Participant() => New("PA_");

    public static string Track() => New("TR_");

    public static string Event() => New("EV_");

    public static string Secret() => RandomNumberGenerator.GetString(Alphabet, 44);

    private static string New(string prefix) => prefix + RandomNumberGenerator.GetString(Alphabet, 12);
}
