using System.Text;
using Microsoft.Extensions.Options;

namespace Meetings.WebhookIngress.LiveKit;

/// <summary>Section <c>LiveKit</c>: whose webhooks are believed.</summary>
public sealed class LiveKitOptions
{
    public const string Section = "LiveKit";

    /// <summary>
    /// API keys of our LiveKit servers, id to secret; any of them may have signed. Several, so that one can be rotated without losing a delivery.
    /// Default: none, and then LiveKit's webhooks are all refused.
    /// </summary>
    public IReadOnlyDictionary<string, string> Keys { get; set; } = new Dictionary<string, string>();
}

/// <summary>A wrong setting stops the start, not the night shift.</summary>
internal sealed class ValidateLiveKitOptions(IHostEnvironment environment) : IValidateOptions<LiveKitOptions>
{
    /// <summary>LiveKit's own rule; <c>livekit-server generate-keys</c> makes longer ones.</summary>
    private const int ShortestSecret = 32;

    /// <summary>Printed in the README: whoever reads it could sign for everyone.</summary>
    private const string DevelopmentSecret = "livekit-development-secret-0123456789abcdef";

    public ValidateOptionsResult Validate(string? name, LiveKitOptions options) =>
        Faults(options).ToList() is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;

    private IEnumerable<string> Faults(LiveKitOptions options)
    {
        var secrets = options.Keys.Values.ToList();
        if (options.Keys.Keys.Any(string.IsNullOrWhiteSpace)) yield return "LiveKit:Keys has a key without an id.";
        if (secrets.Any(secret => Encoding.UTF8.GetByteCount(secret ?? "") < ShortestSecret))
        {
            yield return $"A secret in LiveKit:Keys is shorter than {ShortestSecret} characters.";
        }

        // Who signed could not be told from the signature, and it must agree with what the token says of it.
        if (secrets.Distinct(StringComparer.Ordinal).Count() < secrets.Count) yield return "Two keys in LiveKit:Keys have the same secret.";
        if (!environment.IsDevelopment() && secrets.Contains(DevelopmentSecret, StringComparer.Ordinal))
        {
            yield return "LiveKit:Keys holds the secret of Development, which is public.";
        }
    }
}
