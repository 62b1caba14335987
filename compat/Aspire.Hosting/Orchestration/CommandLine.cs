using System.Text;

namespace Aspire.Hosting.Orchestration;

internal static class CommandLine
{
    /// <summary>Splits as a shell would: at spaces, except between double quotes; a backslash keeps a quote.</summary>
    public static IEnumerable<string> Split(string text)
    {
        var current = new StringBuilder();
        bool quoted = false, any = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && i + 1 < text.Length && text[i + 1] == '"')
            {
                current.Append(text[++i]);
            }
            else if (c == '"')
            {
                quoted = !quoted;
                any = true;
            }
            else if (!quoted && char.IsWhiteSpace(c))
            {
                if (any || current.Length > 0) yield return current.ToString();
                current.Clear();
                any = false;
            }
            else
            {
                current.Append(c);
            }
        }

        if (any || current.Length > 0) yield return current.ToString();
    }
}
