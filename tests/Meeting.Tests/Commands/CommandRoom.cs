using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Tests.Fakes;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using Microsoft.Extensions.DependencyInjection;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Commands;

/// <summary>Two replicas of the Meeting service, north and south, in a hurry: they tell again after half a second and look after listeners every second.</summary>
public class CommandRoom : IAsyncLifetime
{
    internal MeetingService Service { get; private set; } = null!;

    internal MeetingHost North => Service.Host;

    internal MeetingHost South { get; private set; } = null!;

    internal DataChannel Data { get; } = new();

    internal School School => Service.School;

    protected virtual string Heartbeat => "00:00:01";

    protected virtual string Look => "00:00:02";

    public async ValueTask InitializeAsync()
    {
        Service = new CommandedService(Data)
        {
            Settings = [("Commands:RetryAfter", "00:00:00.5"), ("Commands:Heartbeat", Heartbeat), ("Commands:Look", Look)],
        };
        await Service.InitializeAsync();
        South = await Service.StartReplicaAsync(Service.Zoom.Address, Service.Settings);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (South is not null) await South.DisposeAsync();
        await Service.DisposeAsync();
    }

    /// <summary>A class meeting of the teacher's, whose provider has a data channel.</summary>
    internal async Task<string> MeetingAsync(params (string Field, JsonNode? Value)[] changes)
    {
        var id = Text(await Service.MeetingAsync(changes), "id");
        await Service.OwnerQueryAsync<int>("update meeting set provider = 'data' where id = @id", new { id = Guid.Parse(id) });
        return id;
    }

    internal static HttpClient As(Caller caller, MeetingHost replica, TimeSpan? token = null) => new()
    {
        BaseAddress = replica.Rest,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", TestTokens.For(caller, token)) },
    };

    internal async Task<HttpResponseMessage> PostAsync(string id, Caller caller, JsonNode? body, MeetingHost? replica = null, string? key = null)
    {
        using var client = As(caller, replica ?? North);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/meetings/{id}/commands") { Content = JsonContent.Create(body) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>A command that is accepted; its number. A service that has no time just now is asked again, with the same key as clients should.</summary>
    internal async Task<long> GiveAsync(string id, JsonNode body, Caller? by = null, MeetingHost? replica = null)
    {
        var key = Guid.NewGuid().ToString();
        var answer = await Eventually.Get(
            () => PostAsync(id, by ?? School.Teacher, body.DeepClone(), replica, key), answer => answer.StatusCode != System.Net.HttpStatusCode.ServiceUnavailable, "a command to be taken");
        Assert.True(answer.StatusCode == System.Net.HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (long)(await JsonAsync(answer))["seq"]!;
    }

    internal static JsonObject Announce(string text) => new() { ["kind"] = "announce", ["text"] = text };

    internal static JsonObject For(string kind, params Caller[] targets) =>
        new() { ["kind"] = kind, ["targets"] = new JsonArray([.. targets.Select(target => (JsonNode)target.PersonId.ToString())]) };

    internal static async Task<HttpResponseMessage> AcknowledgeAsync(string id, long seq, Caller caller, MeetingHost replica)
    {
        using var client = As(caller, replica);
        return await client.PostAsync(new Uri($"/api/v1/meetings/{id}/commands/{seq}/ack", UriKind.Relative), null, TestContext.Current.CancellationToken);
    }

    internal static async Task<HttpResponseMessage> PollAsync(string id, Caller caller, MeetingHost replica, string query = "")
    {
        using var client = As(caller, replica);
        return await client.GetAsync(new Uri($"/api/v1/meetings/{id}/commands{query}", UriKind.Relative), TestContext.Current.CancellationToken);
    }

    internal static async Task<IReadOnlyList<long>> NumbersAsync(string id, Caller caller, MeetingHost replica, long after = 0) =>
        [.. (await JsonAsync(await PollAsync(id, caller, replica, $"?after={after}")))["items"]!.AsArray().Select(item => (long)item!["seq"]!)];
}

/// <summary>The same, looking after listeners as often as it does when it is deployed.</summary>
public sealed class PatientRoom : CommandRoom
{
    protected override string Heartbeat => "00:00:15";
}

/// <summary>The same, in which a stream that nobody wakes sleeps on, and replicas look for nothing by themselves.</summary>
public sealed class ToldOnlyRoom : CommandRoom
{
    protected override string Heartbeat => "01:00:00";

    protected override string Look => "01:00:00";
}

/// <summary>The same, in which a stream that nobody wakes sleeps on.</summary>
public sealed class LookOnlyRoom : CommandRoom
{
    protected override string Heartbeat => "01:00:00";
}

/// <summary>The Meeting service, with a provider more.</summary>
internal sealed class CommandedService(DataChannel data) : MeetingService
{
    private protected override Action<IServiceCollection> Replace => services => services.AddSingleton<IMeetingProvider>(data);
}

/// <summary>A provider with a data channel and a room. Only what commands use of it is there.</summary>
internal sealed class DataChannel : IMeetingProvider
{
    public ConcurrentQueue<(string Topic, JsonObject Command, IReadOnlyList<string> Identities)> Sent { get; } = new();

    public IReadOnlyList<string> InRoom { get; set; } = [];

    /// <summary>Thrown at whoever sends.</summary>
    public Exception? Fault { get; set; }

    public string Name => "data";

    public Task<ProviderRoom?> RoomAsync(string providerMeetingId, CancellationToken ct) => Task.FromResult<ProviderRoom?>(
        new ProviderRoom(providerMeetingId, "s", null, [.. InRoom.Select(identity => new ProviderParticipant(identity, identity, "x", null, true))]));

    public Task SendDataAsync(string providerMeetingId, string topic, ReadOnlyMemory<byte> payload, IReadOnlyList<string> identities, CancellationToken ct)
    {
        if (Fault is { } fault) throw fault;
        Sent.Enqueue((topic, (JsonObject)JsonNode.Parse(payload.Span)!, identities));
        return Task.CompletedTask;
    }

    public Task<ProviderMeeting> CreateAsync(MeetingPlan plan, CancellationToken ct) => throw new NotSupportedException();

    public Task<ProviderMeeting?> FindAsync(PlanKey key, CancellationToken ct) => Task.FromResult<ProviderMeeting?>(null);

    public Task UpdateAsync(string providerMeetingId, MeetingPlan plan, CancellationToken ct) => throw new NotSupportedException();

    public Task EndAsync(string providerMeetingId, CancellationToken ct) => throw new NotSupportedException();

    public Task RemoveParticipantAsync(string providerMeetingId, string identity, CancellationToken ct) => throw new NotSupportedException();

    public Task DeleteAsync(string providerMeetingId, CancellationToken ct) => Task.CompletedTask;

    public IAsyncEnumerable<PastConnection> PastParticipantsAsync(string providerMeetingId, string sittingId, CancellationToken ct) => throw new NotSupportedException();
}
