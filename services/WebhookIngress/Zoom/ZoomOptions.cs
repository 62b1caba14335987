using System.Text;
using Microsoft.Extensions.Options;

namespace Meetings.WebhookIngress.Zoom;

/// <summary>Section <c>Zoom</c>: whose webhooks are believed, and for how long after they were signed.</summary>
public sealed class ZoomOptions
{
    public const string Section = "Zoom";

    /// <summary>Secret tokens of our Zoom apps; any of them may have signed. Several, so that one can be rotated without losing a delivery.</summary>
    public IReadOnlyList<string> WebhookSecrets { get; set; } = [];

    /// <summary>Secret tokens on their way out, each believed until its own instant.</summary>
    public IReadOnlyList<RetiringSecret> RetiringSecrets { get; set; } = [];

    /// <summary>Zoom accounts whose events take effect; those of others are quarantined. Default: empty, which means any.</summary>
    public IReadOnlyList<string> WebhookAccounts { get; set; } = [];

    /// <summary>How long ago a delivery may have been signed. Default 90 minutes: Zoom tries again after 5, 25 and 85, perhaps with the first signature.</summary>
    public TimeSpan ReplayPast { get; set; } = TimeSpan.FromMinutes(90);

    /// <summary>How far our clocks may be apart the other way. Default 5 minutes.</summary>
    public TimeSpan ReplayFuture { get; set; } = TimeSpan.FromMinutes(5);
}

/// <summary>A secret token that Zoom no longer signs with.</summary>
public sealed class RetiringSecret
{
    public string Secret { get; set; } = "";

    /// <summary>From here on it is refused.</summary>
    public DateTimeOffset InvalidAt { get; set; }
}

/// <summary>A wrong setting stops the start, not the night shift.</summary>
internal sealed class ValidateZoomOptions(IHostEnvironment environment) : IValidateOptions<ZoomOptions>
{
    private const int ShortestSecret = 16;

    /// <summary>Printed in the README: whoever reads it could sign for everyone.</summary>
    private const string DevelopmentSecret = "zoom-development-secret";

    // Past these the dedupe store would have to answer for what the window no longer does, or a wrong clock would go unnoticed.
    private static readonly TimeSpan LongestPast = TimeSpan.FromDays(7);
    private static readonly TimeSpan LongestFuture = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, ZoomOptions options) =>
        Faults(options).ToList() is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;

    private IEnumerable<string> Faults(ZoomOptions options)
    {
        var secrets = options.WebhookSecrets.Concat(options.RetiringSecrets.Select(retiring => retiring.Secret)).ToList();
        if (options.WebhookSecrets.Count == 0) yield return "Zoom:WebhookSecrets is empty: no webhook could be verified.";
        if (secrets.Any(secret => Encoding.UTF8.GetByteCount(secret ?? "") < ShortestSecret))
        {
            yield return $"A secret in Zoom:WebhookSecrets or Zoom:RetiringSecrets is shorter than {ShortestSecret} characters.";
        }

        if (!environment.IsDevelopment() && secrets.Contains(DevelopmentSecret, StringComparer.Ordinal))
        {
            yield return "Zoom:WebhookSecrets holds the secret of Development, which is public.";
        }

        if (options.ReplayPast <= TimeSpan.Zero || options.ReplayPast > LongestPast) yield return $"Zoom:ReplayPast must be within {LongestPast}.";
        if (options.ReplayFuture < TimeSpan.Zero || options.ReplayFuture > LongestFuture) yield return $"Zoom:ReplayFuture must be within {LongestFuture}.";
    }
}
