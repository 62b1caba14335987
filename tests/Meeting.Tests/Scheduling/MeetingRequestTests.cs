using System.Text.Json;
using Meetings.Meeting.Access;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Http;

namespace Meetings.Meeting.Tests.Scheduling;

public sealed class MeetingRequestTests
{
    private const string Good = """
        "provider":"zoom","title":"Algebra","startsAt":"2026-11-23T06:00:00Z","durationMinutes":48,"timeZone":"Asia/Manila"
        """;

    [Fact]
    public void What_is_not_said_has_its_default()
    {
        var request = Read($"{{{Good}}}", out _)!;

        Assert.Equal(("scheduled", Audience.Personal, true, null, null), (request.Type, request.Audience, request.WaitingRoom, request.RoomId, request.Password));
        Assert.Equal(Audience.Class, Read($$"""{{{Good}},"classId":"0198a1b2-0000-7000-8000-000000000001"}""", out _)!.Audience);
    }

    [Theory]
    [InlineData("durationMinutes", "1", true)]
    [InlineData("durationMinutes", "1440", true)]
    [InlineData("durationMinutes", "0", false)]
    [InlineData("durationMinutes", "1441", false)]
    [InlineData("durationMinutes", "45.5", false)]
    [InlineData("durationMinutes", "\"45\"", false)]
    [InlineData("durationMinutes", "1e400", false)]
    [InlineData("durationMinutes", "9223372036854775808", false)]
    [InlineData("title", "\"   \"", false)]
    [InlineData("title", "5", false)]
    [InlineData("title", "\"a\\u0000b\"", false)]
    [InlineData("title", "\"\\ud800\"", false)]
    [InlineData("title", "\"<script>alert(1)</script> \\u202e مرحبا 👩‍🏫\"", true)]
    [InlineData("startsAt", "\"2000-01-01T00:00:00Z\"", true)]
    [InlineData("startsAt", "\"2099-12-31T23:59:59Z\"", true)]
    [InlineData("startsAt", "\"1999-12-31T23:59:59Z\"", false)]
    [InlineData("startsAt", "\"2100-01-01T00:00:00Z\"", false)]
    [InlineData("startsAt", "\"2026-11-23T06:00:00\"", false)]
    [InlineData("startsAt", "\"2026-11-23T06:00:60Z\"", false)]
    [InlineData("startsAt", "\"2026-02-30T06:00:00Z\"", false)]
    [InlineData("startsAt", "\"tomorrow\"", false)]
    [InlineData("startsAt", "1789365600", false)]
    [InlineData("startsAt", "\"2026-11-23T14:00:00+08:00\"", true)]
    [InlineData("startsAt", "\"2026-11-23T14:00:00+15:00\"", false)]
    [InlineData("timeZone", "\"UTC\"", true)]
    [InlineData("timeZone", "\"America/Argentina/Buenos_Aires\"", true)]
    [InlineData("timeZone", "\"Mars/Olympus\"", false)]
    [InlineData("timeZone", "\"../../etc/passwd\"", false)]
    [InlineData("timeZone", "\"Asia/../UTC\"", false)]
    [InlineData("provider", "\"teams\"", false)]
    [InlineData("provider", "null", false)]
    [InlineData("roomId", "\"algebra_7-B\"", true)]
    [InlineData("roomId", "\"\"", false)]
    [InlineData("roomId", "\"room 7\"", false)]
    [InlineData("roomId", "\"room\\n\"", false)]
    [InlineData("roomId", "\"ölgebra\"", false)]
    [InlineData("audience", "\"personal\"", true)]
    [InlineData("audience", "\"class\"", false)]
    [InlineData("audience", "\"everyone\"", false)]
    [InlineData("classId", "\"7\"", false)]
    [InlineData("type", "\"nightly\"", false)]
    [InlineData("waitingRoom", "\"yes\"", false)]
    [InlineData("settings", "[]", false)]
    [InlineData("settings", "{\"muteOnEntry\":3}", false)]
    [InlineData("settings", "{\"muteOnEntry\":true,\"whatever\":1}", true)]
    [InlineData("password", "\"\"", false)]
    public void Each_field_has_its_bounds(string field, string value, bool accepted)
    {
        var request = Read($"{{{WithoutField(field)}{(WithoutField(field).Length > 0 ? "," : "")}\"{field}\":{value}}}", out var errors);

        Assert.True(accepted == request is not null, $"{field} = {value}: {JsonSerializer.Serialize(errors)}");
        if (!accepted) Assert.Contains(errors.Keys, key => key.StartsWith(field, StringComparison.Ordinal) || (field == "audience" && key == "classId"));
    }

    [Theory]
    [InlineData("title", 200)]
    [InlineData("description", 2000)]
    [InlineData("password", 128)]
    [InlineData("roomId", 255)]
    public void Each_text_has_its_length(string field, int max)
    {
        Assert.NotNull(Read($"{{{WithoutField(field)},\"{field}\":\"{new string('a', max)}\"}}", out _));
        Assert.Null(Read($"{{{WithoutField(field)},\"{field}\":\"{new string('a', max + 1)}\"}}", out _));
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        Read("""{"provider":"x","title":"","startsAt":"x","durationMinutes":-1,"timeZone":"x/y","roomId":"!","audience":"x","settings":{"hostVideo":1}}""", out var errors);

        Assert.Equal(["audience", "durationMinutes", "provider", "roomId", "settings.hostVideo", "startsAt", "timeZone", "title"], errors.Keys.Order());
    }

    [Fact]
    public void An_instant_meeting_needs_only_its_provider()
    {
        Assert.NotNull(Read("""{"provider":"zoom","type":"instant"}""", out _));
        Assert.Null(Read("""{"provider":"zoom"}""", out var errors));
        Assert.Equal(4, errors.Count);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"zoom\"")]
    public void A_body_that_is_no_object_is_refused(string body) => Assert.Null(Read(body, out _));

    [Fact]
    public void A_fingerprint_does_not_give_the_password_away()
    {
        var one = Read($$"""{{{Good}},"password":"one"}""", out _)!;
        var two = Read($$"""{{{Good}},"password":"two"}""", out _)!;

        Assert.Equal(CreationLedger.Fingerprint(one), CreationLedger.Fingerprint(two));
        Assert.NotEqual(CreationLedger.Fingerprint(one), CreationLedger.Fingerprint(one with { Title = "Geometry" }));
    }

    [Fact]
    public void Generated_room_ids_are_well_formed_and_differ()
    {
        var rooms = Enumerable.Range(0, 1000).Select(_ => RoomIds.Generate()).ToHashSet();

        Assert.Equal(1000, rooms.Count);
        Assert.All(rooms, room => Assert.True(room.Length == 12 && RoomIds.IsWellFormed(room)));
    }

    private static string WithoutField(string field) =>
        string.Join(',', Good.Trim().Split(',').Where(part => !part.StartsWith($"\"{field}\"", StringComparison.Ordinal)));

    private static MeetingRequest? Read(string body, out IDictionary<string, string[]> errors) =>
        MeetingRequest.Read(JsonSerializer.Deserialize<JsonElement>(body, ApiJson.Options), ["zoom", "livekit"], out errors);
}
