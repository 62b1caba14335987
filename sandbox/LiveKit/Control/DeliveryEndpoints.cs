using System.Text;
using Meetings.LiveKitSandbox.Webhooks;

namespace Meetings.LiveKitSandbox.Control;

/// <summary>Directs the webhooks: faults, holding back, delivering again; and tells what became of each.</summary>
internal static class DeliveryEndpoints
{
    private sealed record FaultRequest(string? Event, string? Room, DeliveryFaults? Delivery, int Times = 1);

    private sealed record ReleaseRequest(int? Seed);

    private sealed record RedeliverRequest(string? Room, int? Seed, bool Dropped = false);

    public static void Map(IEndpointRouteBuilder control)
    {
        control.MapPost("/faults", (FaultRequest request, FaultRules rules) =>
        {
            rules.Add(request.Event, request.Room, request.Times, request.Delivery ?? new DeliveryFaults());
            return Results.NoContent();
        });
        control.MapPost("/hold", (DeliveryQueue queue) =>
        {
            queue.Hold();
            return Results.NoContent();
        });
        control.MapPost("/release", (ReleaseRequest request, DeliveryQueue queue) => new { Released = queue.Release(request.Seed) });
        control.MapPost("/redeliver", (RedeliverRequest request, DeliveryQueue queue) =>
            new { Events = queue.Redeliver(request.Room, request.Dropped, request.Seed) });
        control.MapGet("/deliveries", List);
        control.MapGet("/deliveries/pending", Pending);
    }

    private static IResult List(DeliveryQueue queue, string? room, string? @event, int limit = 1000) => Results.Ok(queue.Read(all => all
        .Where(d => (room is null || d.Message.Room == room) && (@event is null || d.Message.Event.Event == @event))
        .Reverse().Take(limit).Reverse()
        .Select(d => new
        {
            d.Id,
            EventId = d.Message.Event.Id,
            d.Message.Event.Event,
            d.Message.Room,
            RoomSid = d.Message.Event.Room.Sid,
            d.State,
            d.BadSignature,
            Attempts = d.Attempts.ToArray(),
            Body = d.Message.Body is { } body ? Encoding.UTF8.GetString(body) : null,
        })
        .ToList()));

    /// <summary>Idle: nothing is on its way and nothing will be tried again.</summary>
    private static IResult Pending(DeliveryQueue queue, string? room) => Results.Ok(queue.Read(all =>
    {
        var states = all.Where(d => room is null || d.Message.Room == room).CountBy(d => d.State).ToDictionary();
        int Of(params ReadOnlySpan<DeliveryState> wanted)
        {
            var count = 0;
            foreach (var state in wanted) count += states.GetValueOrDefault(state);
            return count;
        }

        return new
        {
            Idle = Of(DeliveryState.Ready, DeliveryState.Waiting) == 0,
            Ready = Of(DeliveryState.Ready),
            Waiting = Of(DeliveryState.Waiting),
            Held = Of(DeliveryState.Held),
            Delivered = Of(DeliveryState.Delivered),
            Lost = Of(
                DeliveryState.Refused, DeliveryState.GivenUp, DeliveryState.Overflowed, DeliveryState.TooOld, DeliveryState.Lost, DeliveryState.NotConfigured),
            Dropped = Of(DeliveryState.Dropped),
        };
    }));
}
