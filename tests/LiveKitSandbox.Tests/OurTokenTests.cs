extern alias Meeting;

using System.Text.Json;
using System.Text.Json.Nodes;
using Meeting::Meetings.Meeting.Providers.LiveKit;
using Xunit;
using static Meetings.LiveKitSandbox.Tests.SandboxServer;

namespace Meetings.LiveKitSandbox.Tests;

/// <summary>The tokens that the Meeting service signs, in the eyes of the vendor's own <c>TokenVerifier</c>.</summary>
public sealed class OurTokenTests
{
    private static readonly LiveKitKey Ours = LiveKitKey.Of(Key, new Dictionary<string, string> { [Key] = Secret });

    [Fact]
    [Trait("Acceptance", "S3-12")]
    public async Task The_vendor_s_verifier_takes_a_participant_s_token_and_reads_the_name_in_its_own_script()
    {
        var (person, now) = (Guid.NewGuid(), TimeProvider.System.GetUtcNow());
        var token = LiveKitToken.Sign(
            Ours, new LiveKitGrant(Lesson) { RoomJoin = true, CanPublish = true, CanSubscribe = true, RoomAdmin = true },
            new LiveKitParticipant($"{person}_ahmed-muhammad", "أحمد محمد 🦩", "teacher", person), now, TimeSpan.FromHours(3));

        var claims = Assert.Single(await VerifyAsync(Secret, token))!;

        Assert.Equal((Key, $"{person}_ahmed-muhammad", "أحمد محمد 🦩"), ((string)claims["iss"]!, (string)claims["sub"]!, (string)claims["name"]!));
        Assert.Equal(3 * 3600, (long)claims["exp"]! - (long)claims["nbf"]!);
        var metadata = JsonNode.Parse((string)claims["metadata"]!)!;
        Assert.Equal(("أحمد محمد 🦩", "teacher", person), ((string)metadata["name"]!, (string)metadata["role"]!, metadata["user_id"]!.GetValue<Guid>()));
        var video = claims["video"]!;
        Assert.Equal((Lesson, true, true), ((string)video["room"]!, (bool)video["roomJoin"]!, (bool)video["roomAdmin"]!));
        Assert.Equal((true, true), ((bool)video["canPublish"]!, (bool)video["canSubscribe"]!));
    }

    [Fact]
    public async Task It_refuses_what_ran_out_and_what_another_secret_signed()
    {
        var now = TimeProvider.System.GetUtcNow();
        var old = LiveKitToken.Sign(Ours, LiveKitGrant.List, now.AddHours(-4), TimeSpan.FromHours(3));
        var good = LiveKitToken.Sign(Ours, LiveKitGrant.List, now, TimeSpan.FromMinutes(1));

        Assert.NotNull(Assert.Single(await VerifyAsync(Secret, old))!["refused"]);
        Assert.NotNull(Assert.Single(await VerifyAsync("another-secret-0123456789-abcdefghijk", good))!["refused"]);
        Assert.Null(Assert.Single(await VerifyAsync(Secret, good))!["refused"]);
    }

    private static async Task<JsonArray> VerifyAsync(string secret, params string[] tokens) =>
        (await Vendor.RunAsync("verify.mjs", [Key, secret], JsonSerializer.Serialize(tokens))).AsArray();
}
