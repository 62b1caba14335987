using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using MassTransit;
using Meetings.Contracts.Meetings;
using Meetings.Contracts.Sittings;
using Meetings.Meeting.Scheduling;
using Meetings.Meeting.Tests.Fakes;
using Meetings.ServiceDefaults.Background;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Npgsql;

namespace Meetings.Meeting.Tests;

/// <summary>
/// The Meeting service as deployed: its own database and vhost, its real Program, Zoom and the school directory faked over the wire, and somebody
/// who hears its events.
/// </summary>
public class MeetingService : IAsyncLifetime
{
    private readonly string _name = $"meeting_{Guid.NewGuid():n}";
    private readonly ConcurrentQueue<MeetingChanged> _heard = new();
    private string _database = "";
    private string _broker = "";
    private IBusControl _bus = null!;
    private NpgsqlDataSource _owner = null!;

    /// <summary>Further settings of the service.</summary>
    internal (string Name, string Value)[] Settings { get; init; } = [];

    /// <summary>Providers go wrong here often, and on purpose: they are neither left alone for it, nor asked anything by the clock.</summary>
    internal bool IsProvoked { get; init; }

    internal MeetingHost Host { get; private set; } = null!;

    internal FakeZoom Zoom { get; private set; } = null!;

    internal FakeDirectory Directory { get; private set; } = null!;

    internal School School { get; private set; } = null!;

    internal School Other { get; private set; } = null!;

    internal string ConnectionString => _database;

    internal Database Database => Host.Services.GetRequiredService<Database>();

    internal UnfollowedMeetings Unfollowed => Host.Services.GetRequiredService<UnfollowedMeetings>();

    internal HalfDoneMeetings HalfDone => Host.Services.GetRequiredService<HalfDoneMeetings>();

    public async ValueTask InitializeAsync()
    {
        _database = await Servers.CreateDatabaseAsync(_name);
        _broker = await Servers.CreateVhostAsync(_name);
        _owner = NpgsqlDataSource.Create(_database);
        Zoom = await FakeZoom.StartAsync();
        Directory = await FakeDirectory.StartAsync();
        School = new School(Directory);
        Other = new School(Directory, "itqan", "Asia/Riyadh");

        // Listens before the service speaks: what nobody listens to comes back to the outbox and waits.
        _bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(new Uri(_broker));
            rabbit.ReceiveEndpoint("recorder", queue => queue.Handler<MeetingChanged>(context =>
            {
                _heard.Enqueue(context.Message);
                return Task.CompletedTask;
            }));
        });
        await _bus.StartAsync();

        Host = await StartReplicaAsync(Zoom.Address, Settings);
    }

    /// <summary>A replica that talks to this Zoom. The caller disposes it.</summary>
    /// <param name="more">Further settings.</param>
    internal async Task<MeetingHost> StartReplicaAsync(string zoom, params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:meeting"] = _database,
            ["ConnectionStrings:rabbitmq"] = _broker,
            // Found by the name that the Development settings have for it.
            ["services:zoom-sandbox:http:0"] = zoom,
            ["services:registration:grpc:0"] = Directory.Address,
        };
        foreach (var (name, value) in more) settings[name] = value;
        var host = new MeetingHost(settings, services =>
        {
            Replace?.Invoke(services);
            if (!IsProvoked) return;
            services.ConfigureAll<HttpStandardResilienceOptions>(resilience => resilience.CircuitBreaker.MinimumThroughput = int.MaxValue);
            foreach (var clockwork in services.Where(IsClockwork).ToList()) services.Remove(clockwork);
        });

        // Blocks until it listens.
        await Task.Run(host.StartServer);
        // What is published before its queues are bound goes nowhere.
        await host.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromSeconds(30));
        return host;
    }

    private static bool IsClockwork(ServiceDescriptor service) => service.ServiceType == typeof(IHostedService)
        && service.ImplementationType?.GenericTypeArguments is [var work] && work.IsAssignableTo(typeof(IPeriodicWork)) && work.Assembly == typeof(MeetingRow).Assembly;

    /// <summary>What stands in for parts of the program.</summary>
    private protected virtual Action<IServiceCollection>? Replace => null;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Host is not null) await Host.DisposeAsync();
        await _bus.StopAsync();
        await Zoom.DisposeAsync();
        await Directory.DisposeAsync();
        await _owner.DisposeAsync();
        await Servers.DropVhostAsync(_name);
        await Servers.DropDatabaseAsync(_name);
    }

    /// <summary>A client of the public API with a person's token; without one for null.</summary>
    public HttpClient As(Caller? caller)
    {
        var client = new HttpClient { BaseAddress = Host.Rest };
        if (caller is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestTokens.For(caller));
        return client;
    }

    /// <summary>A good request for a class meeting, with changes.</summary>
    internal JsonObject Request(params (string Field, JsonNode? Value)[] changes)
    {
        var request = new JsonObject
        {
            ["provider"] = "zoom", ["title"] = "Algebra 7B", ["startsAt"] = "2026-11-23T06:00:00Z", ["durationMinutes"] = 48, ["timeZone"] = "Asia/Manila",
            ["classId"] = School.ClassId.ToString(),
        };
        foreach (var (field, value) in changes) request[field] = value;
        return request;
    }

    internal async Task<HttpResponseMessage> CreateAsync(Caller caller, JsonNode body, string? key = null, MeetingHost? replica = null)
    {
        using var client = As(caller);
        if (replica is not null) client.BaseAddress = replica.Rest;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/meetings") { Content = JsonContent.Create(body) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Changes a meeting as someone who has seen this version of it; null: who does not say.</summary>
    internal async Task<HttpResponseMessage> PatchAsync(Caller caller, string id, JsonNode body, string? seen)
    {
        using var client = As(caller);
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/meetings/{id}") { Content = JsonContent.Create(body) };
        if (seen is not null) request.Headers.TryAddWithoutValidation("If-Match", seen);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Changes a meeting as its teacher, who has just read it.</summary>
    internal async Task<HttpResponseMessage> PatchAsync(JsonObject meeting, params (string Field, JsonNode? Value)[] changes) =>
        await PatchAsync(School.Teacher, Text(meeting, "id"), new JsonObject(changes.Select(change => KeyValuePair.Create(change.Field, change.Value))), await TagAsync(meeting));

    internal async Task<string> TagAsync(JsonObject meeting)
    {
        using var client = As(School.Teacher);
        return (await client.GetAsync(new Uri($"/api/v1/meetings/{Text(meeting, "id")}", UriKind.Relative), TestContext.Current.CancellationToken)).Headers.ETag!.Tag;
    }

    /// <summary>cancel, end, transfer; or DELETE for null.</summary>
    internal async Task<HttpResponseMessage> DoAsync(Caller caller, string id, string? action, JsonNode? body = null)
    {
        using var client = As(caller);
        var path = new Uri($"/api/v1/meetings/{id}{(action is null ? "" : $"/{action}")}", UriKind.Relative);
        return action is null ? await client.DeleteAsync(path, TestContext.Current.CancellationToken)
            : await client.PostAsync(path, body is null ? null : JsonContent.Create(body), TestContext.Current.CancellationToken);
    }

    /// <summary>A sitting of the meeting begins, at Zoom and for us.</summary>
    internal async Task<SittingKey> OpenAsync(JsonObject meeting)
    {
        var sitting = Sitting(meeting, $"s-{Guid.NewGuid():n}");
        Zoom.Open(Text(meeting, "providerMeetingId"));
        await PublishAsync(new SittingStarted(Guid.NewGuid(), sitting, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow));
        await UntilAsync(Text(meeting, "id"), m => Text(m, "state") == "live", "it to be live");
        return sitting;
    }

    /// <summary>A class meeting of the teacher's, made.</summary>
    internal async Task<JsonObject> MeetingAsync(params (string Field, JsonNode? Value)[] changes)
    {
        var answer = await CreateAsync(School.Teacher, Request(changes));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await JsonAsync(answer);
    }

    internal async Task<JsonObject> GetAsync(Caller caller, string path)
    {
        using var client = As(caller);
        return (JsonObject)(await client.GetFromJsonAsync<JsonNode>($"/api/v1/meetings{path}", TestContext.Current.CancellationToken))!;
    }

    internal static async Task<JsonObject> JsonAsync(HttpResponseMessage answer) =>
        (JsonObject)(await answer.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;

    internal static string Text(JsonObject json, string field) => json[field]!.GetValue<string>();

    internal async Task<JsonObject> UntilAsync(string id, Func<JsonObject, bool> condition, string what) =>
        await Eventually.Get(() => GetAsync(School.Teacher, $"/{id}"), condition, what);

    internal Task PublishAsync(object message) => _bus.Publish(message, message.GetType(), TestContext.Current.CancellationToken);

    /// <summary>What was published of a meeting, in the order of its versions.</summary>
    internal IReadOnlyList<MeetingChanged> Heard(string meetingId) =>
        [.. _heard.Where(heard => heard.MeetingId == Guid.Parse(meetingId)).OrderBy(heard => heard.Version)];

    internal static SittingKey Sitting(JsonObject meeting, string sitting) => new("zoom", Text(meeting, "providerMeetingId"), sitting);

    /// <summary>What the owner of the tables does and sees: everything.</summary>
    internal async Task<IReadOnlyList<T>> OwnerQueryAsync<T>(string sql, object? args = null)
    {
        await using var connection = await _owner.OpenConnectionAsync();
        return (await connection.QueryAsync<T>(sql, args)).AsList();
    }
}
