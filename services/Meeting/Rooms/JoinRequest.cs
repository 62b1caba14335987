using System.Text.Json;
using System.Text.RegularExpressions;
using Meetings.Meeting.Passwords;
using Meetings.Meeting.Scheduling;

namespace Meetings.Meeting.Rooms;

/// <summary>A checked request to join.</summary>
/// <param name="DisplayName">1 to 100 characters: a label, and no e-mail address, since everybody in the room sees it.</param>
/// <param name="Password">At most 128 characters; looked at only when the meeting has one.</param>
public sealed partial record JoinRequest(string DisplayName, string? Password)
{
    private const int MaxName = 100;

    /// <summary>Null when <paramref name="errors"/> says what is wrong with the body.</summary>
    internal static JoinRequest? Read(JsonElement body, out IDictionary<string, string[]> errors)
    {
        if (body.ValueKind is not JsonValueKind.Object)
        {
            errors = new Dictionary<string, string[]> { [""] = ["The body must be a JSON object."] };
            return null;
        }

        var fields = new FieldReader(body);
        var name = fields.Text("displayName", MaxName, required: true);
        if (name is not null && Address().IsMatch(name)) fields.Refuse("displayName", "Must be a name, and not an e-mail address.");
        var password = fields.Raw("password", PasswordHasher.MaxLength);
        if (password?.Contains('\0', StringComparison.Ordinal) is true) fields.Refuse("password", "Must not contain control characters.");

        errors = fields.Errors;
        return errors.Count == 0 ? new JoinRequest(name!, password is "" ? null : password) : null;
    }

    [GeneratedRegex(@"[^\s@]@[^\s@]+\.[^\s@]")]
    private static partial Regex Address();
}
