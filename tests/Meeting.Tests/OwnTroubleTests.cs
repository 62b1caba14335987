using System.Net;
using System.Net.Http.Json;
using Grpc.Core;
using Grpc.Net.Client;
using Meetings.Contracts.Meetings.V1;
using Meetings.Meeting.Tests.Scheduling;
using Meetings.Testing;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests;

/// <summary>What this service answers while its database is away. A service of its own: its database is taken away here.</summary>
public sealed class OwnTroubleTests(MeetingService service) : IClassFixture<MeetingService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Hostile", "71")]
    public async Task Without_its_database_everything_is_503_and_afterwards_all_is_well_by_itself()
    {
        var meeting = await service.MeetingAsync();
        using var client = service.As(service.School.Teacher);
        using var channel = GrpcChannel.ForAddress(service.Host.Grpc);
        var made = service.Zoom.Calls.Count;
        var path = new Uri($"/api/v1/meetings/{Text(meeting, "id")}", UriKind.Relative);

        await Servers.TakeDatabaseAwayAsync(service.ConnectionString);
        for (var i = 0; i < 5; i++)
        {
            await TroubledAsync(await client.GetAsync(path, Ct));
            await TroubledAsync(await client.GetAsync(new Uri("/api/v1/meetings", UriKind.Relative), Ct));
            await TroubledAsync(await client.PostAsJsonAsync("/api/v1/meetings", service.Request(), Ct));
            Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => FindAsync(channel, meeting))).StatusCode);
        }

        Assert.Equal(made, service.Zoom.Calls.Count);

        await Servers.BringDatabaseBackAsync(service.ConnectionString);
        await Eventually.Holds(async () => (await client.GetAsync(path, Ct)).IsSuccessStatusCode, "the service to resume");
        Assert.Equal(Text(meeting, "id"), (await FindAsync(channel, meeting)).MeetingId);
        await service.MeetingAsync();
    }

    private static async Task TroubledAsync(HttpResponseMessage answer)
    {
        await CreateMeetingTests.RefusedAsync(answer, HttpStatusCode.ServiceUnavailable, "temporarily-unavailable");
        Assert.True(answer.Headers.RetryAfter!.Delta > TimeSpan.Zero);
    }

    private static async Task<Contracts.Meetings.V1.Meeting> FindAsync(GrpcChannel channel, System.Text.Json.Nodes.JsonObject meeting) =>
        await new MeetingDirectory.MeetingDirectoryClient(channel).FindMeetingAsync(
            new FindMeetingRequest { MeetingId = Text(meeting, "id") }, new Metadata { { "authorization", $"Bearer {TestTokens.ForService()}" } }, cancellationToken: Ct);
}
