using System.Security.Cryptography;
using System.Text;
using Meetings.Contracts.Sittings;
using Meetings.WebhookIngress.Deliveries;
using Meetings.WebhookIngress.ZoomEvents;

namespace Meetings.WebhookIngress.Tests;

/// <summary>Bodies that are hardly JSON, names that are hardly text, and what is taken out before storing.</summary>
public sealed class ZoomTextTests
{
    private static readonly DateTimeOffset ReceivedAt = new(2026, 9, 14, 7, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("", "empty")]
    [InlineData(" ", "not-json")]
    [InlineData("garbage", "not-json")]
    [InlineData("{\"event\":\"meeting.started\"", "not-json")]
    [InlineData("{\"event\":\"meeting.started\",}", "not-json")]
    [InlineData("{\"event\":NaN}", "not-json")]
    [InlineData("null", "not-an-object")]
    [InlineData("[]", "not-an-object")]
    [InlineData("\"meeting.started\"", "not-an-object")]
    [InlineData("{}", "event")]
    [InlineData("{\"event\":7}", "event")]
    [InlineData("{\"event\":\" \"}", "event")]
    [InlineData("{\"event\":\"meeting.started\",\"event\":\"meeting.ended\"}", "not-json")]
    [InlineData("{\"event\":\"meeting.started\",\"\\u0065vent\":\"meeting.ended\"}", "not-json")]
    [InlineData("{\"event\":\"meeting.started\",\"payload\":{\"object\":{\"id\":\"1\",\"id\":\"2\"}}}", "not-json")]
    [InlineData("{\"event\":\"meeting.started\"}", "payload")]
    [InlineData("{\"\\ud800\":1,\"event\":\"meeting.started\"}", "not-json")]
    [Trait("Hostile", "30"), Trait("Hostile", "32")]
    public void What_cannot_be_read_is_quarantined(string body, string reason) =>
        Assert.Equal((DeliveryState.Quarantined, reason), (Read(body).State, Read(body).Reason));

    [Fact, Trait("Hostile", "31")]
    public void Ten_thousand_levels_overflow_no_stack()
    {
        var reading = Read($$"""{"event":"meeting.started","payload":{{new string('[', 10_000)}}{{new string(']', 10_000)}}}""");

        Assert.Equal((DeliveryState.Quarantined, "not-json"), (reading.State, reading.Reason));
    }

    [Theory]
    [InlineData("""Ana\u0000Lim""", "Ana\uFFFDLim")]
    [InlineData("""\ud800Ana""", "\uFFFDAna")]
    [InlineData("""Ana\udfff \"x\" \\ \/ \n""", "Ana\uFFFD \"x\" \\ /")]
    [InlineData("""\ud83e\udda9""", "🦩")]
    [InlineData("=HYPERLINK(\\\"http://x\\\")", "=HYPERLINK(\"http://x\")")]
    [InlineData("<script>alert(1)</script>", "<script>alert(1)</script>")]
    [InlineData("\u202Egnp.exe", "\u202Egnp.exe")]
    [InlineData("👩‍👩‍👧", "👩‍👩‍👧")]
    [InlineData("  Ana  ", "Ana")]
    [InlineData("   ", null)]
    [Trait("Hostile", "34"), Trait("Hostile", "36")]
    public void A_name_becomes_text_that_everybody_can_store(string json, string? name) => Assert.Equal(name, NameIn(Encoding.UTF8.GetBytes(Join(json))));

    [Fact, Trait("Hostile", "34")]
    public void A_name_that_is_not_utf8_is_kept_as_far_as_it_is_legible()
    {
        var body = Encoding.UTF8.GetBytes(Join("Ana?Lim"));
        body[Array.IndexOf(body, (byte)'?')] = 0xC3;

        Assert.Equal("Ana\uFFFDLim", NameIn(body));
    }

    [Fact, Trait("Hostile", "36")]
    public void A_name_of_two_hundred_kilobytes_is_cut_between_its_characters()
    {
        var name = NameIn(Encoding.UTF8.GetBytes(Join("x" + string.Concat(Enumerable.Repeat("🦩", 50_000)))))!;

        Assert.Equal(1023, name.Length);
        Assert.DoesNotContain('\uFFFD', name);
    }

    [Theory]
    [InlineData("A@B", "A@B")]
    [InlineData("", null)]
    [InlineData("x@r1.deped.gov.ph.evil.com", "x@r1.deped.gov.ph.evil.com")]
    [InlineData("x@r1.deped.gov.ph.", "x@r1.deped.gov.ph.")]
    [Trait("Hostile", "37")]
    public void An_email_is_passed_on_as_given_and_judged_by_who_knows_the_people(string json, string? email) =>
        Assert.Equal(email, Who(Encoding.UTF8.GetBytes(ZoomSays.Joined(change: p => p["email"] = json))).Email);

    [Fact]
    public void An_identifier_that_is_too_long_identifies_nobody()
    {
        var who = Who(Encoding.UTF8.GetBytes(ZoomSays.Joined(change: p => (p["registrant_id"], p["email"]) = (new string('r', 256), new string('e', 321)))));

        Assert.Null(who.RegistrantId);
        Assert.Null(who.Email);
    }

    [Fact]
    public void Addresses_and_credentials_are_blanked_and_nothing_else()
    {
        var original = """
            { "event":"recording.completed", "download_token":"eyJh.bGci", "payload":{"object":{"password":"Rk#91\"x","participant_pin_code":482913,
            "participant":{"public_ip":"203.0.113.7","private_ip":"10.0.0.7","user_name":"public_ip"}, "start_url" : null, "join_url":["https://a"]}} }
            """;
        var body = Encoding.UTF8.GetBytes(original);

        ZoomRedaction.Apply(body);

        Assert.Equal(
            """
            { "event":"recording.completed", "download_token":"         ", "payload":{"object":{"password":"         ","participant_pin_code":0     ,
            "participant":{"public_ip":"           ","private_ip":"        ","user_name":"public_ip"}, "start_url" : null, "join_url":["https://a"]}} }
            """.Replace("\"password\":\"         \"", "\"password\":\"        \"", StringComparison.Ordinal),
            Encoding.UTF8.GetString(body));
    }

    [Fact]
    public void Blanking_survives_what_is_not_json()
    {
        var body = "{\"public_ip\":\"203.0.113.7\",garbage"u8.ToArray();

        ZoomRedaction.Apply(body);

        Assert.Equal("{\"public_ip\":\"           \",garbage", Encoding.UTF8.GetString(body));
    }

    private static string Join(string name) => ZoomSays.Joined().Replace("Анна Ёлкина", name, StringComparison.Ordinal);

    private static string? NameIn(byte[] body) => Who(body).Name;

    private static ParticipantIdentity Who(byte[] body) => ((ParticipantJoined)Read(body).Normalised!).Who;

    private static DeliveryReading Read(string body) => Read(Encoding.UTF8.GetBytes(body));

    private static DeliveryReading Read(byte[] body) =>
        ((ZoomReading.Event)ZoomReading.Of(new DeliveryBody(body, SHA256.HashData(body), Guid.CreateVersion7(), ReceivedAt), [])).What;
}
