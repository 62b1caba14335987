using System.Text;
using Meetings.ZoomSandbox.Webhooks;

namespace Meetings.ZoomSandbox.Control;

/// <summary>Directs the webhooks: faults, holding back, delivering again; and tells what became of each.</summary>
internal static class DeliveryEndpoints
{
    private sealed record FaultRequest(string? Event, string? MeetingId, DeliveryFaults Delivery, int Times = 1);

    private sealed record ReleaseRequest(int? Seed);

    private sealed record RedeliverRequest(string? MeetingId, int? Seed, bool Dropped = false);

    public static void Map(IEndpointRouteBuilder control)
    {
        control.MapPost("/faults", (FaultRequest request, FaultRules rules) =>
        {
            rules.Add(request.Event, Number(request.MeetingId), request.Times, request.Delivery);
            return Results.NoContent();
        });
        control.MapPost("/hold", (DeliveryQueue queue) =>
        {
            queue.Hold();
            return Results.NoContent();
        });
        control.MapPost("/release", (ReleaseRequest request, DeliveryQueue queue) => new { Released = queue.Release(request.Seed) });
        control.MapPost("/redeliver", (RedeliverRequest request, DeliveryQueue queue) =>
            new { Events = queue.Redeliver(Number(request.MeetingId), request.Dropped, request.Seed) });
        control.MapGet("/deliveries", List);
        control.MapGet("/deliveries/pending", Pending);
        control.MapPost("/validate", async (UrlValidation validation, CancellationToken ct) =>
            await validation.ValidateAsync(ct) is { } outcome ? Results.Ok(outcome)
            : Results.Problem("Zoom:WebhookUrl is not set.", statusCode: StatusCodes.Status409Conflict));
    }

    private static IResult List(DeliveryQueue queue, string? meetingId, string? @event, int limit = 1000)
    {
        var number = Number(meetingId);
        return Results.Ok(queue.Read(all => all
            .Where(d => (number is null || d.Event.MeetingId == number) && (@event is null || d.Event.Name == @event))
            .Reverse().Take(limit).Reverse()
            .Select(d => new
            {
                d.Id,
                Event = d.Event.Name,
                MeetingId = d.Event.MeetingId?.ToString(System.Globalization.CultureInfo.InvariantCulture),
                d.State,
                d.BadSignature,
                d.RequestId,
                Attempts = d.Attempts.ToArray(),
                Body = Encoding.UTF8.GetString(d.Event.Body),
            })
            .ToList()));
    }

    /// <summary>Idle: nothing is on its way and nothing will be tried again.</summary>
    private static IResult Pending(DeliveryQueue queue, string? meetingId)
    {
        var number = Number(meetingId);
        return Results.Ok(queue.Read(all =>
        {
            var states = all.Where(d => number is null || d.Event.MeetingId == number).CountBy(d => d.State).ToDictionary();
            var (ready, waiting) = (states.GetValueOrDefault(DeliveryState.Ready), states.GetValueOrDefault(DeliveryState.Waiting));
            return new
            {
                Idle = ready + waiting == 0,
                Ready = ready,
                Waiting = waiting,
                Held = states.GetValueOrDefault(DeliveryState.Held),
                Delivered = states.GetValueOrDefault(DeliveryState.Delivered),
                Lost = states.Where(s => s.Key is DeliveryState.Refused or DeliveryState.GivenUp or DeliveryState.NotSubscribed).Sum(s => s.Value),
                Dropped = states.GetValueOrDefault(DeliveryState.Dropped),
            };
        }));
    }

    private static long? Number(string? meetingId) =>
        string.IsNullOrEmpty(meetingId) ? null
        : Meetings.MeetingNumber.TryParse(meetingId, out var number) ? number
        : -1;
}
