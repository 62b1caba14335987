using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Commands;

/// <summary>Commands by polling: what came after a number, at once or as soon as there is something.</summary>
internal sealed class ListCommands(Database db, CommandFeed feed, CommandSignals signals, StreamQuota quota, TimeProvider clock, IHostApplicationLifetime host)
{
    private const int MaxWait = 25;

    /// <param name="Items">In the order of their numbers, at most 100.</param>
    /// <param name="Last">To be asked after the next time.</param>
    /// <param name="HasMore">There is more already.</param>
    /// <param name="Unacknowledged">Critical commands up to <c>after</c> that the caller was sent and has not acknowledged, at most 100.</param>
    public sealed record Response(IReadOnlyList<CommandResponse> Items, long Last, bool HasMore, IReadOnlyList<CommandResponse> Unacknowledged);

    public static void Map(RouteGroupBuilder commands) => commands.MapGet(
        "", (string id, string? after, string? wait, Caller caller, ListCommands useCase, CancellationToken ct) => useCase.HandleAsync(id, after, wait, caller, ct))
        .WithName("ListCommands")
        .Produces<Response>();

    private async Task<IResult> HandleAsync(string id, string? after, string? wait, Caller caller, CancellationToken ct)
    {
        if (!SequenceNumber.TryRead(after, out var seq)) return Problem.Invalid("after", "Must be a whole number from 0.");
        if (!SequenceNumber.TryRead(wait, out var seconds) || seconds > MaxWait) return Problem.Invalid("wait", $"Must be a whole number of seconds from 0 to {MaxWait}.");
        if (await feed.FindAsync(caller, id, ct) is not { } meeting) return Problems.MeetingNotFound;

        var page = await feed.ReadAsync(caller, meeting.Id, new FeedPlace(seq), ct);
        if (page is { New.Count: 0, HasMore: false, IsOut: false } && seconds > 0)
        {
            using var place = quota.TryTake(caller);
            if (place is null) return Problems.TooManyStreams;
            page = await WaitAsync(caller, meeting.Id, page, TimeSpan.FromSeconds(seconds), ct);
        }

        if (page is null) return Problems.MeetingNotFound;
        if (page is { New.Count: 0, IsOut: true }) return Problems.RemovedFromMeeting;
        return TypedResults.Ok(new Response(page.New, page.Place.Seq, page.HasMore, await UnacknowledgedAsync(caller, meeting, seq, page.IsOut, ct)));
    }

    private async Task<FeedPage?> WaitAsync(Caller caller, Guid meetingId, FeedPage? page, TimeSpan atMost, CancellationToken ct)
    {
        using var listening = signals.Listen(meetingId);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(ct, host.ApplicationStopping);
        var until = clock.GetUtcNow() + atMost;
        try
        {
            while (page is { New.Count: 0, HasMore: false, IsOut: false } && until - clock.GetUtcNow() is var left && left > TimeSpan.Zero)
            {
                await listening.WaitAsync(page.Place.Delivery ?? 0, left, ends.Token);
                page = await feed.ReadAsync(caller, meetingId, page.Place, ct);
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The replica goes; the next poll finds another.
        }

        return page;
    }

    private async Task<IReadOnlyList<CommandResponse>> UnacknowledgedAsync(Caller caller, VisibleMeeting meeting, long after, bool isOut, CancellationToken ct)
    {
        if (after == 0 || isOut || CommandAccess.MayCommand(caller, meeting)) return [];
        await using var session = await db.BeginAsync(caller, ct);
        var rows = await session.QueryAsync<Command>(Unacknowledged, new { meeting.Id, after, CommandFeed.PageSize }, ct);
        var subject = CommandAccess.Subject(caller, meeting);
        return [.. rows.Where(row => CommandAccess.MayHear(caller, subject, row.Targets, row.Seq, outSince: null)).Select(row => CommandResponse.Of(row, caller.PersonId))];
    }

    private static readonly string Unacknowledged = $"""
        select {Command.Columns} from meeting_command c
        where c.meeting_id = @Id and c.seq <= @after and c.critical and not exists (
            select from meeting_command_ack a where a.meeting_id = c.meeting_id and a.seq = c.seq and a.person_id = (select app_user_id()))
        order by c.seq desc limit @PageSize
        """;
}

/// <summary>Numbers as clients send them back.</summary>
internal static class SequenceNumber
{
    /// <summary>A whole number from 0; 0 when missing.</summary>
    public static bool TryRead(string? text, out long number)
    {
        number = 0;
        return string.IsNullOrEmpty(text)
            || (long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out number) && number < long.MaxValue);
    }
}
