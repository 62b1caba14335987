using System.Text;
using Google.Protobuf.Collections;
using Meetings.LiveKitSandbox.Twirp;

namespace Meetings.LiveKitSandbox.Rooms;

/// <summary>How long things may be, in bytes of UTF-8: the server's defaults.</summary>
internal static class Limits
{
    public const int RoomName = 256;
    public const int Identity = 256;
    public const int Name = 256;
    public const int Metadata = 512 * 1024;
    public const int Attributes = 64 * 1024;

    public static bool Exceeds(string text, int limit) => Encoding.UTF8.GetByteCount(text) > limit;

    /// <summary>Keys and values together.</summary>
    public static bool ExceedsAttributes(IEnumerable<KeyValuePair<string, string>> attributes) =>
        attributes.Sum(a => Encoding.UTF8.GetByteCount(a.Key) + Encoding.UTF8.GetByteCount(a.Value)) > Attributes;

    /// <summary>What is too long of what an administrator sets, if anything is.</summary>
    public static TwirpError? Refuse(string name, string metadata, MapField<string, string> attributes) =>
        Exceeds(name, Name) ? TwirpError.Exceeds("name length", Name)
        : Exceeds(metadata, Metadata) ? TwirpError.Exceeds("metadata size", Metadata)
        : ExceedsAttributes(attributes) ? TwirpError.Exceeds("attribute size", Attributes)
        : null;
}
