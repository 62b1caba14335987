namespace Meetings.Meeting.Joining;

/// <summary>
/// By what LiveKit knows a person: <c>{userId}_{slug(name)}</c>. The id identifies; the slug is for those who read logs, may be empty, and is what the
/// name was when the token was made.
/// </summary>
internal static class RoomIdentity
{
    private const int MaxSlug = 48;

    public static string Of(Guid personId, string name) => $"{personId:D}_{Slug.Of(name, MaxSlug)}";

    /// <summary>Null for identities that are none of ours. Split at the first underscore, whatever comes after it.</summary>
    public static Guid? PersonIn(string identity)
    {
        var end = identity.IndexOf('_', StringComparison.Ordinal);
        return Guid.TryParseExact(end < 0 ? identity : identity[..end], "D", out var person) ? person : null;
    }
}
