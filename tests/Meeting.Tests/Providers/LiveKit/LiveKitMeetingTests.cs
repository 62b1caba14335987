using System.Globalization;
using System.Text.Json.Nodes;
using Dapper;
using Grpc.Core;
using Grpc.Net.Client;
using Meetings.Contracts.Meetings.V1;
using Meetings.Contracts.Sittings;
using Meetings.Meeting.Providers;
using Meetings.Testing;
using Npgsql;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Providers.LiveKit;

/// <summary>Meetings on LiveKit, from planning to the end of a sitting.</summary>
public sealed class LiveKitMeetingTests(LiveKitService livekit) : IClassFixture<LiveKitService>
{
    private static readonly DateTimeOffset Tomorrow = DateTimeOffset.UtcNow.AddDays(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Acceptance", "S3-02")]
    [Trait("Acceptance", "S3-03")]
    [Trait("Acceptance", "S3-06")]
    [Trait("Acceptance", "S3-07")]
    public async Task A_class_that_starts_soon_has_its_room_at_once()
    {
        var meeting = await livekit.MeetingAsync();
        var name = Text(meeting, "providerMeetingId");

        Assert.Matches(@"\Ademo-class-session-[1-9][0-9]*\z", name);
        Assert.Equal(("ready", $"https://school.example/m/{Text(meeting, "roomId")}"), (Text(meeting, "state"), Text(meeting, "joinUrl")));
        var room = await livekit.RoomAsync(name);
        Assert.Equal(50, (int)room!["maxParticipants"]!);
        var metadata = JsonNode.Parse(Text(room, "metadata"))!;
        Assert.Equal((Text(meeting, "id"), "class", false), ((string)metadata["meeting_id"]!, (string)metadata["session_type"]!, (bool)metadata["recording_enabled"]!));
    }

    [Fact]
    [Trait("Acceptance", "S3-06")]
    public async Task A_planner_may_say_how_many_fit()
    {
        var meeting = await livekit.MeetingAsync(("settings", new JsonObject { ["maxParticipants"] = 3 }));

        Assert.Equal(3, (int)(await livekit.RoomAsync(Text(meeting, "providerMeetingId")))!["maxParticipants"]!);
        Assert.Equal(3, (int)meeting["settings"]!["maxParticipants"]!);
    }

    [Fact]
    [Trait("Acceptance", "S3-02")]
    public async Task Every_meeting_has_a_room_of_its_own_and_the_same_request_the_same_one()
    {
        var key = $"same-{Guid.NewGuid():n}";
        var start = DateTimeOffset.UtcNow.AddMinutes(5).ToString("o", CultureInfo.InvariantCulture);
        var repeated = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => await JsonAsync(await livekit.CreateAsync(livekit.School.Teacher, key, ("startsAt", start)))));
        var others = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => livekit.MeetingAsync()));

        var same = Assert.Single(repeated.Select(meeting => Text(meeting, "providerMeetingId")).Distinct());
        Assert.Equal(5, others.Select(meeting => Text(meeting, "providerMeetingId")).Append(same).Distinct().Count());
    }

    [Fact]
    [Trait("Acceptance", "S3-02")]
    public async Task A_meeting_that_many_name_at_the_same_moment_gets_one_name()
    {
        var meeting = await livekit.MeetingAsync(("startsAt", Tomorrow.ToString("o", CultureInfo.InvariantCulture)));
        var id = Guid.Parse(Text(meeting, "id"));
        await livekit.Service.OwnerQueryAsync<int>("delete from livekit_room where meeting_id = @id", new { id });
        var plan = new MeetingPlan(new PlanKey(id, ""), "Algebra", null, Tomorrow, 45, "Asia/Manila", null, true, new MeetingSettings());

        // Held up at the counter, so that all of them have begun before the first can be done.
        await using var connection = new NpgsqlConnection(livekit.Service.ConnectionString);
        await connection.OpenAsync(Ct);
        await using var counter = await connection.BeginTransactionAsync(Ct);
        await connection.ExecuteAsync("select from livekit_room_number for update", transaction: counter);
        var naming = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => livekit.WithAsync(port => port.CreateAsync(plan, Ct))));
        await Eventually.Holds(
            async () => (await livekit.Service.OwnerQueryAsync<long>(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"))[0] >= 8,
            "eight to wait");
        await counter.RollbackAsync(Ct);
        var made = await naming;

        Assert.Single(made.Select(one => one.Id).Distinct());
        Assert.NotEqual(Text(meeting, "providerMeetingId"), made[0].Id);
    }

    [Fact]
    [Trait("Acceptance", "S3-11")]
    public async Task A_class_of_tomorrow_has_its_name_now_and_its_room_when_the_first_one_comes()
    {
        var meeting = await livekit.MeetingAsync(("startsAt", Tomorrow.ToString("o", CultureInfo.InvariantCulture)));
        var (id, name) = (Text(meeting, "id"), Text(meeting, "providerMeetingId"));
        Assert.Equal("scheduled", Text(meeting, "state"));
        Assert.Null(await livekit.RoomAsync(name));

        var tokens = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => livekit.ReadAsync(livekit.School.Teacher, $"{id}/token")));

        Assert.All(tokens, token => Assert.Equal(name, Text(token, "roomName")));
        Assert.NotNull(await livekit.RoomAsync(name));
        Assert.Equal("ready", Text(await livekit.ReadAsync(livekit.School.Teacher, id), "state"));
        await Eventually.Holds(() => Task.FromResult(livekit.Service.Heard(id).Any(heard => heard.State == "ready")), "the others to be told");
        Assert.Equal([("scheduled", 1L), ("ready", 2L)], livekit.Service.Heard(id).Select(heard => (heard.State, heard.Version)));
    }

    [Fact]
    public async Task A_room_is_no_lesson_until_somebody_comes_and_one_that_closed_empty_was_none()
    {
        var meeting = await livekit.MeetingAsync();
        var (id, name, now) = (Text(meeting, "id"), Text(meeting, "providerMeetingId"), DateTimeOffset.UtcNow);
        var (empty, lesson) = (new SittingKey("livekit", name, "RM_empty"), new SittingKey("livekit", name, "RM_lesson"));
        await livekit.Service.PublishAsync(new SittingStarted(Guid.NewGuid(), empty, now.AddHours(-2), now));
        await livekit.Service.PublishAsync(new SittingEnded(Guid.NewGuid(), empty, now.AddHours(-1), now));
        await livekit.Service.PublishAsync(new SittingStarted(Guid.NewGuid(), lesson, now.AddMinutes(-30), now));
        await Eventually.Holds(
            async () => (await livekit.Service.OwnerQueryAsync<long>(
                "select count(*) from sitting where provider_meeting_id = @name and (ended_at is not null or sitting_id = 'RM_lesson')", new { name }))[0] == 2,
            "the news to be stored");
        Assert.Equal("ready", Text(await livekit.ReadAsync(livekit.School.Teacher, id), "state"));

        await livekit.Service.PublishAsync(new ParticipantJoined(Guid.NewGuid(), lesson, "PA_1", new ParticipantIdentity(Identity: "x"), now.AddMinutes(-1), now));

        var live = await livekit.Service.UntilAsync(id, m => Text(m, "state") == "live", "the first to come");
        Assert.Equal(now.AddMinutes(-1), live["startedAt"]!.GetValue<DateTimeOffset>(), TimeSpan.FromMilliseconds(1));
        await livekit.Service.PublishAsync(new SittingEnded(Guid.NewGuid(), lesson, now, now));
        await livekit.Service.UntilAsync(id, m => Text(m, "state") == "ended", "the end");
    }

    [Fact]
    [Trait("Acceptance", "S3-16")]
    public async Task Behind_the_port_people_are_told_things_put_out_and_sent_home()
    {
        var meeting = await livekit.MeetingAsync();
        var name = Text(meeting, "providerMeetingId");
        var teacher = Text(await livekit.JoinAsync(livekit.School.Teacher, meeting), "identity");
        var student = Text(await livekit.JoinAsync(livekit.School.Student, meeting), "identity");

        await livekit.WithAsync(async port =>
        {
            await port.SendDataAsync(name, "teacher_controls", "all"u8.ToArray(), [], Ct);
            await port.SendDataAsync(name, "teacher_controls", "one"u8.ToArray(), [student], Ct);
            await port.RemoveParticipantAsync(name, student, Ct);
            await port.RemoveParticipantAsync(name, student, Ct);
            return true;
        });
        var data = await livekit.DataAsync(name);
        Assert.Equal([("all", 2), ("one", 1)], data.Select(sent => ((string)sent!["text"]!, sent["to"]!.AsArray().Count)));
        var room = await livekit.WithAsync(port => port.RoomAsync(name, Ct));
        Assert.Equal(teacher, Assert.Single(room!.Participants).Identity);

        await livekit.WithAsync(async port =>
        {
            await port.DeleteAsync(name, Ct);
            await port.DeleteAsync(name, Ct);
            return true;
        });
        Assert.Null(await livekit.RoomAsync(name));
        Assert.Null(await livekit.WithAsync(port => port.RoomAsync(name, Ct)));
    }

    [Fact]
    public async Task Zoom_says_that_it_has_no_such_things()
    {
        foreach (var act in (Func<IMeetingProvider, Task>[])
            [port => port.RoomAsync("1", Ct), port => port.RemoveParticipantAsync("1", "x", Ct), port => port.SendDataAsync("1", "t", default, [], Ct)])
        {
            var refusal = await Assert.ThrowsAsync<ProviderException>(() => livekit.WithAsync(
                async port =>
                {
                    await act(port);
                    return true;
                }, "zoom"));
            Assert.Contains(refusal.Failure, (ProviderFailure[])[ProviderFailure.Refused, ProviderFailure.NotOffered]);
        }
    }

    [Fact]
    public async Task LiveKit_has_no_report_of_who_was_there_and_nobody_waits_for_one()
    {
        var meeting = await livekit.MeetingAsync();
        var (sitting, now) = (new SittingKey("livekit", Text(meeting, "providerMeetingId"), "RM_1"), DateTimeOffset.UtcNow);
        await livekit.Service.PublishAsync(new ParticipantJoined(Guid.NewGuid(), sitting, "PA_1", new ParticipantIdentity(Identity: "x"), now.AddMinutes(-1), now));
        await livekit.Service.PublishAsync(new SittingEnded(Guid.NewGuid(), sitting, now, now));
        await livekit.Service.UntilAsync(Text(meeting, "id"), m => Text(m, "state") == "ended", "the end");

        using var channel = GrpcChannel.ForAddress(livekit.Host.Grpc);
        using var call = new MeetingDirectory.MeetingDirectoryClient(channel).ListPastParticipants(
            new ListPastParticipantsRequest { Provider = "livekit", MeetingId = sitting.MeetingId, SittingId = "RM_1" },
            new Metadata { { "authorization", $"Bearer {TestTokens.ForService()}" } }, cancellationToken: Ct);
        var refusal = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Ct));

        Assert.Equal(StatusCode.Unimplemented, refusal.StatusCode);
    }
}
