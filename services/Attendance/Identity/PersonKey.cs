namespace Meetings.Attendance.Identity;

/// <summary>Reads a person's id out of what our own clients put into a provider's fields.</summary>
public static class PersonKey
{
    private const string Prefix = "u-";

    /// <summary>A Zoom customer key: the id, with or without hyphens (Zoom takes 35 characters), optionally after <c>u-</c>.</summary>
    public static Guid? FromCustomerKey(string? key) => Parse(key.AsSpan().Trim());

    /// <summary>
    /// A LiveKit identity: <c>{id}_{slug}</c> as seed 003 spells it, split on the first underscore since the slug may hold more of them or be
    /// empty, or <c>u-{id}#device</c>.
    /// </summary>
    public static Guid? FromLiveKitIdentity(string? identity)
    {
        var text = identity.AsSpan().Trim();
        var end = text.IndexOfAny('_', '#');
        return Parse(end < 0 ? text : text[..end]);
    }

    /// <summary>Recorders and agents join under identities of LiveKit's own making; they are not people.</summary>
    public static bool IsMachine(string? identity) =>
        identity is not null
        && (identity.StartsWith("EG_", StringComparison.Ordinal)
            || identity.StartsWith("IN_", StringComparison.Ordinal)
            || identity.StartsWith("agent-", StringComparison.Ordinal));

    private static Guid? Parse(ReadOnlySpan<char> text)
    {
        if (text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) text = text[Prefix.Length..];
        return Guid.TryParseExact(text, "D", out var id) || Guid.TryParseExact(text, "N", out id) ? id : null;
    }
}
