namespace Meetings.Attendance.Identity;

/// <summary>Addresses compare without case, and exactly otherwise.</summary>
public static class EmailAddress
{
    /// <summary>Null for what is no address. Only ASCII letters are folded: a Kelvin sign is not a k, and a Cyrillic а is not an a.</summary>
    public static string? Normalise(string? email)
    {
        if (string.IsNullOrWhiteSpace(email)) return null;
        var trimmed = email.Trim();
        return trimmed.IndexOf('@') is > 0 and var at && at < trimmed.Length - 1
            ? string.Create(trimmed.Length, trimmed, (span, text) =>
            {
                for (var i = 0; i < span.Length; i++) span[i] = text[i] is >= 'A' and <= 'Z' ? (char)(text[i] | 0x20) : text[i];
            })
            : null;
    }
}
