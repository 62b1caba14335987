using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Meetings.Contracts.Sittings;
using Meetings.WebhookIngress.Deliveries;
using Meetings.WebhookIngress.LiveKitEvents;

namespace Meetings.WebhookIngress.Tests;

/// <summary>What LiveKit's events mean in our words.</summary>
public sealed class LiveKitReadingTests
{
    private const string Sid = "RM_q7LmZ2xVt9Kd";
    private const string Connection = "PA_h3TnR8wYc5Pb";

    private static readonly Guid Id = Guid.CreateVersion7();
    private static readonly DateTimeOffset ReceivedAt = new(2026, 9, 14, 7, 0, 0, TimeSpan.Zero);
    private static readonly SittingKey Sitting = new("livekit", LiveKitSays.RoomName, Sid);
    private static readonly ParticipantIdentity Anna = new(Identity: LiveKitSays.Identity, Name: "Анна Ёлкина");

    [Fact]
    public void A_sitting_is_a_rooms_sid_and_begins_when_the_room_was_made() =>
        Assert.Equal(new SittingStarted(Id, Sitting, Utc("06:00:00.123"), ReceivedAt), Read(LiveKitSays.Started(Sid)).Normalised);

    [Fact]
    public void A_sitting_ends_when_the_server_says_so() =>
        Assert.Equal(new SittingEnded(Id, Sitting, Utc("06:46:20"), ReceivedAt), Read(LiveKitSays.Finished(Sid)).Normalised);

    [Fact]
    public void A_join_is_at_its_own_time_to_the_millisecond_and_known_by_its_identity_only() =>
        Assert.Equal(new ParticipantJoined(Id, Sitting, Connection, Anna, Utc("06:01:11.456"), ReceivedAt), Read(LiveKitSays.Joined(Sid)).Normalised);

    [Fact]
    public void A_leave_pairs_with_its_join_by_the_connections_sid() =>
        Assert.Equal(new ParticipantLeft(Id, Sitting, Connection, Anna, Utc("06:45:59"), ReceivedAt), Read(LiveKitSays.Left(Sid)).Normalised);

    [Fact]
    public void Within_one_second_nobody_leaves_before_they_came()
    {
        // Joined at …71.456, left at …71.9, which the server tells as …71.
        var left = (ParticipantLeft)Read(LiveKitSays.Left(Sid, createdAt: 1789365671)).Normalised!;
        var finished = (SittingEnded)Read(LiveKitSays.Finished(Sid, createdAt: 1789365600)).Normalised!;

        Assert.Equal(Utc("06:01:11.456"), left.At);
        Assert.Equal(Utc("06:00:00.123"), finished.At);
    }

    [Theory]
    [InlineData("joinedAtMs", null, "06:01:11")]
    [InlineData("joinedAtMs", "0", "06:01:11")]
    [InlineData("joinedAtMs,joinedAt", null, "06:01:12")]
    [InlineData("joinedAtMs,joinedAt", "0", "06:01:12")]
    public void Older_servers_tell_a_join_to_the_second_or_only_when_they_told_it(string fields, string? value, string at)
    {
        var joined = Read(LiveKitSays.Joined(Sid, change: e =>
        {
            foreach (var field in fields.Split(',')) e["participant"]![field] = value;
        }));

        Assert.Equal(Utc(at), ((ParticipantJoined)joined.Normalised!).At);
    }

    [Fact]
    public void A_start_whose_room_has_no_age_is_at_the_time_of_its_event()
    {
        var started = Read(LiveKitSays.Started(Sid, e => (e["room"]!["creationTime"], e["room"]!["creationTimeMs"]) = (null, null)));

        Assert.Equal(Utc("06:00:00"), ((SittingStarted)started.Normalised!).At);
    }

    [Theory]
    [InlineData("INGRESS"), InlineData("EGRESS"), InlineData("AGENT"), InlineData("BRIDGE")]
    [InlineData(1), InlineData(2), InlineData(4), InlineData(8)]
    public void Recorders_streams_agents_and_cameras_are_not_people(object kind)
    {
        foreach (var body in new[] { LiveKitSays.Joined(Sid, change: Kind(kind)), LiveKitSays.Left(Sid, change: Kind(kind)) })
        {
            Assert.Equal((DeliveryState.Ignored, "not-a-person", (object?)null), Brief(Read(body)));
        }
    }

    [Theory]
    [InlineData("recorder"), InlineData("agent")]
    public void Nor_are_those_of_servers_that_know_no_kinds(string permission) =>
        Assert.Equal("not-a-person", Read(LiveKitSays.Joined(Sid, change: e => e["participant"]!["permission"]![permission] = true)).Reason);

    [Theory]
    [InlineData("STANDARD"), InlineData("SIP"), InlineData("CONNECTOR"), InlineData("SOMETHING_NEW")]
    [InlineData(0), InlineData(3), InlineData(99)]
    public void Whoever_calls_by_telephone_is_a_person_and_so_is_a_kind_that_nobody_knows(object kind) =>
        Assert.IsType<ParticipantJoined>(Read(LiveKitSays.Joined(Sid, change: Kind(kind))).Normalised);

    [Fact]
    public void A_hidden_observer_is_a_person() =>
        Assert.IsType<ParticipantJoined>(Read(LiveKitSays.Joined(Sid, change: e => e["participant"]!["permission"]!["hidden"] = true)).Normalised);

    [Theory]
    [InlineData("MIGRATION"), InlineData(8)]
    public void Moving_to_another_server_is_not_leaving(object reason) => Assert.Equal(
        (DeliveryState.Ignored, "moving", (object?)null),
        Brief(Read(LiveKitSays.Left(Sid, change: e => e["participant"]!["disconnectReason"] = JsonValue.Create(reason)))));

    [Theory]
    [InlineData("participant_connection_aborted")]
    [InlineData("track_published")]
    [InlineData("egress_ended")]
    [InlineData("agent_job_started")]
    [InlineData("Room_Started")]
    [InlineData("something_new")]
    [Trait("Hostile", "35")]
    public void Other_events_are_kept_without_effect(string name)
    {
        var reading = Read(LiveKitSays.Event(name, 1789365672, Sid, LiveKitSays.Participant(Connection, "DISCONNECTED")));

        Assert.Equal((DeliveryState.Ignored, "no-effect", (object?)null), Brief(reading));
        Assert.Equal(name, reading.Name);
    }

    [Fact]
    public void Fields_in_the_other_spelling_and_in_other_types_say_the_same()
    {
        var usual = (ParticipantLeft)Read(LiveKitSays.Left(Sid)).Normalised!;
        var joined = (ParticipantJoined)Read(LiveKitSays.Joined(Sid)).Normalised!;

        Assert.Equal(usual, Read(Respelt(LiveKitSays.Left(Sid))).Normalised);
        Assert.Equal(joined, Read(Respelt(LiveKitSays.Joined(Sid))).Normalised);

        static string Respelt(string body) => body
            .Replace("\"createdAt\":\"1789368359\"", "\"created_at\":1789368359", StringComparison.Ordinal)
            .Replace("\"createdAt\":\"1789365672\"", "\"created_at\":1789365672", StringComparison.Ordinal)
            .Replace("\"joinedAtMs\":\"1789365671456\"", "\"joined_at_ms\":1789365671456", StringComparison.Ordinal)
            .Replace("joinedAt\"", "joined_at\"", StringComparison.Ordinal)
            .Replace("\"state\":\"ACTIVE\"", "\"state\":2", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("room", "room", null)]
    [InlineData("room-sid", "room.sid", null)]
    [InlineData("room-sid", "room.sid", "")]
    [InlineData("room-name", "room.name", "")]
    [InlineData("participant", "participant", null)]
    [InlineData("connection", "participant.sid", "")]
    [InlineData("time", "createdAt", "yesterday")]
    [InlineData("time", "createdAt", "-1")]
    [InlineData("time", "createdAt", "253402300800")]
    [InlineData("time", "createdAt", "99999999999999999999")]
    [InlineData("time", "participant.joinedAtMs", "1e400")]
    [InlineData("time", "participant.joinedAtMs", "1")]
    [InlineData("time", "participant.joinedAtMs", "9223372036854775807")]
    [Trait("Hostile", "33"), Trait("Hostile", "40")]
    public void A_join_with_something_missing_or_impossible_waits_for_a_person(string reason, string field, string? value)
    {
        var body = LiveKitSays.Joined(Sid, change: e =>
        {
            var path = field.Split('.');
            var parent = path.Length == 1 ? e : e[path[0]]!.AsObject();
            parent[path[^1]] = value;
        });

        Assert.Equal((DeliveryState.Quarantined, reason, (object?)null), Brief(Read(body)));
    }

    [Fact]
    public void A_leave_or_an_end_that_nobody_dates_waits_for_a_person()
    {
        Assert.Equal("time", Read(LiveKitSays.Left(Sid, change: e => e.Remove("createdAt"))).Reason);
        Assert.Equal("time", Read(LiveKitSays.Finished(Sid, change: e => e.Remove("createdAt"))).Reason);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("garbage", "not-json")]
    [InlineData("null", "not-an-object")]
    [InlineData("[]", "not-an-object")]
    [InlineData("{\"event\":null}", "event")]
    [InlineData("{\"event\":\"room_started\",\"event\":\"room_finished\"}", "not-json")]
    [Trait("Hostile", "30"), Trait("Hostile", "32")]
    public void What_cannot_be_read_is_quarantined(string body, string reason) => Assert.Equal((DeliveryState.Quarantined, reason, (object?)null), Brief(Read(body)));

    [Fact]
    public void An_event_is_known_by_its_id_whatever_else_it_says()
    {
        static string Body(string? id, int numParticipants) => LiveKitSays.Joined(Sid, change: e => (e["id"], e["room"]!["numParticipants"]) = (id, numParticipants));

        Assert.Equal(Read(Body("EV_1", 1)).DedupeKey, Read(Body("EV_1", 2)).DedupeKey);
        Assert.NotEqual(Read(Body("EV_1", 1)).DedupeKey, Read(Body("EV_2", 1)).DedupeKey);
        Assert.NotEqual(Read(LiveKitSays.Started(Sid, e => e["id"] = "EV_1")).DedupeKey, Read(LiveKitSays.Finished(Sid, 1789365600, e => e["id"] = "EV_1")).DedupeKey);
    }

    [Fact]
    public void The_key_of_an_event_is_the_same_in_every_version_of_the_code() => Assert.Equal(
        "000001a09e803f008daf2a07d55bfd570aadbf32ad8c031b6c4935f3f3042dfa", Convert.ToHexStringLower(Read(LiveKitSays.Started(Sid, e => e["id"] = "EV_1")).DedupeKey));

    [Theory]
    [InlineData(null), InlineData("")]
    public void Without_an_id_it_is_known_by_its_bytes(string? id)
    {
        string Body(string connection) => LiveKitSays.Joined(Sid, connection, e => e["id"] = id);

        Assert.Equal(Read(Body("PA_1")).DedupeKey, Read(Body("PA_1")).DedupeKey);
        Assert.NotEqual(Read(Body("PA_1")).DedupeKey, Read(Body("PA_2")).DedupeKey);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("1", 1)]
    [InlineData("a few", 1)]
    [InlineData("-3", 1)]
    [InlineData("99999999999", 1)]
    [Trait("Hostile", "50")]
    public void A_gap_is_told_beside_what_the_event_says(string numDropped, int dropped)
    {
        var reading = Read(LiveKitSays.Joined(Sid, change: e => e["numDropped"] = numDropped));

        Assert.IsType<ParticipantJoined>(reading.Normalised);
        Assert.Equal(new SittingGapReported(Id, "livekit", LiveKitSays.RoomName, Sid, dropped, Utc("06:01:12"), ReceivedAt), reading.Gap);
    }

    [Fact, Trait("Hostile", "50")]
    public void A_gap_is_told_also_by_events_that_mean_nothing_or_cannot_be_read()
    {
        var other = Read(LiveKitSays.Event("track_published", 1789365672, Sid, null, e => e["num_dropped"] = 7)).Gap;
        var recording = Read("""{"event":"egress_ended","egressInfo":{"roomName":"a-room"},"id":"EV_1","createdAt":"1789365672","numDropped":2}""").Gap;
        var unreadable = Read("""{"event":"participant_left","id":"EV_1","numDropped":3}""").Gap;

        Assert.Equal((LiveKitSays.RoomName, Sid, 7), (other!.MeetingId, other.SittingId, other.Dropped));
        Assert.Equal(("a-room", null, 2), (recording!.MeetingId, recording.SittingId, recording.Dropped));
        Assert.Equal((null, 3, ReceivedAt), (unreadable!.MeetingId, unreadable.Dropped, unreadable.At));
    }

    [Theory]
    [InlineData(null), InlineData(0), InlineData("0")]
    public void No_gap_is_none(object? numDropped) =>
        Assert.Null(Read(LiveKitSays.Joined(Sid, change: e => e["numDropped"] = numDropped is null ? null : JsonValue.Create(numDropped))).Gap);

    [Fact, Trait("Hostile", "34"), Trait("Hostile", "36")]
    public void A_name_becomes_text_that_everybody_can_store()
    {
        var joined = Read(LiveKitSays.Joined(Sid).Replace("Анна Ёлкина\",\"version", "\\u0000\\ud800=HYPERLINK(\\r\\n)\",\"version", StringComparison.Ordinal));

        Assert.Equal("\uFFFD\uFFFD=HYPERLINK(\r\n)", ((ParticipantJoined)joined.Normalised!).Who.Name);
    }

    [Fact]
    public void Credentials_addresses_and_telephone_numbers_are_blanked_and_nothing_else()
    {
        var body = Encoding.UTF8.GetBytes("""
            {"room":{"turnPassword":"abc","sid":"RM_1"},"ingressInfo":{"streamKey":"key","url":"rtmp://x/key","state":{}},"participant":{"attributes":{"sip.phoneNumber":"+639"}},
            "egressInfo":{"roomComposite":{"fileOutputs":[{"s3":{"accessKey":"{a}","secret":"{s}","bucket":"b"}}]}}}
            """);

        LiveKitRedaction.Apply(body);

        Assert.Equal("""
            {"room":{"turnPassword":"   ","sid":"RM_1"},"ingressInfo":{"streamKey":"   ","url":"            ","state":{}},"participant":{"attributes":{"sip.phoneNumber":"    "}},
            "egressInfo":{"roomComposite":{"fileOutputs":[{"s3":{"accessKey":"   ","secret":"   ","bucket":"b"}}]}}}
            """, Encoding.UTF8.GetString(body));
    }

    private static (DeliveryState State, string? Reason, object? Normalised) Brief(DeliveryReading reading) => (reading.State, reading.Reason, reading.Normalised);

    private static Action<JsonObject> Kind(object kind) => e => e["participant"]!["kind"] = JsonValue.Create(kind);

    private static DeliveryReading Read(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return LiveKitReading.Of(new DeliveryBody(bytes, SHA256.HashData(bytes), Id, ReceivedAt));
    }

    private static DateTimeOffset Utc(string time) =>
        DateTimeOffset.Parse($"2026-09-14T{time}Z", System.Globalization.CultureInfo.InvariantCulture);
}
