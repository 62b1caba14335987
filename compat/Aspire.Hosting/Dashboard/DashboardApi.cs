using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Aspire.Hosting.Dashboard;

/// <summary>
/// What the pages and scripts ask, under <c>/compat/api</c>: official Aspire has no such API, so nothing that is not ours may build on it.
/// </summary>
internal sealed class DashboardApi(ResourceNotificationService notifications, ResourceLoggerService logs, ResourceCommandService commands, TimeProvider clock)
{
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(1);

    /// <summary>Every visible instance as it is now.</summary>
    public IReadOnlyList<ResourceView> Resources() =>
        [.. notifications.All().Where(e => !e.Snapshot.IsHidden).Select(ResourceView.Of).OrderBy(r => r.Type, StringComparer.Ordinal).ThenBy(r => r.Name, StringComparer.Ordinal).ThenBy(r => r.Id, StringComparer.Ordinal)];

    /// <summary>The list again whenever something in it has changed, as server-sent events. Changes within a moment of one another go together.</summary>
    public async Task StreamResourcesAsync(HttpContext context)
    {
        await OpenStreamAsync(context);
        string? last = null;
        using var timer = new PeriodicTimer(Refresh / 4, clock);
        do
        {
            var now = JsonSerializer.Serialize(Resources(), JsonSerializerOptions.Web);
            if (now == last) continue;
            last = now;
            await WriteAsync(context, now);
        }
        while (await timer.WaitForNextTickAsync(context.RequestAborted));
    }

    /// <summary>The backlog and then each new line, as server-sent events.</summary>
    public async Task StreamLogsAsync(HttpContext context, string id)
    {
        await OpenStreamAsync(context);
        await foreach (var lines in logs.WatchAsync(id).WithCancellation(context.RequestAborted))
            await WriteAsync(context, JsonSerializer.Serialize(lines.Select(LogView.Of), JsonSerializerOptions.Web));
    }

    /// <summary>The lines that are kept.</summary>
    public async Task<IReadOnlyList<LogView>> LogsAsync(string id)
    {
        var kept = new List<LogView>();
        await foreach (var lines in logs.GetAllAsync(id)) kept.AddRange(lines.Select(LogView.Of));
        return kept;
    }

    public async Task<IResult> ExecuteAsync(string id, string command, CancellationToken ct)
    {
        if (Resources().All(resource => resource.Id != id)) return Results.NotFound();
        var result = await commands.ExecuteCommandAsync(id, command, ct);
        return result.Success ? Results.NoContent() : Results.Problem(statusCode: StatusCodes.Status409Conflict, title: result.ErrorMessage ?? "The command failed.");
    }

    private static async Task OpenStreamAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.StartAsync(context.RequestAborted);
    }

    private static async Task WriteAsync(HttpContext context, string json)
    {
        await context.Response.WriteAsync($"data: {json}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}

internal static class DashboardApiEndpoints
{
    public static void MapApi(this IEndpointRouteBuilder app, DashboardApi api)
    {
        var group = app.MapGroup("/compat/api");
        group.MapGet("/resources", () => Results.Json(api.Resources()));
        group.MapGet("/resources/stream", api.StreamResourcesAsync);
        group.MapGet("/logs", async (string resource) => Results.Json(await api.LogsAsync(resource)));
        group.MapGet("/logs/stream", (HttpContext context, string resource) => api.StreamLogsAsync(context, resource));
        group.MapPost("/resources/{id}/commands/{command}", (string id, string command, CancellationToken ct) => api.ExecuteAsync(id, command, ct));
    }
}
