using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Net.Client;
using Meetings.Contracts.Meetings.V1;
using Meetings.Contracts.Sittings;
using Meetings.Testing;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Sittings;

public sealed class MeetingDirectoryGrpcTests(MeetingService service) : IClassFixture<MeetingService>
{
    private const string Uuid = "/ajX//p2QiK5nVxLr2MjYA==";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_meeting_is_found_by_id_room_and_provider_meeting()
    {
        var meeting = await service.MeetingAsync();
        using var channel = GrpcChannel.ForAddress(service.Host.Grpc);
        var client = new MeetingDirectory.MeetingDirectoryClient(channel);

        var found = await client.FindMeetingAsync(new FindMeetingRequest { MeetingId = Text(meeting, "id") }, Service(), cancellationToken: Ct);
        var byRoom = await client.FindMeetingAsync(new FindMeetingRequest { MeetingId = Text(meeting, "roomId") }, Service(), cancellationToken: Ct);
        var byProvider = await client.FindMeetingAsync(
            new FindMeetingRequest { ProviderMeeting = new() { Provider = "zoom", MeetingId = Text(meeting, "providerMeetingId") } }, Service(), cancellationToken: Ct);

        Assert.Equal((found, found), (byRoom, byProvider));
        Assert.Equal((1, "ready", service.School.ClassId.ToString(), "class"), (found.Version, found.State, found.ClassId, found.Audience));
        Assert.Equal((48, "2026-11-23T06:00:00Z"), (found.Occurrences.Single().DurationMinutes, found.Occurrences[0].StartsAt.ToDateTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [Trait("Hostile", "70")]
    [InlineData("no-such-room", StatusCode.NotFound)]
    [InlineData("with\0zero", StatusCode.NotFound)]
    [InlineData("", StatusCode.NotFound)]
    [InlineData(null, StatusCode.InvalidArgument)]
    public async Task What_is_not_there_is_not_found(string? id, StatusCode expected)
    {
        using var channel = GrpcChannel.ForAddress(service.Host.Grpc);
        var request = id is null ? new FindMeetingRequest() : new FindMeetingRequest { MeetingId = id };

        var refused = await Assert.ThrowsAsync<RpcException>(
            async () => await new MeetingDirectory.MeetingDirectoryClient(channel).FindMeetingAsync(request, Service(), cancellationToken: Ct));

        Assert.Equal(expected, refused.StatusCode);
    }

    [Fact]
    [Trait("Hostile", "70")]
    public async Task Only_services_may_ask()
    {
        using var channel = GrpcChannel.ForAddress(service.Host.Grpc);
        var client = new MeetingDirectory.MeetingDirectoryClient(channel);
        foreach (var headers in new[] { [], new Metadata { { "authorization", $"Bearer {TestTokens.For(service.School.Admin)}" } } })
        {
            var refused = await Assert.ThrowsAsync<RpcException>(
                async () => await client.FindMeetingAsync(new FindMeetingRequest { MeetingId = "x" }, headers, cancellationToken: Ct));
            Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
        }
    }

    [Fact]
    [Trait("Hostile", "38")]
    public async Task The_report_of_a_sitting_that_is_over_comes_page_by_page_with_its_uuid_encoded_twice()
    {
        var meeting = await EndedAsync();
        service.Zoom.ReportPage = 2;
        service.Zoom.Report =
        [
            Row("16783360", "in_meeting", "2026-11-20T06:01:12Z", "2026-11-20T06:45:59Z"), Row("16783361", "in_waiting_room", "2026-11-20T06:00:41Z", "2026-11-20T06:01:11Z"),
            Row("16783362", "in_meeting", "2026-11-20T06:10:00Z", ""),
        ];

        var rows = await ListAsync(meeting, Uuid);

        Assert.Equal(["16783360", "16783362"], rows.Select(row => row.SessionNumber));
        Assert.Equal(("reg-16783360", "Анна Ёлкина", "ck"), (rows[0].RegistrantId, rows[0].Name, rows[0].CustomerKey));
        Assert.Equal(new DateTime(2026, 11, 20, 6, 45, 59, DateTimeKind.Utc), rows[0].LeftAt.ToDateTime());
        Assert.Null(rows[1].LeftAt);
        Assert.Contains(service.Zoom.Calls, call => call.Target.StartsWith("/v2/report/meetings/%252FajX%252F%252Fp2QiK5nVxLr2MjYA%253D%253D/participants?", StringComparison.Ordinal)
            && call.Target.Contains("include_fields=registrant_id", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_report_is_not_asked_for_before_the_end_and_a_missing_one_is_for_later()
    {
        var meeting = await service.MeetingAsync();
        await service.PublishAsync(new SittingStarted(Guid.NewGuid(), Sitting(meeting, "runs"), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch));
        await service.UntilAsync(Text(meeting, "id"), m => Text(m, "state") == "live", "live");
        Assert.Equal(StatusCode.FailedPrecondition, (await Assert.ThrowsAsync<RpcException>(() => ListAsync(meeting, "runs"))).StatusCode);
        Assert.Equal(StatusCode.FailedPrecondition, (await Assert.ThrowsAsync<RpcException>(() => ListAsync(meeting, "unknown"))).StatusCode);
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => ListAsync(new JsonObject { ["providerMeetingId"] = "1" }, "x"))).StatusCode);

        var ended = await EndedAsync();
        service.Zoom.Fault = async (call, context) =>
        {
            if (!call.Target.Contains("/report/", StringComparison.Ordinal)) return false;
            await Fakes.FakeZoom.RefuseAsync(context, 404, 3001, "Meeting does not exist.");
            return true;
        };
        var refused = await Assert.ThrowsAsync<RpcException>(() => ListAsync(ended, Uuid));
        service.Zoom.Fault = null;
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
    }

    private async Task<JsonObject> EndedAsync()
    {
        var meeting = await service.MeetingAsync();
        var at = new DateTimeOffset(2026, 11, 20, 6, 0, 0, TimeSpan.Zero);
        await service.PublishAsync(new SittingStarted(Guid.NewGuid(), Sitting(meeting, Uuid), at, at));
        await service.PublishAsync(new SittingEnded(Guid.NewGuid(), Sitting(meeting, Uuid), at.AddMinutes(46), at.AddMinutes(46)));
        await service.UntilAsync(Text(meeting, "id"), m => Text(m, "state") == "ended", "the end");
        return meeting;
    }

    private async Task<IReadOnlyList<PastParticipant>> ListAsync(JsonObject meeting, string sitting)
    {
        using var channel = GrpcChannel.ForAddress(service.Host.Grpc);
        using var call = new MeetingDirectory.MeetingDirectoryClient(channel).ListPastParticipants(
            new ListPastParticipantsRequest { Provider = "zoom", MeetingId = Text(meeting, "providerMeetingId"), SittingId = sitting }, Service(), cancellationToken: Ct);
        var rows = new List<PastParticipant>();
        await foreach (var row in call.ResponseStream.ReadAllAsync(Ct)) rows.Add(row);
        return rows;
    }

    private static JsonObject Row(string number, string status, string joined, string left) => new()
    {
        ["id"] = "", ["user_id"] = number, ["name"] = "Анна Ёлкина", ["user_email"] = "", ["registrant_id"] = $"reg-{number}", ["customer_key"] = "ck",
        ["join_time"] = joined, ["leave_time"] = left, ["duration"] = 60, ["status"] = status,
    };

    private static Metadata Service() => new() { { "authorization", $"Bearer {TestTokens.ForService()}" } };
}
