using Grpc.Core;

namespace Grpc.Net.Client.Wire;

/// <summary>Metadata as header text and back.</summary>
internal static class MetadataText
{
    public static string ToText(Metadata.Entry entry) => entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes) : entry.Value;

    /// <summary>Adds a header that came over the wire. Names that metadata cannot have are left out.</summary>
    /// <exception cref="FormatException">A binary value is not base64.</exception>
    public static void Add(Metadata metadata, string name, string value)
    {
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-')) return;
        if (!Metadata.Entry.HasBinaryKey(name))
        {
            metadata.Add(name, value);
            return;
        }

        // Several values may come as one header, divided by commas, which base64 does not have.
        foreach (var part in value.Split(',')) metadata.Add(name, FromBase64(part.Trim()));
    }

    private static byte[] FromBase64(string text) => Convert.FromBase64String((text.Length % 4) switch
    {
        2 => text + "==",
        3 => text + "=",
        _ => text,
    });
}
