using System.Globalization;
using System.Text.Json.Nodes;
using Meetings.ZoomSandbox.State;

namespace Meetings.ZoomSandbox.Reports;

/// <summary>Pages with a next_page_token, which holds for fifteen minutes and for the same query only.</summary>
internal sealed class PageTokens(TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Page> _pages = [];

    private sealed record Page(string Query, int Offset, DateTimeOffset ExpiresAt);

    /// <summary>Answers one page of the rows.</summary>
    public IResult Answer(HttpRequest request, string name, IReadOnlyList<JsonObject> rows)
    {
        var size = 30;
        if (request.Query["page_size"].ToString() is { Length: > 0 } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) || size is < 1 or > 300))
        {
            return ZoomError.Validation("page_size", "Invalid field.");
        }

        var parameters = request.Query.Where(q => q.Key != "next_page_token").OrderBy(q => q.Key, StringComparer.Ordinal);
        var query = $"{request.Path}?{string.Join('&', parameters)}";
        if (!TryOpen(request.Query["next_page_token"].ToString(), query, out var offset)) return ZoomError.PageToken;

        var page = rows.Skip(offset).Take(size).ToList();
        var next = offset + page.Count;
        return ZoomJson.Answer(new JsonObject
        {
            ["page_count"] = (rows.Count + size - 1) / size,
            ["page_size"] = size,
            ["total_records"] = rows.Count,
            ["next_page_token"] = next < rows.Count ? Keep(query, next) : "",
            [name] = new JsonArray([.. page]),
        });
    }

    private bool TryOpen(string token, string query, out int offset)
    {
        offset = 0;
        if (token.Length == 0) return true;

        lock (_gate)
        {
            if (!_pages.TryGetValue(token, out var page) || page.Query != query || page.ExpiresAt <= clock.GetUtcNow()) return false;
            offset = page.Offset;
            return true;
        }
    }

    private string Keep(string query, int offset)
    {
        var (token, now) = (Ids.Short(), clock.GetUtcNow());
        lock (_gate)
        {
            foreach (var old in _pages.Where(p => p.Value.ExpiresAt <= now).Select(p => p.Key).ToList()) _pages.Remove(old);
            _pages[token] = new Page(query, offset, now + Lifetime);
        }

        return token;
    }
}
