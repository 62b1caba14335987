using System.Net;
using System.Text.Json.Nodes;
using Meetings.Testing;
using static Meetings.Meeting.Tests.Commands.CommandRoom;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Commands;

/// <summary>Critical commands are told again, up to three times, to those who have not acknowledged them.</summary>
[Trait("Acceptance", "S3-27")]
public sealed class RetryTests(CommandRoom room) : IClassFixture<CommandRoom>
{
    [Fact]
    public async Task A_critical_command_is_told_four_times_in_all_to_who_is_silent_and_once_to_who_acknowledges()
    {
        var id = await room.MeetingAsync(("audience", "all"));
        var (silent, diligent) = (room.School.Student, room.School.OtherStudent);
        var (hears, acts) = (new ModelClient(), new ModelClient());
        await using var first = await EventStream.OpenAsync(As(silent, room.North), id, hears.Hear);
        await using var hub = await HubClient.OpenAsync(room.South.Rest, silent, hears.Hear);
        await hub.CallAsync("Join", id, 0);
        Assert.Equal(1, await room.GiveAsync(id, new JsonObject { ["kind"] = "mute_all" }));
        Assert.Equal(2, await room.GiveAsync(id, Announce("not critical")));
        await AcknowledgeAsync(id, 1, diligent, room.South);
        await using var second = await EventStream.OpenAsync(As(diligent, room.South), id, acts.Hear);
        await acts.UntilAsync(1, 2);

        await Eventually.Holds(() => Task.FromResult(Of(first, 1).Count == 4 && hears.Heard == 10), "three more times on either channel");
        Assert.Equal([0, 1, 2, 3], Of(first, 1).Select(one => (int)one.Command["attempt"]!));
        Assert.Equal(["1", "", "", ""], Of(first, 1).Select(one => one.Id));
        Assert.Equal("2", first.LastId);
        Assert.Equal([1, 2], hears.Acted.Order());
        Assert.Single(Of(second, 1));

        // And then no more.
        await Eventually.Holds(
            async () => (await room.Service.OwnerQueryAsync<bool>("select retry_at is null from meeting_command where meeting_id = @id and seq = 1", new { id = Guid.Parse(id) }))[0], "the last time");
        var beats = first.Beats;
        await Eventually.Holds(() => Task.FromResult(first.Beats > beats + 1), "silence");
        Assert.Equal(4, Of(first, 1).Count);
        Assert.Single(Of(first, 2));
    }

    [Fact]
    public async Task The_host_sees_who_has_acknowledged_and_a_command_that_all_have_is_told_no_more()
    {
        var id = await room.MeetingAsync(("audience", "all"));
        var (student, other) = (room.School.Student, room.School.OtherStudent);
        var seq = await room.GiveAsync(id, For("kick", student, other));

        Assert.Equal(HttpStatusCode.NoContent, (await AcknowledgeAsync(id, seq, student, room.South)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await AcknowledgeAsync(id, seq, student, room.North)).StatusCode);

        var seen = await room.Service.GetAsync(room.School.Teacher, $"/{id}/commands/{seq}");
        Assert.Equal([student.PersonId.ToString()], seen["acknowledgements"]!.AsArray().Select(one => (string)one!["personId"]!));
        Assert.Equal([other.PersonId.ToString()], seen["waitingFor"]!.AsArray().Select(one => (string)one!));

        var own = await room.Service.GetAsync(student, $"/{id}/commands/{seq}");
        Assert.Null(own["acknowledgements"]);
        Assert.Equal([student.PersonId.ToString()], own["command"]!["targets"]!.AsArray().Select(one => (string)one!));
        await AcknowledgeAsync(id, seq, other, room.North);
        var before = await AttemptsAsync(id);

        await Eventually.Holds(
            async () => (await room.Service.OwnerQueryAsync<bool>("select retry_at is null from meeting_command where meeting_id = @id", new { id = Guid.Parse(id) }))[0], "the end of it");
        // One may have been on its way.
        Assert.InRange(await AttemptsAsync(id), before, before + 1);
    }

    private async Task<int> AttemptsAsync(string id) =>
        (await room.Service.OwnerQueryAsync<int>("select attempt::int from meeting_command where meeting_id = @id", new { id = Guid.Parse(id) }))[0];

    [Fact]
    public async Task Who_polls_is_reminded_until_it_is_acknowledged()
    {
        var id = await room.MeetingAsync();
        await room.GiveAsync(id, new JsonObject { ["kind"] = "mute_all" });
        async Task<int> RemindersAsync() => (await JsonAsync(await PollAsync(id, room.School.Student, room.North, "?after=1")))["unacknowledged"]!.AsArray().Count;

        Assert.Equal(1, await RemindersAsync());
        await AcknowledgeAsync(id, 1, room.School.Student, room.South);
        Assert.Equal(0, await RemindersAsync());
    }

    [Fact]
    public async Task The_data_channel_repeats_to_those_in_the_room_who_are_silent_and_never_to_everyone()
    {
        var id = await room.MeetingAsync(("audience", "all"));
        var (silent, diligent) = (room.School.Student, room.School.OtherStudent);
        room.Data.InRoom = [$"{silent.PersonId}_a", $"{diligent.PersonId}_b"];
        await room.GiveAsync(id, new JsonObject { ["kind"] = "announce", ["text"] = "fire drill", ["critical"] = true });
        await AcknowledgeAsync(id, 1, diligent, room.North);

        IReadOnlyList<IReadOnlyList<string>> Sent() => [.. room.Data.Sent.Where(sent => Text(sent.Command, "meetingId") == id).Select(sent => sent.Identities)];
        await Eventually.Holds(() => Task.FromResult(Sent().Count == 4), "three repeats");
        Assert.Empty(Sent()[0]);
        Assert.Equal([$"{silent.PersonId}_a"], Sent()[3]);
        Assert.All(Sent().Skip(1), identities => Assert.NotEmpty(identities));
    }

    private static IReadOnlyList<(string Id, JsonNode Command)> Of(EventStream stream, long seq) =>
        [.. stream.Events.Where(one => (long)one.Command["seq"]! == seq)];
}
