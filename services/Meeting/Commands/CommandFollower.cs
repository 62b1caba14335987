using System.Runtime.CompilerServices;
using System.Security.Claims;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;
using Microsoft.Extensions.Options;

namespace Meetings.Meeting.Commands;

/// <summary>What a push channel has to do next.</summary>
internal abstract record Told
{
    /// <param name="IsNew">Its number is the highest so far: to be remembered as the place to come back to.</param>
    public sealed record TheCommand(CommandResponse Command, bool IsNew) : Told;

    /// <summary>Nothing happened for a while; the listener may still listen.</summary>
    public sealed record Beat : Told;

    /// <summary>It is over, and why: a problem code, or <c>token-expired</c>.</summary>
    public sealed record End(string Reason) : Told;
}

/// <summary>
/// Follows a meeting for one person: what was missed, then what comes. Before each push it is looked up whether they still may hear it, and nothing is
/// remembered that a reader too slow could fill.
/// </summary>
internal sealed partial class CommandFollower(
    CommandFeed feed, CommandSignals signals, TimeProvider clock, IOptions<CommandOptions> options, ILogger<CommandFollower> logger)
{
    public const string TokenExpired = "token-expired";

    private static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(2);

    public async IAsyncEnumerable<Told> FollowAsync(
        Caller caller, Guid meetingId, long after, DateTimeOffset? expiresAt, [EnumeratorCancellation] CancellationToken ct)
    {
        using var listening = signals.Listen(meetingId);
        var place = new FeedPlace(after);
        while (true)
        {
            if (clock.GetUtcNow() >= expiresAt)
            {
                yield return new Told.End(TokenExpired);
                yield break;
            }

            if (await ReadAsync(caller, meetingId, place, ct) is not { } read)
            {
                // Our trouble, and not theirs: whoever listens goes on doing so.
                await Task.Delay(AfterTrouble, clock, ct);
                yield return new Told.Beat();
                continue;
            }

            if (read.Page is not { } page)
            {
                yield return new Told.End(Problems.NotFound);
                yield break;
            }

            foreach (var command in page.Again) yield return new Told.TheCommand(command, IsNew: false);
            foreach (var command in page.New) yield return new Told.TheCommand(command, IsNew: true);
            place = page.Place;
            if (page.HasMore) continue;
            if (page.IsOut)
            {
                yield return new Told.End(Problems.Removed);
                yield break;
            }

            var wait = options.Value.Heartbeat;
            if (expiresAt - clock.GetUtcNow() is { } left && left < wait) wait = left > TimeSpan.Zero ? left : TimeSpan.Zero;
            if (!await listening.WaitAsync(place.Delivery ?? 0, wait, ct)) yield return new Told.Beat();
        }
    }

    /// <summary>When the token with which somebody came runs out.</summary>
    public static DateTimeOffset? ExpiryOf(ClaimsPrincipal user) =>
        long.TryParse(user.FindFirstValue("exp"), out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    private sealed record Reading(FeedPage? Page);

    private async Task<Reading?> ReadAsync(Caller caller, Guid meetingId, FeedPlace place, CancellationToken ct)
    {
        try
        {
            return new Reading(await feed.ReadAsync(caller, meetingId, place, ct));
        }
        catch (Exception e) when (DatabaseTrouble.IsOwn(e) && !ct.IsCancellationRequested)
        {
            LogTrouble(e);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A stream cannot be read at the moment; it goes on when it can")]
    private partial void LogTrouble(Exception exception);
}
