using System.Globalization;
using System.Text.Json;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.Features;

namespace Meetings.Meeting.Commands;

/// <summary>
/// Commands as server-sent events: <c>command</c> with its number as the event's id, comments as heartbeats, and at the end <c>end</c> with the reason.
/// </summary>
internal sealed class StreamCommands(CommandFeed feed, CommandFollower follower, StreamQuota quota, IHostApplicationLifetime host)
{
    public static void Map(RouteGroupBuilder meeting) => meeting.MapGet(
        "/stream", (string id, string? after, Caller caller, HttpContext http, StreamCommands useCase) => useCase.HandleAsync(id, after, caller, http))
        .WithName("StreamCommands")
        .Produces(StatusCodes.Status200OK, contentType: "text/event-stream");

    private async Task<IResult> HandleAsync(string id, string? after, Caller caller, HttpContext http)
    {
        var ct = http.RequestAborted;

        // What the browser remembers is newer than what the page began with.
        var from = http.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } last] ? last : after;
        if (!SequenceNumber.TryRead(from, out var seq)) return Problem.Invalid("after", "Must be a whole number from 0, as Last-Event-ID must.");
        if (await feed.FindAsync(caller, id, ct) is not { } meeting) return Problems.MeetingNotFound;
        if (await feed.ReadAsync(caller, meeting.Id, new FeedPlace(seq), ct) is { IsOut: true, New.Count: 0 }) return Problems.RemovedFromMeeting;

        using var place = quota.TryTake(caller);
        if (place is null) return Problems.TooManyStreams;

        http.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(ct, host.ApplicationStopping);
        try
        {
            // Told at once, so that a client knows that it is connected.
            await WriteAsync(http.Response, ": open\n\n", ends.Token);
            await foreach (var told in follower.FollowAsync(caller, meeting.Id, seq, CommandFollower.ExpiryOf(http.User), ends.Token))
                await WriteAsync(http.Response, Event(told), ends.Token);
        }
        catch (OperationCanceledException)
        {
            // The client went, or this replica does: the client comes again with its last number.
        }

        return Results.Empty;
    }

    private static Task WriteAsync(HttpResponse response, string text, CancellationToken ct) => response.WriteAsync(text, ct);

    // One that is told again has no id: the browser's place must not go back.
    private static string Event(Told told) => told switch
    {
        Told.TheCommand(var command, var isNew) =>
            $"{(isNew ? string.Create(CultureInfo.InvariantCulture, $"id: {command.Seq}\n") : "")}event: command\ndata: {JsonSerializer.Serialize(command, ApiJson.Options)}\n\n",
        Told.End(var reason) => $"event: end\ndata: {{\"reason\":\"{reason}\"}}\n\n",
        _ => ": beat\n\n",
    };
}
