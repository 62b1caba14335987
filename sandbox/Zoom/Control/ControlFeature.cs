using Meetings.ZoomSandbox.Limits;
using Meetings.ZoomSandbox.Meetings;
using Meetings.ZoomSandbox.OAuth;
using Meetings.ZoomSandbox.State;
using Meetings.ZoomSandbox.Webhooks;

namespace Meetings.ZoomSandbox.Control;

/// <summary>The control API under <c>/control</c>: nothing that Zoom has; camelCase, problem details, no token but only for its own machine.</summary>
internal static class ControlFeature
{
    public static void AddControl(this IServiceCollection services)
    {
        services.AddSingleton<Stage>();
        services.AddSingleton<StageEndpoints>();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Encoder = ZoomJson.Options.Encoder);
    }

    public static void MapControl(this IEndpointRouteBuilder app)
    {
        var control = app.MapGroup("/control").AddEndpointFilter(ControlDoor.CheckAsync);
        StageEndpoints.Map(control);
        DeliveryEndpoints.Map(control);
        control.MapGet("/meetings", Meetings);
        control.MapPost("/reset", Reset);
        control.MapPost("/revoke-tokens", (AccessTokens tokens) =>
        {
            tokens.RevokeAll();
            return Results.NoContent();
        });
    }

    private static IResult Meetings(SandboxState state) => Results.Ok(state.Read(data => data.Meetings.Values.Select(m => new
    {
        Id = MeetingNumber.Text(m.Id),
        m.Topic,
        m.HostEmail,
        m.StartTime,
        Running = m.Running is not null,
        Registrants = m.Registrants.Count,
        Sittings = m.Sittings.Select(s => new { s.Uuid, s.StartedAt, s.EndedAt, Stays = s.Stays.ToArray() }).ToArray(),
    }).ToList()));

    /// <summary>Everything as on the first day: no meetings, no deliveries, no counters.</summary>
    private static IResult Reset(SandboxState state, DeliveryQueue queue, DailyCounters counters)
    {
        queue.Clear();
        counters.Clear();
        state.Replace(new SandboxData());
        return Results.NoContent();
    }
}
