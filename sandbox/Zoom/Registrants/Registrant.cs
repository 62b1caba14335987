using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Meetings.ZoomSandbox.Registrants;

/// <summary>Somebody registered for a meeting.</summary>
internal sealed class Registrant
{
    public const string Pending = "pending";
    public const string Approved = "approved";
    public const string Denied = "denied";

    public required string Id { get; init; }
    public required string Email { get; init; }
    public required string FirstName { get; set; }
    public string LastName { get; set; } = "";
    public required string Status { get; set; }
    public required string Ticket { get; init; }
    public required int PinCode { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Address, organisation, custom questions and the like, as they were given.</summary>
    public JsonObject Details { get; set; } = [];

    [JsonIgnore]
    public string Name => $"{FirstName} {LastName}".Trim();

    public string JoinUrl(long meetingId) => $"https://us02web.zoom.us/w/{meetingId}?tk={Ticket}";
}
