using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Meetings.Contracts.Sittings;
using Meetings.WebhookIngress.Deliveries;
using Meetings.WebhookIngress.ZoomEvents;

namespace Meetings.WebhookIngress.Tests;

/// <summary>What Zoom's events mean in our words.</summary>
public sealed class ZoomReadingTests
{
    private static readonly Guid Id = Guid.CreateVersion7();
    private static readonly DateTimeOffset ReceivedAt = new(2026, 9, 14, 7, 0, 0, TimeSpan.Zero);
    private static readonly SittingKey Sitting = new("zoom", "84512093377", "Lk9vP2xTQe6dHs1Jm4RzWg==");
    private const string Uuid = "Lk9vP2xTQe6dHs1Jm4RzWg==";
    private const string Connection = "5D0E7A31-92C4-4B18-A6F3-7C19E2D84B60";

    private static readonly ParticipantIdentity Anna = new(RegistrantId: "h4Ks9-QvRx2mPzT7LbWc1A", Name: "Анна Ёлкина", SessionNumber: "16783360");

    [Fact, Trait("Acceptance", "S0-01")]
    public void A_sitting_begins_when_the_live_object_says() =>
        Assert.Equal(new SittingStarted(Id, Sitting, Utc("06:00:07"), ReceivedAt), Read(ZoomSays.Started(Uuid)).Normalised);

    [Fact, Trait("Acceptance", "S0-01")]
    public void A_sitting_ends_at_its_end_time_whatever_its_planned_duration() =>
        Assert.Equal(new SittingEnded(Id, Sitting, Utc("06:46:01"), ReceivedAt), Read(ZoomSays.Ended(Uuid)).Normalised);

    [Fact, Trait("Acceptance", "S0-01"), Trait("Acceptance", "S0-03")]
    public void A_join_is_at_its_join_time_to_the_second_and_not_when_it_was_received() =>
        Assert.Equal(new ParticipantJoined(Id, Sitting, Connection, Anna, Utc("06:01:12"), ReceivedAt), Read(ZoomSays.Joined(Uuid)).Normalised);

    [Fact, Trait("Acceptance", "S0-01")]
    public void A_leave_pairs_with_its_join() =>
        Assert.Equal(new ParticipantLeft(Id, Sitting, Connection, Anna, Utc("06:45:59"), ReceivedAt), Read(ZoomSays.Left(Uuid)).Normalised);

    [Theory]
    [InlineData("meeting.participant_joined_waiting_room", WaitingRoomMove.Entered)]
    [InlineData("meeting.participant_left_waiting_room", WaitingRoomMove.Left)]
    [InlineData("meeting.participant_admitted", WaitingRoomMove.Admitted)]
    [InlineData("meeting.participant_put_in_waiting_room", WaitingRoomMove.PutBack)]
    public void Waiting_is_told_apart_from_being_there(string name, WaitingRoomMove move) => Assert.Equal(
        new WaitingRoomMoved(Id, Sitting, Connection, Anna, move, Utc("06:00:41"), ReceivedAt),
        Read(ZoomSays.Participant(name, "date_time", "2026-09-14T06:00:41Z", Uuid)).Normalised);

    [Fact]
    public void A_breakout_room_is_a_connection_of_its_own()
    {
        static void InRoom(JsonObject participant) => (participant["user_id"], participant["parent_user_id"]) = ("33561600", "16783360");
        var joined = (ParticipantJoined)Read(ZoomSays.Participant("meeting.participant_joined_breakout_room", "join_time", "2026-09-14T06:15:03Z", Uuid, InRoom)).Normalised!;
        var left = (ParticipantLeft)Read(ZoomSays.Participant("meeting.participant_left_breakout_room", "leave_time", "2026-09-14T06:25:10Z", Uuid, InRoom)).Normalised!;

        Assert.Equal($"{Connection}:33561600", joined.ConnectionId);
        Assert.Equal(joined.ConnectionId, left.ConnectionId);
        Assert.Equal("33561600", joined.Who.SessionNumber);
    }

    [Fact]
    public void Without_a_participant_uuid_the_session_number_is_the_connection()
    {
        var joined = (ParticipantJoined)Read(ZoomSays.Joined(Uuid, change: p => p["participant_uuid"] = "")).Normalised!;
        var inRoom = (ParticipantJoined)Read(ZoomSays.Participant("meeting.participant_joined_breakout_room", "join_time", "2026-09-14T06:15:03Z", Uuid,
            p => (p["participant_uuid"], p["user_id"], p["parent_user_id"]) = (null, 33561600, "16783360"))).Normalised!;

        Assert.Equal("16783360", joined.ConnectionId);
        Assert.Equal("16783360:33561600", inRoom.ConnectionId);
    }

    [Fact, Trait("Acceptance", "S0-03")]
    public void Who_it_is_comes_from_the_newest_of_zooms_ids_and_empty_is_unknown()
    {
        var who = ((ParticipantJoined)Read(ZoomSays.Joined(Uuid, change: p =>
        {
            (p["id"], p["email"], p["customer_key"]) = ("an-old-id", "  Student01@R1.deped.gov.ph ", "person-7");
        })).Normalised!).Who;
        Assert.Equal(Anna with { ProviderUserId = "an-old-id", Email = "Student01@R1.deped.gov.ph", CustomerKey = "person-7" }, who);

        who = ((ParticipantJoined)Read(ZoomSays.Joined(Uuid, change: p => (p["id"], p["participant_user_id"]) = ("an-old-id", "a-new-id"))).Normalised!).Who;
        Assert.Equal("a-new-id", who.ProviderUserId);
    }

    [Fact]
    public void The_key_of_an_event_is_the_same_in_every_version_of_the_code() => Assert.Equal(
        "000001a09e805a5878b05a979f3dc5cfdb2f4920082aee224d8cc49582cb254a", Convert.ToHexStringLower(Read(ZoomSays.Started(Uuid)).DedupeKey));

    [Theory]
    [InlineData("84512093377", "84512093377")]
    [InlineData("\"84512093377\"", "84512093377")]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("1234567890123456789012345678901234567890", "1234567890123456789012345678901234567890")]
    [InlineData("\"1234567890123456789012345678901234567890\"", "1234567890123456789012345678901234567890")]
    [Trait("Acceptance", "S0-14")]
    public void A_meeting_number_never_passes_through_a_double(string json, string number) =>
        Assert.Equal(number, ((SittingStarted)Read(ZoomSays.Started(Uuid).Replace("\"84512093377\"", json, StringComparison.Ordinal)).Normalised!).Sitting.MeetingId);

    [Theory]
    [InlineData("/Lk9vP2x//QedHs1Jm4RzWg==")]
    [InlineData("a+b/c+==")]
    [Trait("Hostile", "38")]
    public void A_sittings_id_is_kept_verbatim(string uuid) =>
        Assert.Equal(uuid, ((SittingStarted)Read(ZoomSays.Started(uuid)).Normalised!).Sitting.SittingId);

    [Fact]
    public void A_start_without_its_time_is_at_the_time_of_its_event() =>
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1789365607214), ((SittingStarted)Read(ZoomSays.Started(Uuid, startTime: "")).Normalised!).At);

    [Theory]
    [InlineData("2026-09-14T14:01:12+08:00", "06:01:12")]
    [InlineData("2026-09-14T20:01:12+14:00", "06:01:12")]
    [InlineData("2026-09-14T06:01:12.5Z", "06:01:12.5")]
    [Trait("Hostile", "40")]
    public void A_time_with_any_zone_is_the_instant_it_means(string joinTime, string utc) =>
        Assert.Equal(Utc(utc), ((ParticipantJoined)Read(ZoomSays.Joined(Uuid, joinTime)).Normalised!).At);

    [Theory]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    [InlineData("2026-09-14T06:01:12")]
    [InlineData("2026-09-14")]
    [InlineData("2026-09-14T06:01:60Z")]
    [InlineData("2026-02-30T06:01:12Z")]
    [InlineData("10000-01-01T00:00:00Z")]
    [InlineData("yesterday")]
    [InlineData("")]
    [Trait("Hostile", "40")]
    public void A_join_at_no_possible_time_waits_for_a_person(string joinTime) => AssertQuarantined("time", ZoomSays.Joined(Uuid, joinTime));

    [Theory]
    [InlineData("meeting-id", "\"id\":\"84512093377\",", "")]
    [InlineData("meeting-id", "\"84512093377\"", "\"845 1209 3377\"")]
    [InlineData("meeting-id", "\"84512093377\"", "8.4512093377e10")]
    [InlineData("meeting-id", "\"84512093377\"", "-84512093377")]
    [InlineData("meeting-id", "\"84512093377\"", "1e400")]
    [InlineData("meeting-id", "\"84512093377\"", "-0")]
    [InlineData("meeting-id", "\"84512093377\"", "12345678901234567890123456789012345678901")]
    [InlineData("meeting-id", "\"84512093377\"", "null")]
    [InlineData("meeting-uuid", Uuid, "")]
    [InlineData("participant", "\"participant\":{", "\"participant\":[],\"other\":{")]
    [InlineData("payload", "\"object\":{", "\"object\":7,\"other\":{")]
    [InlineData("payload", "\"payload\":{", "\"payload\":null,\"other\":{")]
    [InlineData("time", "\"2026-09-14T06:01:12Z\"", "1789365672")]
    [Trait("Hostile", "33")]
    public void A_join_with_an_impossible_field_waits_for_a_person(string reason, string field, string otherwise) =>
        AssertQuarantined(reason, ZoomSays.Joined(Uuid).Replace(field, otherwise, StringComparison.Ordinal));

    [Fact]
    public void A_join_on_no_connection_waits_for_a_person() =>
        AssertQuarantined("connection", ZoomSays.Joined(Uuid, change: p => (p["user_id"], p["participant_uuid"]) = ("", null)));

    [Theory]
    [InlineData("event_ts\":1789365672540", "event_ts\":1e400")]
    [InlineData("event_ts\":1789365672540", "event_ts\":9223372036854775808")]
    [InlineData("event_ts\":1789365672540", "event_ts\":-0")]
    [InlineData("\"duration\":45", "\"duration\":1e400")]
    [InlineData("\"type\":8", "\"type\":\"eight\"")]
    [InlineData("\"user_id\":\"16783360\"", "\"user_id\":16783360")]
    [InlineData("\"host_id\":", "\"custom_keys\":[{\"a\":[1,2]}],\"host_id\":")]
    [Trait("Hostile", "33"), Trait("Hostile", "35")]
    public void What_is_not_needed_may_be_anything(string field, string otherwise)
    {
        var joined = Read(ZoomSays.Joined(Uuid).Replace(field, otherwise, StringComparison.Ordinal));

        Assert.Equal(new ParticipantJoined(Id, Sitting, Connection, Anna, Utc("06:01:12"), ReceivedAt), joined.Normalised);
    }

    [Theory]
    [InlineData("meeting.created")]
    [InlineData("meeting.participant_jbh_waiting")]
    [InlineData("meeting.participant_data_connection_established")]
    [InlineData("recording.completed")]
    [InlineData("Meeting.Started")]
    [Trait("Hostile", "35")]
    public void Other_events_are_kept_without_effect(string name)
    {
        var reading = Read(ZoomSays.Event(name, 1789365672540, ZoomSays.Live(Uuid)));

        Assert.Equal((DeliveryState.Ignored, name, (object?)null), (reading.State, reading.Name, reading.Normalised));
    }

    [Fact]
    public void Two_people_who_wait_before_the_host_are_two_events_although_zoom_gives_them_no_time()
    {
        var one = Read(Waiting("Ana"));

        Assert.NotEqual(one.DedupeKey, Read(Waiting("Ben")).DedupeKey);
        Assert.Equal(one.DedupeKey, Read(Waiting("Ana")).DedupeKey);

        static string Waiting(string name)
        {
            var live = ZoomSays.Live(Uuid);
            live["participant"] = new JsonObject { ["user_name"] = name };
            return ZoomSays.Event("meeting.participant_jbh_waiting", 1789365672540, live);
        }
    }

    [Fact, Trait("Hostile", "39")]
    public void An_event_of_a_foreign_account_waits_for_a_person()
    {
        var body = Encoding.UTF8.GetBytes(ZoomSays.Started(Uuid));
        var reading = ((ZoomReading.Event)ZoomReading.Of(new DeliveryBody(body, SHA256.HashData(body), Id, ReceivedAt), ["another-account"])).What;

        Assert.Equal((DeliveryState.Quarantined, "foreign-account"), (reading.State, reading.Reason));
    }

    private static void AssertQuarantined(string reason, string body)
    {
        var reading = Read(body);
        Assert.Equal((DeliveryState.Quarantined, reason, (object?)null), (reading.State, reading.Reason, reading.Normalised));
    }

    private static DeliveryReading Read(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return ((ZoomReading.Event)ZoomReading.Of(new DeliveryBody(bytes, SHA256.HashData(bytes), Id, ReceivedAt), [])).What;
    }

    private static DateTimeOffset Utc(string time) =>
        DateTimeOffset.Parse($"2026-09-14T{time}Z", System.Globalization.CultureInfo.InvariantCulture);
}
