using System.ComponentModel.DataAnnotations;
using Meetings.ZoomSandbox.Limits;

namespace Meetings.ZoomSandbox;

/// <summary>Settings of the sandbox, from configuration section <c>Zoom</c>.</summary>
internal sealed class ZoomOptions
{
    /// <summary>Client id of the one server-to-server OAuth app there is.</summary>
    [Required]
    public string ClientId { get; set; } = "zoom-development-client";

    [Required]
    public string ClientSecret { get; set; } = "zoom-development-client-secret";

    /// <summary>The Zoom account: asked for with every token and told in every webhook.</summary>
    [Required]
    public string AccountId { get; set; } = "zoom-development-account";

    /// <summary>The app's Secret Token, the key of webhook signatures.</summary>
    [Required]
    public string WebhookSecret { get; set; } = "zoom-development-secret";

    /// <summary>Where webhooks go. Without it they are only recorded, and can be sent with a later redelivery.</summary>
    public Uri? WebhookUrl { get; set; }

    /// <summary>JSON file that keeps users, meetings, registrants and sittings over a restart. None: memory only.</summary>
    public string? DataFile { get; set; }

    /// <summary>Plan of the account; it decides the rate limits.</summary>
    public ZoomPlan Plan { get; set; } = ZoomPlan.Pro;

    /// <summary>Meeting creates and updates per host and UTC day.</summary>
    [Range(1, int.MaxValue)]
    public int MeetingCallsPerHostPerDay { get; set; } = 100;

    /// <summary>Registrants that one meeting can have.</summary>
    [Range(1, int.MaxValue)]
    public int RegistrantsPerMeeting { get; set; } = 4999;

    /// <summary>How many times faster than at Zoom a redelivery (5, 20, 60 min) and a revalidation (72 h) come round.</summary>
    [Range(1, 1_000_000)]
    public double TimeCompression { get; set; } = 1;

    /// <summary>
    /// Whether a redelivery is stamped and signed anew. It is not known what Zoom does; the first stamp again is harder on a receiver's replay window.
    /// </summary>
    public bool RestampRedeliveries { get; set; }

    /// <summary>Deliveries on their way at the same time. Zoom promises no order; 1 keeps it.</summary>
    [Range(1, 64)]
    public int Senders { get; set; } = 4;

    /// <summary>Lifetime of an access token, in seconds.</summary>
    [Range(1, 86_400)]
    public int TokenSeconds { get; set; } = 3600;

    /// <summary>Scopes of the app; empty for all that the sandbox knows.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>E-mail of the account's owner: the operator of everything that is done through the API.</summary>
    [EmailAddress]
    public string OwnerEmail { get; set; } = "owner@zoom-development.example";

    /// <summary>Users of the account that are there from the start.</summary>
    public IList<ConfiguredUser> Users { get; } = [];

    /// <summary>Whether an e-mail that is not known yet becomes a licensed user when it is first asked for.</summary>
    public bool AdmitUnknownUsers { get; set; } = true;

    public sealed class ConfiguredUser
    {
        [Required]
        public string Email { get; set; } = "";

        public string FirstName { get; set; } = "";

        public string LastName { get; set; } = "";

        /// <summary>False for a Basic user, who may not register people.</summary>
        public bool Licensed { get; set; } = true;
    }
}

internal static class ZoomOptionsRegistration
{
    public static void AddZoomOptions(this IHostApplicationBuilder builder) =>
        builder.Services.AddOptions<ZoomOptions>().Bind(builder.Configuration.GetSection("Zoom")).ValidateDataAnnotations().ValidateOnStart();
}
