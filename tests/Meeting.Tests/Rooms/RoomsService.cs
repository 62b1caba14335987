using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Meetings.Contracts.Sittings;
using Meetings.Meeting.Joining;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Rooms;
using Meetings.Meeting.Tests.Fakes;
using Meetings.ServiceDefaults.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Meetings.Meeting.Tests.Rooms;

/// <summary>The Meeting service with a provider that has rooms, spoken to as people at a door do.</summary>
public sealed class RoomsService : MeetingService
{
    internal RoomProvider Rooms { get; } = RoomProvider.New();

    private protected override Action<IServiceCollection> Replace => services =>
    {
        foreach (var other in services.Where(IsOfAnotherRoomProvider).ToList()) services.Remove(other);
        services.AddSingleton(Rooms.Port);
        services.RemoveAll<IRoomTokens>();
        services.AddSingleton<IRoomTokens>(new RoomProvider.Pass(Rooms));
    };

    internal Task LookForEndsAsync() => Host.Services.GetRequiredService<RoomEnds>().RunAsync(TestContext.Current.CancellationToken);

    /// <summary>A plain room of the teacher's.</summary>
    internal Task<string> RoomAsync(params (string Field, JsonNode? Value)[] changes) =>
        MadeAsync(School.Teacher, [("provider", "livekit"), ("type", "instant"), ("classId", null), .. changes]);

    /// <summary>A lesson of the teacher's class that begins now, or that many minutes from now.</summary>
    internal Task<string> LessonAsync(int startsIn = 0, params (string Field, JsonNode? Value)[] changes) => MadeAsync(
        School.Teacher, [("provider", "livekit"), ("startsAt", TimeProvider.System.GetUtcNow().AddMinutes(startsIn).ToString("o")), .. changes]);

    internal async Task<string> MadeAsync(Caller owner, params (string Field, JsonNode? Value)[] changes)
    {
        var answer = await CreateAsync(owner, Request(changes));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return Text(await JsonAsync(answer), "id");
    }

    internal async Task<HttpResponseMessage> PostAsync(Caller caller, string id, string action, JsonNode? body = null)
    {
        using var client = As(caller);
        return await client.PostAsync($"/api/v1/meetings/{id}/{action}", body is null ? null : JsonContent.Create(body), TestContext.Current.CancellationToken);
    }

    internal async Task<HttpResponseMessage> FetchAsync(Caller caller, string id, string what)
    {
        using var client = As(caller);
        return await client.GetAsync($"/api/v1/meetings/{id}/{what}", TestContext.Current.CancellationToken);
    }

    /// <summary>Sends a body as it is written.</summary>
    internal async Task<HttpResponseMessage> PostRawAsync(Caller caller, string id, string action, string body)
    {
        using var client = As(caller);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        return await client.PostAsync($"/api/v1/meetings/{id}/{action}", content, TestContext.Current.CancellationToken);
    }

    internal Task<HttpResponseMessage> TryJoinAsync(Caller caller, string id, string? password = null, string name = "Somebody") =>
        PostAsync(caller, id, "join", password is null ? new JsonObject { ["displayName"] = name } : new JsonObject { ["displayName"] = name, ["password"] = password });

    /// <summary>Comes to the door, and gets a place.</summary>
    internal async Task<JsonObject> JoinAsync(Caller caller, string id, string? password = null, string name = "Somebody") =>
        await OkAsync(await TryJoinAsync(caller, id, password, name));

    internal async Task<string> JoinedAsync(Caller caller, string id) => Text(await JoinAsync(caller, id), "status");

    internal async Task<JsonObject> StatusAsync(Caller caller, string id) => await OkAsync(await FetchAsync(caller, id, "status"));

    internal async Task<string> StandsAsync(Caller caller, string id) => Text(await StatusAsync(caller, id), "status");

    internal async Task<JsonObject> LeaveAsync(Caller caller, string id) => await OkAsync(await PostAsync(caller, id, "leave"));

    internal Task<HttpResponseMessage> AdmitAsync(Caller by, string id, Caller whom) => PostAsync(by, id, "admit", new JsonObject { ["userId"] = whom.PersonId.ToString() });

    internal Task<HttpResponseMessage> RejectAsync(Caller by, string id, Caller whom) => PostAsync(by, id, "reject", new JsonObject { ["userId"] = whom.PersonId.ToString() });

    internal static async Task<JsonObject> OkAsync(HttpResponseMessage answer)
    {
        Assert.True(answer.StatusCode is HttpStatusCode.OK, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return await JsonAsync(answer);
    }

    internal static async Task RefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status && (string?)JsonNode.Parse(body)!["code"] == code, $"{(int)answer.StatusCode} instead of {(int)status} {code}: {body}");
    }

    /// <summary>As after that many minutes: what happened in this room lies that much longer back.</summary>
    internal Task<IReadOnlyList<int>> PassAsync(string id, int minutes) => OwnerQueryAsync<int>(
        """
        with s as (update room_sitting set opened_at = opened_at - make_interval(mins => @minutes), closed_at = closed_at - make_interval(mins => @minutes) where meeting_id = @id)
        update place set joined_at = joined_at - make_interval(mins => @minutes), entered_at = entered_at - make_interval(mins => @minutes),
            left_at = left_at - make_interval(mins => @minutes) where meeting_id = @id returning 1
        """, new { id = Guid.Parse(id), minutes });

    internal static SittingKey Room(string id, string sitting) => new("livekit", $"room-{id}", sitting);

    internal static ParticipantIdentity Who(Caller caller, string name = "somebody") => new(Identity: $"{caller.PersonId}_{name}");

    private static bool IsOfAnotherRoomProvider(ServiceDescriptor service) =>
        service.ServiceType == typeof(IMeetingProvider) && service.ImplementationType != typeof(Meeting.Providers.Zoom.ZoomProvider);
}
