using System.Buffers;
using System.Text.Encodings.Web;

namespace Meetings.ZoomSandbox;

/// <summary>
/// Escapes what JSON must have escaped and nothing else, as JSON.stringify does. The framework's most relaxed encoder still escapes
/// emoji, and a receiver that hashes a body it has parsed and written again would pass here and fail at Zoom.
/// </summary>
internal sealed unsafe class PlainJsonEncoder : JavaScriptEncoder
{
    private const int LongestEscape = 6;

    private static readonly SearchValues<char> Escaped =
        SearchValues.Create(string.Concat(Enumerable.Range(0, ' ').Select(c => (char)c)) + "\"\\");

    public override int MaxOutputCharactersPerInputCharacter => LongestEscape;

    public override int FindFirstCharacterToEncode(char* text, int textLength) => new ReadOnlySpan<char>(text, textLength).IndexOfAny(Escaped);

    public override bool WillEncode(int unicodeScalar) => unicodeScalar <= char.MaxValue && Escaped.Contains((char)unicodeScalar);

    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten) =>
        UnsafeRelaxedJsonEscaping.TryEncodeUnicodeScalar(unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);
}
