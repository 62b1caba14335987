using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Meetings.Meeting.Providers.Zoom;

/// <summary>Section <c>Zoom</c>: the server-to-server OAuth app with which meetings are made.</summary>
internal sealed class ZoomOptions
{
    public const string Section = "Zoom";

    [Required]
    public string AccountId { get; set; } = "";

    [Required]
    public string ClientId { get; set; } = "";

    /// <summary>Never logged.</summary>
    [Required]
    public string ClientSecret { get; set; } = "";

    /// <summary>Base of the REST API. Default: Zoom's own; in Development the sandbox.</summary>
    [Required]
    public Uri ApiUrl { get; set; } = Real.ApiUrl;

    /// <summary>Where tokens come from. Default: Zoom's own; in Development the sandbox.</summary>
    [Required]
    public Uri TokenUrl { get; set; } = Real.TokenUrl;

    /// <summary>
    /// Registrations in one host's name per UTC day, 1 to 100,000. A limit of our own, which Zoom has for the account as a whole: a school that registers everybody
    /// for everything leaves calls for the others.
    /// </summary>
    [Range(1, 100_000)]
    public int RegistrationsPerHostPerDay { get; set; } = 2000;

    /// <summary>Registrations of one person for one meeting per UTC day, 1 to 100; Zoom allows 3 (PROTOCOLS B.4).</summary>
    [Range(1, 100)]
    public int RegistrationsPerRegistrantPerDay { get; set; } = 3;

    private static class Real
    {
        public static readonly Uri ApiUrl = new("https://api.zoom.us/v2/");
        public static readonly Uri TokenUrl = new("https://zoom.us/oauth/token");
    }

    /// <summary>Credentials of a real account do not belong into the sandbox: with them, and nothing said of addresses, the addresses are Zoom's.</summary>
    internal sealed class LeaveSandbox : IPostConfigureOptions<ZoomOptions>
    {
        private const string SandboxHost = "zoom-sandbox";
        private const string SandboxAccount = "zoom-development-account";

        public void PostConfigure(string? name, ZoomOptions options)
        {
            if (options.AccountId == SandboxAccount) return;
            if (options.ApiUrl.Host == SandboxHost) options.ApiUrl = Real.ApiUrl;
            if (options.TokenUrl.Host == SandboxHost) options.TokenUrl = Real.TokenUrl;
        }
    }
}
