using Meetings.WebhookIngress.Deliveries;
using Meetings.WebhookIngress.LiveKit;
using Meetings.WebhookIngress.Zoom;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Meetings.WebhookIngress.Tests;

/// <summary>A wrong setting stops the start.</summary>
public sealed class StartTests
{
    private const string Good = "a-secret-of-22-letters";

    [Fact, Trait("Hostile", "85")]
    public async Task The_service_refuses_to_start_with_a_short_secret()
    {
        await using var ingress = new IngressService();
        await ingress.InitializeAsync();

        var refusal = Assert.ThrowsAny<Exception>(() => ingress.StartReplica(("Zoom:WebhookSecrets:0", "short")));

        Assert.Contains("WebhookSecrets", refusal.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\"short\"", refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Production", new string[0], false)]
    [InlineData("Development", new string[0], false)]
    [InlineData("Production", new[] { "" }, false)]
    [InlineData("Production", new[] { "fifteen-letters" }, false)]
    [InlineData("Production", new[] { Good, "fifteen-letters" }, false)]
    [InlineData("Production", new[] { "zoom-development-secret" }, false)]
    [InlineData("Production", new[] { Good, "zoom-development-secret" }, false)]
    [InlineData("Staging", new[] { "zoom-development-secret" }, false)]
    [InlineData("Development", new[] { "zoom-development-secret" }, true)]
    [InlineData("Production", new[] { "sixteen--letters" }, true)]
    [InlineData("Production", new[] { Good, "another-one-for-rotation" }, true)]
    [Trait("Hostile", "85")]
    public void Secrets_are_there_long_enough_and_not_public(string environment, string[] secrets, bool accepted) =>
        Assert.Equal(accepted, Validate(environment, new ZoomOptions { WebhookSecrets = secrets }));

    [Theory]
    [InlineData("Production", "", true)]
    [InlineData("Production", "key=thirty-two-letters--------------", true)]
    [InlineData("Production", "key=thirty-one-letters-------------", false)]
    [InlineData("Production", "key=", false)]
    [InlineData("Production", " =thirty-two-letters--------------", false)]
    [InlineData("Production", "key=thirty-two-letters--------------,other=another-of-thirty-two-letters----", true)]
    [InlineData("Production", "key=thirty-two-letters--------------,other=short", false)]
    [InlineData("Production", "key=thirty-two-letters--------------,other=thirty-two-letters--------------", false)]
    [InlineData("Production", "devkey=livekit-development-secret-0123456789abcdef", false)]
    [InlineData("Staging", "a-better-name=livekit-development-secret-0123456789abcdef", false)]
    [InlineData("Development", "devkey=livekit-development-secret-0123456789abcdef", true)]
    [InlineData("Development", "devkey=secret", false)]
    [Trait("Hostile", "85")]
    public void LiveKits_keys_are_long_enough_each_its_own_and_not_public(string environment, string keys, bool accepted)
    {
        var options = new LiveKitOptions
        {
            Keys = keys.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(key => key.Split('=')).ToDictionary(key => key[0], key => key[1]),
        };

        Assert.Equal(accepted, new ValidateLiveKitOptions(new In(environment)).Validate(Options.DefaultName, options).Succeeded);
    }

    [Fact, Trait("Hostile", "85")]
    public async Task The_service_refuses_to_start_with_a_short_livekit_secret_and_does_not_print_it()
    {
        await using var ingress = new IngressService();
        await ingress.InitializeAsync();

        var refusal = Assert.ThrowsAny<Exception>(() => ingress.StartReplica(("LiveKit:Keys:devkey", "brief-secret")));

        Assert.Contains("LiveKit:Keys", refusal.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("brief-secret", refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("01:30:00", "00:05:00", true)]
    [InlineData("00:05:00", "00:00:00", true)]
    [InlineData("00:00:00", "00:05:00", false)]
    [InlineData("-01:00:00", "00:05:00", false)]
    [InlineData("8.00:00:00", "00:05:00", false)]
    [InlineData("01:30:00", "-00:00:01", false)]
    [InlineData("01:30:00", "02:00:00", false)]
    public void The_replay_window_is_one_that_the_store_outlives(string past, string future, bool accepted) => Assert.Equal(accepted, Validate("Production", new ZoomOptions
    {
        WebhookSecrets = [Good],
        ReplayPast = TimeSpan.Parse(past, System.Globalization.CultureInfo.InvariantCulture),
        ReplayFuture = TimeSpan.Parse(future, System.Globalization.CultureInfo.InvariantCulture),
    }));

    [Fact]
    public void A_retiring_secret_is_held_to_the_same_rules() =>
        Assert.False(Validate("Production", new ZoomOptions { WebhookSecrets = [Good], RetiringSecrets = [new RetiringSecret { Secret = "short" }] }));

    [Theory]
    [InlineData("08006", true)]
    [InlineData("53100", true)]
    [InlineData("53300", true)]
    [InlineData("25006", true)]
    [InlineData("57P01", true)]
    [InlineData("40P01", true)]
    [InlineData("22021", false)]
    [InlineData("23502", false)]
    [Trait("Hostile", "72")]
    public void Only_what_a_delivery_is_to_blame_for_is_not_our_trouble(string sqlState, bool ours) =>
        Assert.Equal(ours, DeliveryWriter.IsOwnTrouble(new PostgresException("", "ERROR", "ERROR", sqlState)));

    private static bool Validate(string environment, ZoomOptions options) =>
        new ValidateZoomOptions(new In(environment)).Validate(Options.DefaultName, options).Succeeded;

    private sealed class In(string environment) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = environment;

        public string ApplicationName { get; set; } = "";

        public string ContentRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
