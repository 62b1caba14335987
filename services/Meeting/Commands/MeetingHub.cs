using System.Collections.Concurrent;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.SignalR;

namespace Meetings.Meeting.Commands;

/// <summary>
/// Commands over WebSocket. <c>Join(meetingId, after)</c>: what was missed, then what comes, as <c>command</c>; when it is over, <c>end</c> with the
/// meeting and the reason. Refusals are hub errors whose message is a problem code.
/// </summary>
internal sealed partial class MeetingHub(
    CommandFeed feed, CommandFollower follower, StreamQuota quota, IHubContext<MeetingHub> hub, IHostApplicationLifetime host, ILogger<MeetingHub> logger) : Hub
{
    private const string Joined = "joined-meetings";

    /// <returns>The meeting's UUID, under which it is told.</returns>
    public async Task<Guid> Join(string meetingId, long after)
    {
        var ct = Context.ConnectionAborted;
        if (Context.User is not { } user || Caller.From(user) is not { } caller) throw new HubException("unauthenticated");
        if (after < 0 || meetingId is null) throw new HubException("invalid-request");
        if (await feed.FindAsync(caller, meetingId, ct) is not { } meeting) throw new HubException(Problems.NotFound);
        if (await feed.ReadAsync(caller, meeting.Id, new FeedPlace(after), ct) is { IsOut: true, New.Count: 0 }) throw new HubException(Problems.Removed);
        if (quota.TryTake(caller) is not { } place) throw new HubException("too-many-streams");

        var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, host.ApplicationStopping);
        if (!Meetings.TryAdd(meeting.Id, stop))
        {
            place.Dispose();
            stop.Dispose();
            return meeting.Id;
        }

        // This hub object ends with the call; the connection goes on.
        _ = FollowAsync(hub.Clients.Client(Context.ConnectionId), Context, Meetings, caller, meeting.Id, after, CommandFollower.ExpiryOf(user), place, stop);
        return meeting.Id;
    }

    /// <summary>Ends what <see cref="Join"/> began.</summary>
    public async Task Leave(Guid meetingId)
    {
        if (Meetings.TryRemove(meetingId, out var stop)) await stop.CancelAsync();
    }

    private ConcurrentDictionary<Guid, CancellationTokenSource> Meetings
    {
        get
        {
            // A connection's calls come one after the other.
            if (Context.Items.TryGetValue(Joined, out var known)) return (ConcurrentDictionary<Guid, CancellationTokenSource>)known!;
            var meetings = new ConcurrentDictionary<Guid, CancellationTokenSource>();
            Context.Items[Joined] = meetings;
            return meetings;
        }
    }

    private async Task FollowAsync(
        ISingleClientProxy client, HubCallerContext connection, ConcurrentDictionary<Guid, CancellationTokenSource> joined, Caller caller, Guid meetingId,
        long after, DateTimeOffset? expiresAt, IDisposable place, CancellationTokenSource stop)
    {
        try
        {
            await foreach (var told in follower.FollowAsync(caller, meetingId, after, expiresAt, stop.Token))
            {
                if (told is Told.TheCommand(var command, _)) await client.SendAsync("command", command, stop.Token);
                if (told is not Told.End(var reason)) continue;
                await client.SendAsync("end", new { meetingId, reason }, stop.Token);
                if (reason is CommandFollower.TokenExpired) connection.Abort();
            }
        }
        catch (OperationCanceledException)
        {
            // The client went, or left the meeting, or this replica goes.
        }
        catch (Exception e)
        {
            LogFailed(e, meetingId);
            connection.Abort();
        }
        finally
        {
            joined.TryRemove(KeyValuePair.Create(meetingId, stop));
            place.Dispose();
            stop.Dispose();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Following meeting {MeetingId} for a connection failed; it is cut, and comes again with its last number")]
    private partial void LogFailed(Exception exception, Guid meetingId);
}
