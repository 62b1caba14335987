extern alias Sandbox;

using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Net.Client;
using Meetings.Contracts.Meetings.V1;
using Meetings.Contracts.Sittings;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Tests.Scheduling;
using Meetings.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Providers;

/// <summary>Against the Zoom sandbox, which is stricter about what Zoom documents than a fake of our own would be.</summary>
public sealed class SandboxTests(MeetingService service) : IClassFixture<MeetingService>, IAsyncLifetime
{
    private readonly WebApplicationFactory<Sandbox::Program> _sandbox = new WebApplicationFactory<Sandbox::Program>().WithWebHostBuilder(host => host
        .UseEnvironment("Testing").ConfigureLogging(logging => logging.ClearProviders())
        .UseSetting("Kestrel:Endpoints:http:Url", "http://127.0.0.1:0").UseSetting("urls", "http://127.0.0.1:0"));

    private HttpClient _control = null!;
    private MeetingHost _replica = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _sandbox.UseKestrel();
        _sandbox.StartServer();
        _control = _sandbox.CreateClient();
        _replica = await service.StartReplicaAsync(_control.BaseAddress!.GetLeftPart(UriPartial.Authority));
    }

    public async ValueTask DisposeAsync()
    {
        await _replica.DisposeAsync();
        await _sandbox.DisposeAsync();
    }

    [Fact]
    public async Task A_meeting_is_planned_held_and_reported()
    {
        var meeting = await JsonAsync(await service.CreateAsync(
            service.School.Teacher, service.Request(("password", "pass1"), ("description", "Chapter 3"), ("startsAt", "2026-11-20T06:00:00Z")), replica: _replica));
        var number = Text(meeting, "providerMeetingId");
        Assert.Equal("ready", Text(meeting, "state"));

        var sitting = Text(await ControlAsync(number, "start", new { }), "sittingUuid");
        var joined = await ControlAsync(number, "join", new { name = "Guest", customerKey = "child-1" });
        // Zoom reports nothing of a meeting that only one person attended.
        await ControlAsync(number, "join", new { name = "Another" });
        await ControlAsync(number, "leave", new { connection = Text(joined, "participantUuid") });
        await ControlAsync(number, "end", new { });
        var now = DateTimeOffset.UtcNow;
        await service.PublishAsync(new SittingStarted(Guid.NewGuid(), Sitting(meeting, sitting), now.AddMinutes(-1), now));
        await service.PublishAsync(new SittingEnded(Guid.NewGuid(), Sitting(meeting, sitting), now, now));
        await service.UntilAsync(Text(meeting, "id"), m => Text(m, "state") == "ended", "the end");

        using var channel = GrpcChannel.ForAddress(_replica.Grpc);
        using var call = new MeetingDirectory.MeetingDirectoryClient(channel).ListPastParticipants(
            new ListPastParticipantsRequest { Provider = "zoom", MeetingId = number, SittingId = sitting },
            new Metadata { { "authorization", $"Bearer {TestTokens.ForService()}" } }, cancellationToken: Ct);
        var rows = new List<PastParticipant>();
        await foreach (var row in call.ResponseStream.ReadAllAsync(Ct)) rows.Add(row);
        var guest = Assert.Single(rows, row => row.CustomerKey == "child-1");
        Assert.Equal(("Guest", Text(joined, "userId")), (guest.Name, guest.SessionNumber));
    }

    [Fact]
    public async Task What_was_made_is_found_by_its_mark_and_deleted_once()
    {
        await using var scope = _replica.Services.CreateAsyncScope();
        var zoom = scope.ServiceProvider.GetRequiredService<MeetingProviders>()["zoom"];
        var key = new PlanKey(Guid.CreateVersion7(), "finder@school.example");
        Assert.Null(await zoom.FindAsync(key, Ct));
        var made = await zoom.CreateAsync(
            new MeetingPlan(key, "Find me", new string('x', 2000), DateTimeOffset.UtcNow.AddDays(1), 45, "Asia/Manila", null, true, new MeetingSettings()), Ct);

        var found = await zoom.FindAsync(key, Ct);

        Assert.Equal(made.Id, found?.Id);
        Assert.Null(await zoom.FindAsync(key with { MeetingId = Guid.CreateVersion7() }, Ct));
        await zoom.DeleteAsync(made.Id, Ct);
        await zoom.DeleteAsync(made.Id, Ct);
        Assert.Null(await zoom.FindAsync(key, Ct));
    }

    [Fact]
    [Trait("Acceptance", "X18")]
    [Trait("Acceptance", "S3-16")]
    public async Task A_meeting_is_changed_ended_called_off_and_removed_there()
    {
        await using var scope = _replica.Services.CreateAsyncScope();
        var zoom = scope.ServiceProvider.GetRequiredService<MeetingProviders>()["zoom"];
        var plan = new MeetingPlan(
            new PlanKey(Guid.CreateVersion7(), "changer@school.example"), "Before", "Chapter 3", DateTimeOffset.UtcNow.AddDays(1), 45, "Asia/Manila", "pass1", true, new MeetingSettings());
        var made = await zoom.CreateAsync(plan, Ct);

        await zoom.UpdateAsync(made.Id, plan with
        {
            Title = "After", Description = null, DurationMinutes = 60, Password = "pass2", WaitingRoom = false, Settings = new MeetingSettings(HostVideo: true),
            CoHostEmails = ["one@school.example", "two@school.example"],
        }, Ct);

        var changed = await AtZoomAsync(made.Id);
        Assert.Equal(("After", 60, "pass2"), ((string?)changed["topic"], (int)changed["duration"]!, (string?)changed["password"]));
        Assert.Equal((false, true, "one@school.example;two@school.example"),
            ((bool)changed["settings"]!["waiting_room"]!, (bool)changed["settings"]!["host_video"]!, (string?)changed["settings"]!["alternative_hosts"]));
        Assert.Equal(made.Id, (await zoom.FindAsync(plan.Key, Ct))?.Id);

        await zoom.UpdateAsync(made.Id, plan with { Password = "", CoHostEmails = [] }, Ct);
        changed = await AtZoomAsync(made.Id);
        Assert.Equal(("", ""), ((string?)changed["password"], (string?)changed["settings"]!["alternative_hosts"]));

        await zoom.EndAsync(made.Id, Ct);
        await ControlAsync(made.Id, "start", new { });
        Assert.Equal("3002", (await Assert.ThrowsAsync<ProviderException>(() => zoom.DeleteAsync(made.Id, Ct))).Code);
        await zoom.EndAsync(made.Id, Ct);
        await zoom.EndAsync(made.Id, Ct);
        Assert.Equal("waiting", (string?)(await AtZoomAsync(made.Id))["status"]);
        // What was held is history at Zoom and cannot be deleted, which is no failure.
        await zoom.DeleteAsync(made.Id, Ct);
        await zoom.EndAsync("84512093999", Ct);
        Assert.Equal("3001", (await Assert.ThrowsAsync<ProviderException>(() => zoom.UpdateAsync("84512093999", plan, Ct))).Code);
    }

    [Fact]
    public async Task Tokens_revoked_at_Zoom_are_replaced_without_anyone_noticing()
    {
        await service.CreateAsync(service.School.Teacher, service.Request(), replica: _replica);
        (await _control.PostAsync(new Uri("/control/revoke-tokens", UriKind.Relative), null, Ct)).EnsureSuccessStatusCode();

        Assert.Equal(HttpStatusCode.Created, (await service.CreateAsync(service.School.Teacher, service.Request(), replica: _replica)).StatusCode);
    }

    [Fact]
    public async Task Zooms_limit_of_a_hundred_meetings_a_day_for_one_host_is_told()
    {
        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 101; i++) answers.Add(await service.CreateAsync(service.School.Teacher, service.Request(), replica: _replica));

        Assert.All(answers.Take(100), answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        await CreateMeetingTests.RefusedAsync(answers[100], HttpStatusCode.ServiceUnavailable, "provider-unavailable");
    }

    /// <summary>A meeting as Zoom's own API shows it.</summary>
    private async Task<JsonObject> AtZoomAsync(string number)
    {
        using var tokens = new HttpRequestMessage(HttpMethod.Post, "/oauth/token")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "account_credentials", ["account_id"] = "zoom-development-account" }),
            Headers = { Authorization = new("Basic", Convert.ToBase64String("zoom-development-client:zoom-development-client-secret"u8)) },
        };
        var token = Text(await JsonAsync(await _control.SendAsync(tokens, Ct)), "access_token");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v2/meetings/{number}") { Headers = { Authorization = new("Bearer", token) } };
        return await JsonAsync(await _control.SendAsync(request, Ct));
    }

    private async Task<JsonObject> ControlAsync(string number, string action, object body)
    {
        var answer = await _control.PostAsJsonAsync($"/control/meetings/{number}/{action}", body, Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
        return await JsonAsync(answer);
    }
}
