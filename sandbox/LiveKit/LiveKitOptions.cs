using System.ComponentModel.DataAnnotations;

namespace Meetings.LiveKitSandbox;

/// <summary>Settings of the sandbox, from configuration section <c>LiveKit</c>. The defaults are those of the real server.</summary>
internal sealed class LiveKitOptions : IValidatableObject
{
    /// <summary>API secrets by the id of their key. A token names its key as its issuer.</summary>
    public IDictionary<string, string> Keys { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Where webhooks go. Without it they are only recorded, and can be sent with a later redelivery.</summary>
    public Uri? WebhookUrl { get; set; }

    /// <summary>Id of the key that signs webhooks. None: the first in alphabetical order.</summary>
    public string? WebhookKey { get; set; }

    /// <summary>Whether a room comes into being when somebody joins it.</summary>
    public bool AutoCreate { get; set; } = true;

    /// <summary>Seconds that a room stays open to which nobody came.</summary>
    [Range(1, int.MaxValue)]
    public uint EmptyTimeout { get; set; } = 300;

    /// <summary>Seconds that a room stays open after the last participant left.</summary>
    [Range(1, int.MaxValue)]
    public uint DepartureTimeout { get; set; } = 20;

    /// <summary>Participants that a room takes if it says nothing itself; 0 for no limit.</summary>
    public uint MaxParticipants { get; set; }

    /// <summary>Whether an administrator may unmute.</summary>
    public bool EnableRemoteUnmute { get; set; }

    /// <summary>How many times faster than at LiveKit a webhook is tried again (1, 2, 4, 8 s).</summary>
    [Range(1, 1_000_000)]
    public double TimeCompression { get; set; } = 1;

    /// <summary>Webhooks of one room that may wait; one more is dropped.</summary>
    [Range(1, 100_000)]
    public int WebhookMaxDepth { get; set; } = 200;

    /// <summary>Seconds after which a waiting webhook is dropped.</summary>
    [Range(1, 86_400)]
    public int WebhookMaxAge { get; set; } = 30;

    /// <summary>
    /// Whether an event says how many were dropped before it. Servers with one queue for all rooms did; 1.13, with a queue for each, leaves it at zero.
    /// </summary>
    public bool CountDropped { get; set; } = true;

    /// <summary>The key that signs webhooks.</summary>
    public KeyValuePair<string, string> Signer => WebhookKey is { } id ? new(id, Keys[id]) : Keys.MinBy(key => key.Key, StringComparer.Ordinal);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Keys.Count == 0) yield return new ValidationResult("LiveKit:Keys must name at least one key.");
        if (Keys.Values.Any(string.IsNullOrEmpty)) yield return new ValidationResult("Every key of LiveKit:Keys needs a secret.");
        if (WebhookKey is not null && !Keys.ContainsKey(WebhookKey)) yield return new ValidationResult("LiveKit:WebhookKey is none of LiveKit:Keys.");
    }
}

internal static class LiveKitOptionsRegistration
{
    public static void AddLiveKitOptions(this IHostApplicationBuilder builder) =>
        builder.Services.AddOptions<LiveKitOptions>().Bind(builder.Configuration.GetSection("LiveKit")).ValidateDataAnnotations().ValidateOnStart();
}
