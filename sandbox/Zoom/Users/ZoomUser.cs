namespace Meetings.ZoomSandbox.Users;

/// <summary>A user of the Zoom account.</summary>
internal sealed class ZoomUser
{
    public required string Id { get; init; }
    public required string Email { get; init; }
    public string FirstName { get; init; } = "";
    public string LastName { get; init; } = "";
    public bool Licensed { get; init; } = true;
    public DateTimeOffset CreatedAt { get; init; }
}
