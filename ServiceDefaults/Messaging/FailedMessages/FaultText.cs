using System.Text.RegularExpressions;

namespace Meetings.ServiceDefaults.Messaging.FailedMessages;

/// <summary>What an exception says, without what it says about people: libraries like to quote the value that they choked on.</summary>
internal static partial class FaultText
{
    private const int MaxLength = 300;
    private const string Blank = "…";

    /// <summary>
    /// The first line, at most 300 characters. Blanked: what stands in quotation marks, e-mail addresses, values of keys (<c>(email)=(…)</c>), query
    /// strings, and long numbers. A name without any of these marks cannot be told from other words; our own exceptions carry none.
    /// </summary>
    public static string WithoutPersons(string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        var line = Controls().Replace(end < 0 ? text : text[..end], " ");
        line = Personal().Replace(line, Blank);
        return line.Length <= MaxLength ? line : line[..MaxLength] + Blank;
    }

    // A quotation mark within a word is an apostrophe. What is not closed goes to the end.
    [GeneratedRegex("""(?<!\w)(?:"[^"]*(?:"|$)|'.*?(?:'(?!\w)|$)|`[^`]*(?:`|$)|“[^”]*(?:”|$)|‘[^’]*(?:’|$)|«[^»]*(?:»|$))|[^\s<>()]+@[^\s<>()]+|(?<=\)=)\([^)]*\)?|\?\S+=\S*|(?<![\w-])\+?\d[\d ()-]{5,}\d(?![\w-])""")]
    private static partial Regex Personal();

    [GeneratedRegex(@"\p{C}")]
    private static partial Regex Controls();
}
