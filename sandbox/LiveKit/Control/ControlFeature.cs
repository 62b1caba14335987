using System.Text;
using Meetings.LiveKitSandbox.Rooms;
using Meetings.LiveKitSandbox.Twirp;
using Meetings.LiveKitSandbox.Webhooks;

namespace Meetings.LiveKitSandbox.Control;

/// <summary>The control API under <c>/control</c>: nothing that LiveKit has; camelCase, problem details, no token but only for its own machine.</summary>
internal static class ControlFeature
{
    public static void AddControl(this IServiceCollection services)
    {
        services.AddSingleton<JoinRoom>();
        services.AddSingleton<StageEndpoints>();
    }

    public static void MapControl(this IEndpointRouteBuilder app)
    {
        var control = app.MapGroup("/control").AddEndpointFilter(ControlDoor.CheckAsync);
        StageEndpoints.Map(control);
        DeliveryEndpoints.Map(control);
        control.MapGet("/rooms", Rooms);
        control.MapGet("/data", Data);
        control.MapPost("/api-faults", (ApiFault fault, ApiFaults faults) =>
        {
            faults.Add(fault);
            return Results.NoContent();
        });
        control.MapPost("/reset", Reset);
    }

    private static IResult Rooms(RoomStore store) => Results.Ok(store.With(data => data.Rooms.Values.Select(r => new
    {
        r.Name,
        r.Info.Sid,
        r.Info.Metadata,
        r.Info.MaxParticipants,
        Participants = r.Participants.Select(p => new
        {
            p.Info.Sid,
            p.Info.Identity,
            p.Info.Name,
            p.Info.Metadata,
            p.Info.State,
            Attributes = p.Info.Attributes.ToDictionary(),
            Tracks = p.Info.Tracks.Select(t => new { t.Sid, t.Source, t.Muted }).ToArray(),
            Unsubscribed = p.Unsubscribed.ToArray(),
            p.Info.Permission.CanPublish,
            p.Info.Permission.CanSubscribe,
            p.Info.Permission.CanPublishData,
        }).ToArray(),
    }).ToList()));

    /// <summary>What SendData sent, oldest first; with a destination, only what that identity got.</summary>
    private static IResult Data(RoomStore store, string? room, string? topic, string? destination, int limit = 1000) => Results.Ok(store.With(data => data.Sent
        .Where(d => (room is null || d.Room == room) && (topic is null || d.Request.Topic == topic) && (destination is null || d.To.Contains(destination)))
        .Reverse().Take(limit).Reverse()
        .Select(d => new
        {
            d.Room,
            d.RoomSid,
            Topic = d.Request.HasTopic ? d.Request.Topic : null,
            d.Request.Kind,
            Destinations = d.Request.DestinationIdentities.ToArray(),
            d.To,
            d.At,
            Data = d.Request.Data.ToBase64(),

            // As most of it is text; what is none is read in base64.
            Text = Encoding.UTF8.GetString(d.Request.Data.Span),
        })
        .ToList()));

    /// <summary>Everything as on the first day: no rooms, no deliveries, no faults.</summary>
    private static IResult Reset(RoomStore store, DeliveryQueue queue, ApiFaults faults) => store.With(data =>
    {
        data.Clear();
        queue.Clear();
        faults.Clear();
        return Results.NoContent();
    });
}
