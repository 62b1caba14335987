using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Meetings.ZoomSandbox.Registrants;
using Meetings.ZoomSandbox.Users;

namespace Meetings.ZoomSandbox.Meetings;

/// <summary>A meeting: the plan, who registered, and every sitting that came of it.</summary>
internal sealed class Meeting
{
    public const int Instant = 1;
    public const int Scheduled = 2;
    public const int RecurringNoFixedTime = 3;
    public const int RecurringFixedTime = 8;

    public required long Id { get; init; }

    /// <summary>Of the plan. A sitting has its own.</summary>
    public required string Uuid { get; init; }

    public required string HostId { get; init; }
    public required string HostEmail { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public bool HostIsLicensed { get; init; } = true;

    public string Topic { get; set; } = "Zoom Meeting";
    public string Agenda { get; set; } = "";
    public int Type { get; set; } = Scheduled;
    public DateTimeOffset? StartTime { get; set; }
    public int Duration { get; set; } = 60;
    public string Timezone { get; set; } = "UTC";
    public string Password { get; set; } = "";
    public JsonObject Settings { get; set; } = [];
    public JsonObject? Recurrence { get; set; }
    public JsonArray? TrackingFields { get; set; }
    public List<Occurrence> Occurrences { get; set; } = [];
    public List<Registrant> Registrants { get; init; } = [];
    public List<Sitting> Sittings { get; init; } = [];

    [JsonIgnore]
    public bool HasRegistration => Settings.Number("approval_type") != 2;

    [JsonIgnore]
    public Sitting? Running => Sittings.LastOrDefault(s => s.EndedAt is null);

    [JsonIgnore]
    public string JoinUrl => $"https://us02web.zoom.us/j/{Id}?pwd={Password}";

    public bool IsHost(ZoomUser? user) => user is not null && user.Id == HostId;
}

/// <summary>One planned date of a recurring meeting.</summary>
internal sealed class Occurrence
{
    public required string Id { get; init; }
    public required DateTimeOffset StartTime { get; set; }
    public required int Duration { get; set; }
    public bool Deleted { get; set; }
}
