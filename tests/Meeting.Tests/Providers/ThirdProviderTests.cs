using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Meetings.Contracts.Sittings;
using Meetings.Meeting.Joining;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Reconciliation;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using Microsoft.Extensions.DependencyInjection;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Providers;

/// <summary>
/// A provider of which nothing else in the service has ever heard (decision 0018): one class, and one line to register it. It is taken for what its traits say.
/// </summary>
public sealed class ThirdProviderTests(ThirdProviderTests.TinCanService service) : IClassFixture<ThirdProviderTests.TinCanService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Acceptance", "S3-16")]
    public async Task A_third_provider_holds_a_lesson_from_its_plan_to_its_end()
    {
        var meeting = await PlannedAsync();
        var (id, cans) = (Text(meeting, "id"), Text(meeting, "providerMeetingId"));
        Assert.Equal(("tin-can", "ready", $"cans-{id}"), (Text(meeting, "provider"), Text(meeting, "state"), cans));

        // The door is ours, since it has none.
        Assert.Equal("waiting_for_host", Text(await JoinAsync(service.School.OtherStudent, id), "status"));
        var token = (JsonObject)(await JoinAsync(service.School.Teacher, id))["token"]!;
        Assert.Equal(("string", cans), (Text(token, "accessToken"), Text(token, "roomName")));
        Assert.Equal("live", await StateAsync(id));

        // What it told of who came is counted, and what it did not tell is asked for.
        var now = TimeProvider.System.GetUtcNow();
        var sitting = new SittingKey("tin-can", cans, "s1");
        await service.PublishAsync(new ParticipantJoined(Guid.NewGuid(), sitting, "c1", Who(service.School.Teacher), now, now));
        await service.UntilAsync(id, m => (int)m["participantCount"]! == 1, "the teacher");
        service.Cans.Inside[cans] = new ProviderRoom(cans, "s1", now, [There("c1", service.School.Teacher, now), There("c2", service.School.OtherTeacher, now)]);
        await service.OwnerQueryAsync<int>("delete from provider_check where provider_meeting_id = @cans returning 1", new { cans });
        await service.Host.Services.GetRequiredService<Reconciler>().RunAsync(Ct);
        await service.UntilAsync(id, m => (int)m["participantCount"]! == 2, "the one it had not told of");

        var ended = await service.DoAsync(service.School.Teacher, id, "end");
        Assert.Equal((HttpStatusCode.OK, "ended"), (ended.StatusCode, Text(await JsonAsync(ended), "state")));
        Assert.Contains(cans, service.Cans.Ended);
    }

    [Fact]
    public async Task A_room_that_a_provider_opens_ahead_is_no_lesson_before_somebody_comes()
    {
        var meeting = await PlannedAsync();
        var (id, now) = (Text(meeting, "id"), TimeProvider.System.GetUtcNow());
        var (empty, held) = (new SittingKey("tin-can", Text(meeting, "providerMeetingId"), "empty"), new SittingKey("tin-can", Text(meeting, "providerMeetingId"), "held"));
        await service.PublishAsync(new SittingStarted(Guid.NewGuid(), empty, now, now));
        await service.PublishAsync(new SittingEnded(Guid.NewGuid(), empty, now.AddSeconds(1), now.AddSeconds(1)));
        await Eventually.Holds(
            async () => (await service.OwnerQueryAsync<long>("select count(*) from sitting where sitting_id = 'empty' and ended_at is not null"))[0] == 1, "the empty room");
        Assert.Equal("ready", await StateAsync(id));

        await service.PublishAsync(new ParticipantJoined(Guid.NewGuid(), held, "c1", Who(service.School.Student), now.AddSeconds(2), now.AddSeconds(2)));
        await service.UntilAsync(id, m => Text(m, "state") == "live", "the first who comes");
    }

    [Fact]
    public async Task A_provider_that_nobody_built_in_is_no_word_for_one()
    {
        var answer = await service.CreateAsync(service.School.Teacher, service.Request(("provider", "smoke-signals")));
        var body = await JsonAsync(answer);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("tin-can", body["errors"]!["provider"]!.ToJsonString(), StringComparison.Ordinal);
    }

    private Task<JsonObject> PlannedAsync() => service.MeetingAsync(("provider", "tin-can"), ("startsAt", TimeProvider.System.GetUtcNow().AddMinutes(5).ToString("o")));

    private async Task<JsonObject> JoinAsync(Caller caller, string id)
    {
        var answer = await service.DoAsync(caller, id, "join", new JsonObject { ["displayName"] = "Somebody" });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
        return await JsonAsync(answer);
    }

    private async Task<string> StateAsync(string id) => Text(await service.GetAsync(service.School.Teacher, $"/{id}"), "state");

    private static ParticipantIdentity Who(Caller caller) => new(Identity: $"{caller.PersonId}_somebody");

    private static ProviderParticipant There(string connection, Caller caller, DateTimeOffset at) => new(connection, $"{caller.PersonId}_somebody", "Somebody", at, IsPublisher: true);

    public sealed class TinCanService : MeetingService
    {
        internal TinCans Cans { get; } = new();

        private protected override Action<IServiceCollection> Replace => services => services
            .AddSingleton(Cans)
            .AddSingleton<IRoomTokens>(provider => new TinCan(provider.GetRequiredService<TinCans>()))
            .AddProvider<TinCan>(new ProviderTraits(TinCan.ProviderName) { OpensEmpty = true, MayLoseEvents = true });
    }

    /// <summary>What is at the other end.</summary>
    internal sealed class TinCans
    {
        public ConcurrentDictionary<string, ProviderRoom> Inside { get; } = new();

        public ConcurrentQueue<string> Ended { get; } = new();
    }

    /// <summary>Two cans and a string.</summary>
    internal sealed class TinCan(TinCans cans) : IMeetingProvider, IRoomTokens
    {
        public const string ProviderName = "tin-can";

        public string Name => ProviderName;

        public Task<ProviderMeeting> CreateAsync(MeetingPlan plan, CancellationToken ct) => Task.FromResult(Made(plan.Key));

        public Task<ProviderMeeting?> FindAsync(PlanKey key, CancellationToken ct) => Task.FromResult<ProviderMeeting?>(Made(key));

        public Task UpdateAsync(string providerMeetingId, MeetingPlan plan, CancellationToken ct) => Task.CompletedTask;

        public Task EndAsync(string providerMeetingId, CancellationToken ct)
        {
            cans.Inside.TryRemove(providerMeetingId, out _);
            cans.Ended.Enqueue(providerMeetingId);
            return Task.CompletedTask;
        }

        public Task DeleteAsync(string providerMeetingId, CancellationToken ct) => Task.CompletedTask;

        public Task<ProviderRoom?> RoomAsync(string providerMeetingId, CancellationToken ct) => Task.FromResult(cans.Inside.GetValueOrDefault(providerMeetingId));

        public Task RemoveParticipantAsync(string providerMeetingId, string identity, CancellationToken ct) => Task.CompletedTask;

        public Task SendDataAsync(string providerMeetingId, string topic, ReadOnlyMemory<byte> payload, IReadOnlyList<string> identities, CancellationToken ct) => Task.CompletedTask;

        public IAsyncEnumerable<PastConnection> PastParticipantsAsync(string providerMeetingId, string sittingId, CancellationToken ct) =>
            throw new ProviderException(ProviderFailure.NotOffered, "Cans keep no book.");

        public RoomToken? Issue(MeetingRow meeting, Caller caller, string displayName, string role, bool mayPublish, bool maySubscribe, bool isModerator) =>
            meeting.Provider != ProviderName ? null
            : new RoomToken("string", new Uri("wss://cans.example"), meeting.ProviderMeetingId!, $"{caller.PersonId}_somebody", meeting.CreatedAt.AddHours(3));

        private static ProviderMeeting Made(PlanKey key) => new($"cans-{key.MeetingId}", new Uri($"https://cans.example/{key.MeetingId}"), null, false);
    }
}
