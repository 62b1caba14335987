using System.Text;
using Microsoft.Extensions.Options;

namespace Meetings.Meeting.Providers.LiveKit;

/// <summary>Section <c>LiveKit</c>: the server where rooms are. Without a key there are no meetings on LiveKit here.</summary>
public sealed class LiveKitOptions
{
    public const string Section = "LiveKit";

    /// <summary>Of the server, as services reach it: http, https, ws or wss. In Development the sandbox.</summary>
    public Uri? Url { get; set; }

    /// <summary>Of the server, as people's clients reach it. Default: <see cref="Url"/>.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>API keys of the server, id to secret. Secrets are never logged.</summary>
    public IReadOnlyDictionary<string, string> Keys { get; set; } = new Dictionary<string, string>();

    /// <summary>The id of the key that signs. Default: the first one in the order of their ids that is not the sandbox's.</summary>
    public string? SigningKey { get; set; }

    /// <summary>Of the web application: a meeting's link is <c>m/{roomId}</c> below it.</summary>
    public Uri? WebUrl { get; set; }

    /// <summary>How long a participant's token opens the room. Who is inside stays inside when it runs out.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(3);

    /// <summary>People at a time in a room whose meeting does not say its own number.</summary>
    public int MaxParticipants { get; set; } = 50;

    /// <summary>How long before a meeting its room may be opened. Earlier it would stand empty, and the server closes empty rooms.</summary>
    public TimeSpan OpenBefore { get; set; } = TimeSpan.FromHours(2);

    /// <summary>The base of the server's API.</summary>
    internal Uri ApiUrl => WithScheme(Url!, Url!.Scheme is "https" or "wss" ? "https" : "http");

    /// <summary>What clients are told to connect to.</summary>
    internal Uri ClientUrl => (PublicUrl ?? Url!) is var url ? WithScheme(url, url.Scheme is "https" or "wss" ? "wss" : "ws") : url;

    /// <summary>Whether there is any of it here.</summary>
    internal bool IsConfigured => Keys.Values.Any(secret => !string.IsNullOrEmpty(secret));

    internal LiveKitKey Signing => LiveKitKey.Of(
        SigningKey ?? Keys.Keys.OrderBy(id => id == DevelopmentKey).ThenBy(id => id, StringComparer.Ordinal).First(), Keys);

    internal const string DevelopmentKey = "devkey";

    private static Uri WithScheme(Uri url, string scheme) =>
        new UriBuilder(url) { Scheme = scheme, Port = url.IsDefaultPort ? -1 : url.Port }.Uri;
}

/// <summary>A key, ready to sign with.</summary>
internal sealed class LiveKitKey
{
    private LiveKitKey(string id, byte[] secret) => (Id, Secret) = (id, secret);

    public string Id { get; }

    public byte[] Secret { get; }

    public static LiveKitKey Of(string id, IReadOnlyDictionary<string, string> keys) => new(id, Encoding.UTF8.GetBytes(keys[id]));
}

/// <summary>A wrong setting stops the start, not the first lesson.</summary>
internal sealed class ValidateLiveKitOptions(IHostEnvironment environment) : IValidateOptions<LiveKitOptions>
{
    // As the service that receives LiveKit's webhooks, which has the same keys, wants it; `livekit-server generate-keys` makes longer ones.
    private const int ShortestSecret = 32;

    // Printed in the README: whoever reads it could open every room.
    private const string DevelopmentSecret = "livekit-development-secret-0123456789abcdef";

    public ValidateOptionsResult Validate(string? name, LiveKitOptions options) =>
        Faults(options).ToList() is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;

    private IEnumerable<string> Faults(LiveKitOptions options)
    {
        if (!options.IsConfigured) yield break;

        if (options.Keys.Keys.Any(string.IsNullOrWhiteSpace)) yield return "LiveKit:Keys has a key without an id.";
        if (options.Keys.Values.Any(secret => Encoding.UTF8.GetByteCount(secret ?? "") < ShortestSecret))
            yield return $"A secret in LiveKit:Keys is shorter than {ShortestSecret} characters.";
        if (!environment.IsDevelopment() && options.Keys.Values.Contains(DevelopmentSecret, StringComparer.Ordinal))
            yield return "LiveKit:Keys holds the secret of Development, which is public.";
        if (options.SigningKey is { } signing && !options.Keys.ContainsKey(signing)) yield return "LiveKit:SigningKey is not one of LiveKit:Keys.";
        if (!IsAddress(options.Url, "http", "https", "ws", "wss")) yield return "LiveKit:Url must be an http, https, ws or wss address.";
        if (options.PublicUrl is not null && !IsAddress(options.PublicUrl, "http", "https", "ws", "wss"))
            yield return "LiveKit:PublicUrl must be an http, https, ws or wss address.";
        if (!IsAddress(options.WebUrl, "http", "https")) yield return "LiveKit:WebUrl must be the http or https address of the web application.";
        if (options.TokenLifetime < TimeSpan.FromMinutes(1) || options.TokenLifetime > TimeSpan.FromDays(1))
            yield return "LiveKit:TokenLifetime must be from a minute to a day.";
        if (options.MaxParticipants is < 1 or > 100_000) yield return "LiveKit:MaxParticipants must be from 1 to 100000.";
        if (options.OpenBefore < TimeSpan.Zero || options.OpenBefore > TimeSpan.FromDays(1)) yield return "LiveKit:OpenBefore must be from nothing to a day.";
    }

    private static bool IsAddress(Uri? url, params ReadOnlySpan<string> schemes) => url is { IsAbsoluteUri: true } && schemes.Contains(url.Scheme);
}
