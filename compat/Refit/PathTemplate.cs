using System.Text;
using System.Text.RegularExpressions;

namespace Refit;

/// <summary>A path with places for values: <c>{name}</c>, or <c>{**name}</c> for one that may have slashes.</summary>
internal sealed partial class PathTemplate
{
    private readonly string _path;
    private readonly List<(int Start, int End, string Name, bool KeepsSlashes)> _places;

    public PathTemplate(string path, string method)
    {
        if (!path.StartsWith('/')) throw new ArgumentException($"{method}: the path '{path}' must begin with a slash.");
        if (path.AsSpan().IndexOfAny('\r', '\n') >= 0) throw new ArgumentException($"{method}: the path must be one line.");
        _path = path;
        _places = [.. Place().Matches(path).Select(match => (match.Index, match.Index + match.Length, match.Groups["name"].Value, match.Groups["all"].Success))];
    }

    public IEnumerable<string> Names => _places.Select(place => place.Name);

    /// <summary>The path, and what of a query is written in it, with its values escaped.</summary>
    public string Fill(Func<string, string?> value)
    {
        var filled = new StringBuilder();
        var position = 0;
        foreach (var (start, end, name, keepsSlashes) in _places)
        {
            filled.Append(_path, position, start - position).Append(Escape(value(name) ?? "", keepsSlashes));
            position = end;
        }

        return filled.Append(_path, position, _path.Length - position).ToString();
    }

    private static string Escape(string value, bool keepsSlashes)
    {
        // Not even escaped do these two stay what they are: they would lead to another resource.
        var segments = keepsSlashes ? value.Split('/') : [value];
        if (segments.Any(segment => segment is "." or "..")) throw new ArgumentException("'.' and '..' cannot be part of a path.");
        return string.Join('/', segments.Select(Uri.EscapeDataString));
    }

    [GeneratedRegex(@"\{(?<all>\*\*)?(?<name>[^{}/?]+)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Place();
}
