using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Meetings.Registration;

/// <summary>
/// An address as the directory keeps it: trimmed, in lower case, ASCII. Two spellings of one address are equal, and look-alikes from other
/// alphabets are no addresses at all, so that no homograph ever matches a person or a domain.
/// </summary>
public sealed record EmailAddress
{
    private const int MaxLength = 254;
    private const int MaxLocalPart = 64;

    private EmailAddress(string value, int at) => (Value, Domain) = (value, value[(at + 1)..]);

    /// <summary>The whole address, normalised.</summary>
    public string Value { get; }

    /// <summary>What stands after the only @.</summary>
    public string Domain { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out EmailAddress? address)
    {
        address = null;
        if (Fold(text) is not { Length: > 0 and <= MaxLength } value) return false;

        var at = value.IndexOf('@', StringComparison.Ordinal);
        if (at is < 1 or > MaxLocalPart || !IsLocalPart(value.AsSpan(0, at)) || !IsDomain(value.AsSpan(at + 1))) return false;

        address = new EmailAddress(value, at);
        return true;
    }

    /// <summary>True when the domain is one of these or a subdomain of one; an empty list allows any.</summary>
    /// <param name="domains">Normalised by <see cref="TryNormalizeDomain"/>.</param>
    public bool IsAllowedBy(IReadOnlyCollection<string> domains) =>
        domains.Count == 0 || domains.Any(allowed => Domain == allowed || Domain.EndsWith($".{allowed}", StringComparison.Ordinal));

    /// <summary>A domain in the form in which domains are compared. A trailing dot is refused: mail programs disagree about it.</summary>
    public static bool TryNormalizeDomain([NotNullWhen(true)] string? text, [NotNullWhen(true)] out string? domain)
    {
        domain = Fold(text);
        return domain is not null && IsDomain(domain);
    }

    public override string ToString() => Value;

    // ASCII before it is folded: the Kelvin sign is a k in lower case.
    private static string? Fold(string? text) => text?.Trim() is { } trimmed && Ascii.IsValid(trimmed) ? trimmed.ToLowerInvariant() : null;

    private static bool IsLocalPart(ReadOnlySpan<char> text)
    {
        if (text[0] == '.' || text[^1] == '.' || text.IndexOf("..", StringComparison.Ordinal) >= 0) return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-/=?^_`{|}~.".Contains(c, StringComparison.Ordinal)) return false;
        }

        return true;
    }

    private static bool IsDomain(ReadOnlySpan<char> text)
    {
        if (text.Length > MaxLength) return false;
        var labels = 0;
        foreach (var range in text.Split('.'))
        {
            var label = text[range];
            labels++;
            if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-') return false;
            foreach (var c in label)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c != '-') return false;
            }
        }

        return labels > 1;
    }
}
