using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Meetings.ServiceDefaults.Http;

/// <summary>A page of a list, with the size of the whole.</summary>
/// <param name="Items">At most <paramref name="Limit"/>.</param>
/// <param name="Total">Of all that match, not of this page.</param>
/// <param name="Limit">As applied, after clamping.</param>
/// <param name="Offset">Index of the first item.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, long Total, int Limit, long Offset);

/// <summary>Paging as the query says: <c>limit</c> 1 to 100 (default 20) and <c>offset</c> from 0. Beyond the bounds it is clamped, not rejected (S4-06).</summary>
public readonly record struct PageRequest(int Limit, long Offset)
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;

    /// <summary>Bound by minimal APIs. What is no number at all is a 400.</summary>
    public static ValueTask<PageRequest> BindAsync(HttpContext context)
    {
        var limit = Read(context.Request.Query["limit"], "limit", DefaultLimit);
        var offset = Read(context.Request.Query["offset"], "offset", 0);
        return ValueTask.FromResult(new PageRequest((int)Math.Clamp(limit, 1, MaxLimit), Math.Max(offset, 0)));
    }

    private static long Read(string? text, string name, long whenMissing) =>
        string.IsNullOrEmpty(text) ? whenMissing
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value
        : throw new BadHttpRequestException($"'{name}' must be a whole number.");
}
