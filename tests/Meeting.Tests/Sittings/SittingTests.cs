using System.Text.Json.Nodes;
using Meetings.Contracts.Attendance;
using Meetings.Contracts.Sittings;
using Meetings.Meeting.Sittings;
using Meetings.Testing;
using Microsoft.Extensions.DependencyInjection;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Sittings;

public sealed class SittingTests(MeetingService service) : IClassFixture<MeetingService>
{
    private static readonly DateTimeOffset Six = new(2026, 11, 20, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_meeting_goes_live_ends_is_finalised_and_opens_again()
    {
        var (meeting, id) = await NewAsync();
        await service.PublishAsync(Started(meeting, "first", 0));
        var live = await StateAsync(id, "live");
        Assert.Equal("""{"zoom":"started","academy":"ONGOING","room":"active"}""", live["views"]!.ToJsonString());
        Assert.Equal("2026-11-20T06:00:00Z", Text(live, "startedAt"));

        await service.PublishAsync(Ended(meeting, "first", 45));
        var ended = await StateAsync(id, "ended");
        Assert.Equal(("2026-11-20T06:00:00Z", "2026-11-20T06:45:00Z"), (Text(ended, "startedAt"), Text(ended, "endedAt")));

        await service.PublishAsync(Final(meeting, 1, 50));
        await StateAsync(id, "finalised");

        await service.PublishAsync(Started(meeting, "second", 55));
        Assert.Null((await StateAsync(id, "live"))["endedAt"]);
        await service.PublishAsync(Ended(meeting, "second", 60));
        await StateAsync(id, "ended");

        await Eventually.Holds(() => Task.FromResult(service.Heard(id).Count == 6), "all events");
        Assert.Equal(["ready", "live", "ended", "finalised", "live", "ended"], service.Heard(id).Select(told => told.State));
        Assert.Equal([1, 2, 3, 4, 5, 6], service.Heard(id).Select(told => told.Version));
    }

    [Fact]
    [Trait("Hostile", "44")]
    [Trait("Hostile", "49")]
    public async Task Late_repeated_and_shuffled_news_end_in_the_same_state()
    {
        var (meeting, id) = await NewAsync();
        object[] news = [Ended(meeting, "b", 60), Started(meeting, "b", 48), Started(meeting, "a", 0), Ended(meeting, "a", 45), Joined(meeting, "a", "x", 1)];
        foreach (var item in news.Concat(news.Reverse())) await service.PublishAsync(item);

        await StateAsync(id, "ended");
        await Eventually.Holds(
            async () => (await service.OwnerQueryAsync<string>("select string_agg(sitting_id || started_at::text || ended_at::text, ',') from sitting where provider_meeting_id = @number", new { number = Text(meeting, "providerMeetingId") }))[0] is { Length: > 40 },
            "both sittings");
        var last = await service.UntilAsync(id, m => (string?)m["startedAt"] == "2026-11-20T06:00:00Z" && (string?)m["endedAt"] == "2026-11-20T07:00:00Z", "start and end");
        Assert.Equal(0, (int)last["participantCount"]!);
    }

    [Fact]
    [Trait("Hostile", "12")]
    [Trait("Hostile", "44")]
    public async Task Every_order_of_the_same_news_with_repeats_and_in_any_batches_gives_the_same_meeting()
    {
        var known = (RecordSittings)service.Host.Services.GetService(typeof(RecordSittings))!;
        var random = new Random(7);
        for (var round = 0; round < 12; round++)
        {
            var (meeting, id) = await NewAsync();
            SittingNews News(string sitting, int? running, int? ended, ConnectionNews? connection = null) => new(
                Sitting(meeting, sitting), running is { } r ? Minute(r) : null, ended is { } e ? Minute(e) : null, Minute(60), connection);
            SittingNews[] news =
            [
                News("a", 0, null), News("a", null, 45), News("b", 48, null),
                News("b", 49, null, new ConnectionNews("x", new()) { JoinedAt = Minute(49) }),
                News("b", 52, null, new ConnectionNews("x", new()) { LeftAt = Minute(52) }),
                News("b", 50, null, new ConnectionNews("y", new()) { JoinedAt = Minute(50) }),
                News("b", null, null, new ConnectionNews("z", new()) { Move = StoredMove.Entered, MovedAt = Minute(50) }),
                News("b", null, null, new ConnectionNews("z", new()) { Move = StoredMove.Admitted, MovedAt = Minute(51) }),
                News("b", 51, null, new ConnectionNews("z", new()) { JoinedAt = Minute(51) }),
            ];
            news = [.. news, .. news];
            random.Shuffle(news);
            for (var written = 0; written < news.Length;)
            {
                var batch = news[written..Math.Min(news.Length, written + random.Next(1, 8))];
                await known.WriteAsync(batch, TestContext.Current.CancellationToken);
                written += batch.Length;
            }

            var now = await service.GetAsync(service.School.Teacher, $"/{id}");
            Assert.Equal(("live", "2026-11-20T06:00:00Z", 2, 0), (Text(now, "state"), Text(now, "startedAt"), (int)now["participantCount"]!, (int)now["waitingCount"]!));
        }
    }

    [Fact]
    public async Task Someone_who_is_there_shows_that_it_runs()
    {
        var (meeting, id) = await NewAsync();

        await service.PublishAsync(Joined(meeting, "untold", "c1", 2));

        Assert.Equal("2026-11-20T06:02:00Z", Text(await StateAsync(id, "live"), "startedAt"));
    }

    [Fact]
    public async Task People_are_counted_not_devices_and_those_who_wait_apart()
    {
        var (meeting, id) = await NewAsync();
        var ana = new ParticipantIdentity(RegistrantId: "ana", Name: "Ana");
        await service.PublishAsync(Moved(meeting, "early", WaitingRoomMove.Entered, 0));
        await CountsAsync(id, 0, 1);
        Assert.Equal("ready", Text(await service.GetAsync(service.School.Teacher, $"/{id}"), "state"));

        await service.PublishAsync(Started(meeting, "s", 1));
        await service.PublishAsync(Joined(meeting, "s", "phone", 2, ana));
        await service.PublishAsync(Joined(meeting, "s", "laptop", 2, ana));
        await service.PublishAsync(Joined(meeting, "s", "guest", 2));
        await CountsAsync(id, 2, 1);

        await service.PublishAsync(Moved(meeting, "early", WaitingRoomMove.Admitted, 3));
        await CountsAsync(id, 2, 0);
        await service.PublishAsync(Joined(meeting, "s", "early", 3));
        await CountsAsync(id, 3, 0);

        await service.PublishAsync(Moved(meeting, "guest", WaitingRoomMove.PutBack, 4));
        await CountsAsync(id, 2, 1);
        await service.PublishAsync(Left(meeting, "s", "phone", 5, ana));
        await service.PublishAsync(Left(meeting, "s", "guest", 5));
        await CountsAsync(id, 2, 0);
        await service.PublishAsync(Left(meeting, "s", "laptop", 6, ana));
        await CountsAsync(id, 1, 0);
        await service.PublishAsync(Ended(meeting, "s", 7));
        await CountsAsync(id, 0, 0);

        // Counts are not published: ready, live, ended.
        await Eventually.Holds(() => Task.FromResult(service.Heard(id).Count >= 3), "the events");
        Assert.Equal(["ready", "live", "ended"], service.Heard(id).Select(told => told.State));
    }

    [Fact]
    [Trait("Hostile", "45")]
    public async Task A_leave_told_before_its_join_leaves_nobody_connected()
    {
        var (meeting, id) = await NewAsync();
        await service.PublishAsync(Left(meeting, "s", "c1", 5));
        await StateAsync(id, "live");
        await service.PublishAsync(Joined(meeting, "s", "c1", 1));
        await service.PublishAsync(Joined(meeting, "s", "c2", 6));

        await CountsAsync(id, 1, 0);
        Assert.Equal(1, (int)(await service.GetAsync(service.School.Teacher, $"/{id}"))["participantCount"]!);
    }

    [Fact]
    public async Task News_of_a_meeting_that_is_not_known_yet_wait_for_it()
    {
        var unknown = new JsonObject { ["providerMeetingId"] = "84512093999" };
        await service.PublishAsync(Started(unknown, "waiting", 0));
        await service.PublishAsync(Joined(unknown, "waiting", "c1", 1));
        await Eventually.Holds(
            async () => (await service.OwnerQueryAsync<long>("select count(*) from provider_connection where provider_meeting_id = '84512093999'"))[0] == 1, "the news to be kept");

        service.Zoom.Fault = async (call, context) =>
        {
            if (!call.Body.Contains("Entered late", StringComparison.Ordinal)) return false;
            context.Response.StatusCode = 201;
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
                context.Response, """{"id":84512093999,"join_url":"https://us02web.zoom.us/j/84512093999"}""", TestContext.Current.CancellationToken);
            return true;
        };
        var meeting = await service.MeetingAsync(("title", "Entered late"));
        service.Zoom.Fault = null;

        Assert.Equal(("live", 1), (Text(meeting, "state"), (int)meeting["participantCount"]!));
        await Eventually.Holds(() => Task.FromResult(service.Heard(Text(meeting, "id")) is [{ State: "live" }]), "the event");
    }

    [Fact]
    public async Task News_that_arrive_while_the_meeting_is_being_made_are_not_lost_between()
    {
        service.Zoom.Fault = async (call, context) =>
        {
            if (!call.Body.Contains("At the same moment", StringComparison.Ordinal)) return false;
            // Started before Zoom's own answer is read, as when a host starts at once.
            var made = service.Zoom.Make(call.Body);
            await service.PublishAsync(Started(new JsonObject { ["providerMeetingId"] = made["id"]!.ToJsonString() }, "s", 0));
            context.Response.StatusCode = 201;
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, made.ToJsonString(), TestContext.Current.CancellationToken);
            return true;
        };

        var meetings = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => service.MeetingAsync(("title", "At the same moment"))));

        service.Zoom.Fault = null;
        foreach (var meeting in meetings) await StateAsync(Text(meeting, "id"), "live");
    }

    [Fact]
    public async Task Meetings_that_never_became_ours_are_forgotten_after_a_month()
    {
        var unknown = new JsonObject { ["providerMeetingId"] = "70000000001" };
        await service.PublishAsync(Joined(unknown, "old", "c1", 1));
        await Eventually.Holds(async () => (await service.OwnerQueryAsync<long>("select count(*) from sitting where provider_meeting_id = '70000000001'"))[0] == 1, "the sitting");
        await service.OwnerQueryAsync<int>("update sitting set heard_at = now() - interval '31 days' where provider_meeting_id = '70000000001'");

        await service.Host.Services.GetRequiredService<UnknownSittings>().RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, (await service.OwnerQueryAsync<long>("select (select count(*) from sitting where provider_meeting_id = '70000000001') + (select count(*) from provider_connection where provider_meeting_id = '70000000001')"))[0]);
    }

    [Fact]
    public async Task Nobody_came_is_a_no_show_until_an_older_word_cannot_change_it()
    {
        var (meeting, id) = await NewAsync();
        await service.PublishAsync(Final(meeting, 2, 60, noShow: true));
        var final = await StateAsync(id, "finalised");
        Assert.True((bool)final["noShow"]!);
        Assert.Equal("ABSENT", (string)final["views"]!["academy"]!);

        await service.PublishAsync(Final(meeting, 1, 50));
        await service.PublishAsync(Final(meeting, 3, 70, noShow: true));
        await Eventually.Holds(
            async () => (await service.OwnerQueryAsync<long>("select finalized_version from occurrence where meeting_id = @id", new { id = Guid.Parse(id) }))[0] == 3, "the last word");
        Assert.True((bool)(await service.GetAsync(service.School.Teacher, $"/{id}"))["noShow"]!);
    }

    [Fact]
    public async Task An_end_that_was_lost_does_not_keep_a_meeting_live_and_whoever_comes_in_opens_it_again()
    {
        var (meeting, id) = await NewAsync();
        await service.PublishAsync(Started(meeting, "s", 0));
        await service.PublishAsync(Joined(meeting, "s", "c1", 1));
        await StateAsync(id, "live");

        await service.PublishAsync(Final(meeting, 1, 80) with { EndedAt = Minute(48) });
        Assert.Equal("2026-11-20T06:48:00Z", Text(await StateAsync(id, "finalised"), "endedAt"));

        // Told late, but of before: no sign of life.
        await service.PublishAsync(Joined(meeting, "s", "c2", 2) with { ReceivedAt = Minute(85) });
        // By a clock that is an hour ahead.
        await service.PublishAsync(Joined(meeting, "s", "c3", 130) with { ReceivedAt = Minute(70) });
        await service.PublishAsync(Left(meeting, "s", "c1", 90));
        await Eventually.Holds(
            async () => (await service.OwnerQueryAsync<long>("select count(*) from provider_connection where provider_meeting_id = @number and (connection_id <> 'c1' or left_at is not null)", new { number = Text(meeting, "providerMeetingId") }))[0] == 3,
            "the late news");
        await LookForReopenedAsync();
        Assert.Equal("finalised", Text(await service.GetAsync(service.School.Teacher, $"/{id}"), "state"));

        await service.PublishAsync(Joined(meeting, "s", "c4", 95));
        // A sitting of days ago has lost its end, and nobody is looked for there any more.
        await Eventually.Holds(
            async () => (await service.OwnerQueryAsync<long>("select count(*) from provider_connection where provider_meeting_id = @number and connection_id = 'c4'", new { number = Text(meeting, "providerMeetingId") }))[0] == 1, "the one who comes");
        await LookForReopenedAsync();
        Assert.Equal("finalised", Text(await service.GetAsync(service.School.Teacher, $"/{id}"), "state"));
        await service.OwnerQueryAsync<int>("update sitting set heard_at = now() where provider_meeting_id = @number returning 1", new { number = Text(meeting, "providerMeetingId") });
        Assert.Null((await StateAsync(id, "live"))["endedAt"]);

        await service.PublishAsync(Final(meeting, 2, 130) with { EndedAt = Minute(100) });
        Assert.Equal("2026-11-20T07:40:00Z", Text(await StateAsync(id, "finalised"), "endedAt"));
        await Eventually.Holds(() => Task.FromResult(service.Heard(id).Count == 5), "all events");
        Assert.Equal(["ready", "live", "finalised", "live", "finalised"], service.Heard(id).Select(told => told.State));

        // The true end, told at last.
        await service.PublishAsync(Ended(meeting, "s", 101));
        await service.UntilAsync(id, now => (string?)now["endedAt"] == "2026-11-20T07:41:00Z" && Text(now, "state") == "finalised", "the end as it was");
    }

    [Fact]
    public async Task Whoever_came_in_is_seen_also_when_the_finalisation_before_is_heard_of_afterwards()
    {
        var (meeting, id) = await NewAsync();
        await service.PublishAsync(Started(meeting, "s", 0));
        await StateAsync(id, "live");
        await service.PublishAsync(Joined(meeting, "s", "c1", 95));
        await Eventually.Holds(
            async () => (await service.OwnerQueryAsync<long>("select count(*) from provider_connection where provider_meeting_id = @number", new { number = Text(meeting, "providerMeetingId") }))[0] == 1, "the join");
        await service.PublishAsync(Final(meeting, 1, 80));
        await Eventually.Holds(
            async () => (await service.OwnerQueryAsync<long>("select finalized_version from occurrence where meeting_id = @id", new { id = Guid.Parse(id) }))[0] == 1, "the finalisation");

        Assert.Equal("live", Text(await service.GetAsync(service.School.Teacher, $"/{id}"), "state"));
        Assert.Equal(["ready", "live"], service.Heard(id).Select(told => told.State));
    }

    private Task LookForReopenedAsync() => service.Host.Services.GetRequiredService<ReopenedSittings>().RunAsync(TestContext.Current.CancellationToken);

    private async Task<(JsonObject Meeting, string Id)> NewAsync()
    {
        var meeting = await service.MeetingAsync();
        return (meeting, Text(meeting, "id"));
    }

    private Task<JsonObject> StateAsync(string id, string state) => service.UntilAsync(id, meeting => Text(meeting, "state") == state, $"the state {state}");

    private Task<JsonObject> CountsAsync(string id, int here, int waiting) => service.UntilAsync(
        id, meeting => (int)meeting["participantCount"]! == here && (int)meeting["waitingCount"]! == waiting, $"{here} here and {waiting} waiting");

    private static DateTimeOffset Minute(int minute) => Six.AddMinutes(minute);

    private static SittingStarted Started(JsonObject meeting, string sitting, int minute) => new(Guid.NewGuid(), Sitting(meeting, sitting), Minute(minute), Minute(minute));

    private static SittingEnded Ended(JsonObject meeting, string sitting, int minute) => new(Guid.NewGuid(), Sitting(meeting, sitting), Minute(minute), Minute(minute));

    private static ParticipantJoined Joined(JsonObject meeting, string sitting, string connection, int minute, ParticipantIdentity? who = null) =>
        new(Guid.NewGuid(), Sitting(meeting, sitting), connection, who ?? new(), Minute(minute), Minute(minute));

    private static ParticipantLeft Left(JsonObject meeting, string sitting, string connection, int minute, ParticipantIdentity? who = null) =>
        new(Guid.NewGuid(), Sitting(meeting, sitting), connection, who ?? new(), Minute(minute), Minute(minute));

    private static WaitingRoomMoved Moved(JsonObject meeting, string connection, WaitingRoomMove move, int minute) =>
        new(Guid.NewGuid(), Sitting(meeting, "s"), connection, new(), move, Minute(minute), Minute(minute));

    private AttendanceFinalized Final(JsonObject meeting, long version, int minute, bool noShow = false)
    {
        var id = Guid.Parse(Text(meeting, "id"));
        var occurrence = service.OwnerQueryAsync<Guid>("select id from occurrence where meeting_id = @id", new { id }).GetAwaiter().GetResult()[0];
        return new AttendanceFinalized(occurrence, version, id, service.School.AcademyId, service.School.ClassId, new DateOnly(2026, 11, 20), noShow, Minute(minute), []);
    }
}
