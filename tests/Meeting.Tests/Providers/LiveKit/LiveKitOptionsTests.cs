using Meetings.Meeting.Providers.LiveKit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;

namespace Meetings.Meeting.Tests.Providers.LiveKit;

public sealed class LiveKitOptionsTests
{
    private const string Secret = "a-secret-of-livekit-0123456789abcdef";

    [Fact]
    public void Good_settings_are_taken() => Assert.True(Check(Good()).Succeeded);

    [Fact]
    public void Without_a_key_nothing_else_is_needed_and_there_is_no_LiveKit()
    {
        foreach (var keys in (Dictionary<string, string>[])[[], new() { ["devkey"] = "" }])
        {
            var options = new LiveKitOptions { Keys = keys };
            Assert.True(Check(options).Succeeded);
            Assert.False(options.IsConfigured);
        }
    }

    [Fact]
    public void An_empty_secret_beside_a_good_one_stops_the_start() =>
        Assert.False(Check(Good(options => options.Keys = new Dictionary<string, string> { ["APIkey"] = Secret, ["other"] = "" })).Succeeded);

    [Theory]
    [Trait("Hostile", "85")]
    [InlineData("a-secret-that-is-short")]
    [InlineData("livekit-development-secret-0123456789abcdef")]
    public void A_secret_that_is_short_or_public_stops_the_start(string secret) =>
        Assert.False(Check(Good(options => options.Keys = new Dictionary<string, string> { ["APIkey"] = secret })).Succeeded);

    [Fact]
    public void Wrong_settings_are_all_told()
    {
        var faults = Check(Good(options =>
        {
            options.Url = new Uri("ftp://livekit.test");
            options.PublicUrl = new Uri("/relative", UriKind.Relative);
            options.WebUrl = null;
            options.SigningKey = "unknown";
            options.TokenLifetime = TimeSpan.Zero;
            options.MaxParticipants = 0;
            options.OpenBefore = TimeSpan.FromDays(2);
        })).Failures!.ToList();

        Assert.Equal(7, faults.Count);
        Assert.DoesNotContain(faults, fault => fault.Contains(Secret, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("wss://x.livekit.cloud", "https://x.livekit.cloud/", "wss://x.livekit.cloud/")]
    [InlineData("ws://livekit:7880", "http://livekit:7880/", "ws://livekit:7880/")]
    [InlineData("http://livekit-sandbox", "http://livekit-sandbox/", "ws://livekit-sandbox/")]
    [InlineData("https://livekit.school.example:8443", "https://livekit.school.example:8443/", "wss://livekit.school.example:8443/")]
    public void The_server_s_address_may_be_said_either_way(string url, string api, string clients)
    {
        var options = Good(options => options.Url = new Uri(url));
        Assert.Equal((api, clients), (options.ApiUrl.ToString(), options.ClientUrl.ToString()));
    }

    [Fact]
    public void A_key_of_one_s_own_goes_before_the_sandbox_s() =>
        Assert.Equal("zz-own", Good(options => options.Keys = new Dictionary<string, string> { ["devkey"] = Secret, ["zz-own"] = Secret }).Signing.Id);

    [Theory]
    [Trait("Acceptance", "S3-07")]
    [InlineData(false, 60, 60, 150, "until half an hour after the end")]
    [InlineData(false, -30, 60, 60, "begun already")]
    [InlineData(false, -600, 60, 5, "long over")]
    [InlineData(true, 0, 60, 5, "opened at once")]
    public void A_planned_session_s_room_waits_until_half_an_hour_after_its_end(bool instant, int startsIn, int minutes, int waits, string because)
    {
        var now = TimeProvider.System.GetUtcNow();
        Assert.True(LiveKitProvider.EmptyTimeout(instant, now.AddMinutes(startsIn), minutes, now) == TimeSpan.FromMinutes(waits), because);
    }

    [Theory]
    [Trait("Acceptance", "S3-02")]
    [InlineData("demo", "group_circle", 42, "demo-group-circle-session-42")]
    [InlineData("itqan", "meeting", 1, "itqan-meeting-session-1")]
    public void Rooms_are_named_after_academy_kind_and_number(string slug, string kind, long number, string name) =>
        Assert.Equal(name, LiveKitRooms.NameOf(slug, kind, number));

    private static LiveKitOptions Good(Action<LiveKitOptions>? change = null)
    {
        var options = new LiveKitOptions
        {
            Url = new Uri("wss://x.livekit.cloud"), WebUrl = new Uri("https://school.example"), Keys = new Dictionary<string, string> { ["APIkey"] = Secret },
        };
        change?.Invoke(options);
        return options;
    }

    private static Microsoft.Extensions.Options.ValidateOptionsResult Check(LiveKitOptions options) =>
        new ValidateLiveKitOptions(new HostingEnvironment { EnvironmentName = Environments.Production }).Validate(null, options);
}
