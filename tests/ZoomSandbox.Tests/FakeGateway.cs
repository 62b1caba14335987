using System.Globalization;
using System.Text.Json.Nodes;
using Meetings.Rehearsal.Scenario;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Meetings.ZoomSandbox.Tests;

/// <summary>As much of the gateway as the play command asks of it; the sheet is what the scenario expects, unless a test spoils it.</summary>
internal sealed class FakeGateway : IAsyncDisposable
{
    private static readonly Guid ClassId = Guid.NewGuid();
    private static readonly Guid[] Students = [.. ClassOfForty.Students.Select(_ => Guid.NewGuid())];

    private readonly WebApplication _app;
    private readonly List<(Guid Id, string Number)> _meetings = [];

    private FakeGateway(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single() + "/");

    public List<JsonNode> Created { get; } = [];

    /// <summary>Changes the sheet of the first, second … meeting.</summary>
    public Action<int, JsonArray> Spoil { get; set; } = (_, _) => { };

    public static async Task<FakeGateway> StartAsync(SandboxServer sandbox)
    {
        var builder = WebApplication.CreateSlimBuilder();
        // The settings beside the test are those of whichever program was copied there last, and none of this one.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var gateway = new FakeGateway(builder.Build());
        gateway._app.Use((http, next) =>
        {
            if (http.Request.Path.StartsWithSegments("/dev") || http.Request.Headers.Authorization == "Bearer for-the-teacher") return next(http);
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        });
        gateway._app.MapPost("/dev/token", (JsonNode body) => body["email"]!.GetValue<string>() == ClassOfForty.TeacherEmail
            ? Results.Ok(new { accessToken = "for-the-teacher", expiresIn = 60 }) : Results.NotFound());
        gateway._app.MapGet("/api/v1/classes", () => new { items = new[] { new { id = ClassId, name = ClassOfForty.ClassName } }, total = 1 });
        gateway._app.MapGet($"/api/v1/classes/{ClassId}/enrollments", () => new
        {
            items = ClassOfForty.Students.Select((s, n) => new { personId = Students[n], name = $"Student {s.Number}", email = s.Email, role = "student" }),
            total = Students.Length,
        });
        gateway._app.MapPost("/api/v1/meetings", (HttpRequest request, JsonNode body) => gateway.CreateAsync(sandbox, request, body));
        gateway._app.MapGet("/api/v1/meetings/{id:guid}/attendance", (Guid id) => gateway.Sheet(id));
        gateway._app.MapGet("/api/v1/meetings/{id:guid}/participants", (Guid id) =>
            new { participants = new[] { new { userId = (Guid?)null, name = "Lola Remy", durationSeconds = 1500 } } });
        await gateway._app.StartAsync();
        return gateway;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> CreateAsync(SandboxServer sandbox, HttpRequest request, JsonNode body)
    {
        if (!request.Headers.ContainsKey("Idempotency-Key")) return Results.BadRequest();

        Created.Add(body);
        _meetings.Add((Guid.NewGuid(), await sandbox.MeetingAsync()));
        return Results.Created("", new { id = _meetings[^1].Id, providerMeetingId = _meetings[^1].Number, state = "scheduled" });
    }

    private JsonObject Sheet(Guid id)
    {
        var records = new JsonArray([.. ClassOfForty.Students.Select((s, n) => new JsonObject
        {
            ["recordId"] = Guid.NewGuid(),
            ["studentId"] = Students[n],
            ["name"] = $"Student {s.Number.ToString("00", CultureInfo.InvariantCulture)}",
            ["status"] = s.Expected.Status,
            ["firstJoinAt"] = "2026-11-19T23:30:00Z",
            ["durationSeconds"] = s.Expected.Seconds,
            ["percentage"] = 1.5,
            ["joinCount"] = 1,
            ["leaveCount"] = 1,
            ["source"] = "webhook",
            ["explanation"] = s.Story,
        })]);
        Spoil(_meetings.FindIndex(m => m.Id == id) + 1, records);
        return new JsonObject
        {
            ["isFinal"] = true,
            ["summary"] = new JsonObject { ["present"] = 31, ["late"] = 0, ["partial"] = 6, ["absent"] = 3, ["excused"] = 0, ["enrolled"] = 40 },
            ["records"] = records,
        };
    }
}
