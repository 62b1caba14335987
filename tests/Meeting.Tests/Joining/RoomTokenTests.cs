using System.IdentityModel.Tokens.Jwt;
using System.Text;
using System.Text.Json.Nodes;
using Meetings.Meeting.Joining;
using Meetings.Meeting.Providers.LiveKit;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using Microsoft.IdentityModel.Tokens;

namespace Meetings.Meeting.Tests.Joining;

public sealed class RoomTokenTests
{
    private const string Secret = "a-secret-of-livekit-0123456789abcdef";

    private static readonly LiveKitOptions Options = new()
    {
        Url = new Uri("http://livekit.test:7880"), PublicUrl = new Uri("https://rooms.school.example"), WebUrl = new Uri("https://school.example"),
        Keys = new Dictionary<string, string> { ["APIkey"] = Secret },
    };

    private readonly ManualClock _clock = new(TimeProvider.System.GetUtcNow());
    private readonly Caller _caller = new(Guid.NewGuid(), Guid.NewGuid(), ["student"]);

    [Theory]
    [Trait("Acceptance", "S3-12")]
    [InlineData("أحمد محمد", "ahmed-muhammad")]
    [InlineData("李雷", "")]
    [InlineData("🦩", "")]
    [InlineData("José \"Pepe\" <Niño> \\ \u2028", "jose-pepe-nino")]
    public void A_token_says_who_comes_in_the_original_script(string name, string slug)
    {
        var token = Issue(name)!;
        var claims = Verified(token.AccessToken);

        Assert.Equal($"{_caller.PersonId}_{slug}", token.Identity);
        Assert.Equal(token.Identity, (string)claims["sub"]!);
        Assert.Equal(name, (string)claims["name"]!);
        var metadata = JsonNode.Parse((string)claims["metadata"]!)!;
        Assert.Equal((name, "student", _caller.PersonId.ToString()), ((string)metadata["name"]!, (string)metadata["role"]!, (string)metadata["user_id"]!));
        Assert.Equal(3, metadata.AsObject().Count);
    }

    [Fact]
    [Trait("Acceptance", "S3-12")]
    [Trait("Acceptance", "X28")]
    public void It_holds_for_one_room_and_three_hours()
    {
        var token = Issue("Ana")!;
        var claims = Verified(token.AccessToken);
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();

        Assert.Equal(("APIkey", now, now + (3 * 3600)), ((string)claims["iss"]!, (long)claims["nbf"]!, (long)claims["exp"]!));
        Assert.Equal(now + (3 * 3600), token.ExpiresAt.ToUnixTimeSeconds());
        Assert.Equal("""{"room":"demo-class-session-1","roomJoin":true,"canPublish":true,"canSubscribe":true,"canPublishData":true}""", claims["video"]!.ToJsonString());
        Assert.Equal(("demo-class-session-1", new Uri("wss://rooms.school.example")), (token.RoomName, token.ServerUrl));
    }

    [Fact]
    [Trait("Acceptance", "S3-12")]
    public void Only_a_moderator_s_token_administers_the_room_and_nobody_s_makes_or_lists_rooms()
    {
        var moderator = Verified(Issue("Ana", moderates: true)!.AccessToken)["video"]!.AsObject();
        var listener = Verified(Issue("Ana", publishes: false)!.AccessToken)["video"]!.AsObject();

        Assert.True((bool)moderator["roomAdmin"]!);
        Assert.Equal((false, false, true), ((bool)listener["canPublish"]!, (bool)listener["canPublishData"]!, (bool)listener["canSubscribe"]!));
        Assert.All([moderator, listener], video => Assert.DoesNotContain(video, grant => grant.Key is "roomCreate" or "roomList" or "roomRecord"));
        Assert.DoesNotContain(listener, grant => grant.Key is "roomAdmin");
    }

    [Fact]
    public void A_name_too_long_for_LiveKit_is_cut_between_characters_and_half_a_character_does_no_harm()
    {
        var longName = string.Concat(Enumerable.Repeat("محمد🦩", 100));
        var cut = (string)Verified(Issue(longName)!.AccessToken)["name"]!;
        Assert.StartsWith(cut, longName, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(cut), 250, 256);

        Assert.Equal("x\ufffd", (string)Verified(Issue("x\ud83e")!.AccessToken)["name"]!);
    }

    [Fact]
    public void Tokens_made_at_the_same_moment_do_not_mix()
    {
        var tokens = Enumerable.Range(0, 2000).AsParallel().WithDegreeOfParallelism(4).Select(n => (Name: $"Student {n}", Token: Issue($"Student {n}")!)).ToList();
        Assert.All(tokens, one => Assert.Equal(one.Name, (string)Verified(one.Token.AccessToken)["name"]!));
    }

    [Fact]
    public void Meetings_of_providers_without_tokens_have_none()
    {
        Assert.Null(Tokens().Issue(new MeetingRow { Provider = "zoom", ProviderMeetingId = "123" }, _caller, "Ana", "student", true, true, false));
        Assert.Null(Tokens().Issue(new MeetingRow { Provider = "livekit" }, _caller, "Ana", "student", true, true, false));
    }

    [Fact]
    public void A_token_for_the_server_s_API_names_nobody_and_allows_one_thing()
    {
        var key = LiveKitKey.Of("APIkey", Options.Keys);
        var claims = Verified(LiveKitToken.Sign(key, LiveKitGrant.AdminOf("r"), _clock.GetUtcNow(), TimeSpan.FromMinutes(1)));

        Assert.Equal("""{"room":"r","roomAdmin":true}""", claims["video"]!.ToJsonString());
        Assert.False(claims.ContainsKey("sub"));
        Assert.Equal(60, (long)claims["exp"]! - (long)claims["nbf"]!);
    }

    private RoomToken? Issue(string name, bool publishes = true, bool moderates = false) => Tokens().Issue(
        new MeetingRow { Provider = "livekit", ProviderMeetingId = "demo-class-session-1" }, _caller, name, "student", publishes, true, moderates);

    private LiveKitTokens Tokens() => new(Microsoft.Extensions.Options.Options.Create(Options), _clock);

    /// <summary>The claims of a token that somebody else's implementation takes for good, HS256 and nothing else.</summary>
    private static JsonObject Verified(string token)
    {
        new JwtSecurityTokenHandler().ValidateToken(
            token,
            new TokenValidationParameters
            {
                ValidIssuer = "APIkey", ValidateAudience = false, IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(Secret)),
                RequireExpirationTime = true, RequireSignedTokens = true, ClockSkew = TimeSpan.FromMinutes(1),
            },
            out _);
        var parts = token.Split('.');
        Assert.Equal("HS256", (string)JsonNode.Parse(Base64UrlEncoder.Decode(parts[0]))!["alg"]!);
        return JsonNode.Parse(Base64UrlEncoder.Decode(parts[1]))!.AsObject();
    }
}
