using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Providers;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Scheduling;

/// <summary>
/// Brings a provider in line with what is committed here: a meeting that is called off or deleted is removed there, any other becomes what we have. It
/// does not matter how often, nor what the provider had before.
/// </summary>
internal sealed partial class ProviderFollower(
    Database db, MeetingProviders providers, ProviderPlans plans, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<ProviderFollower> logger)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>One attempt. What fails is tried again later, less and less often; what the provider refuses for good is shown as refused.</summary>
    /// <returns>The state of the provider afterwards, as in the API; null when a change is at work on the meeting.</returns>
    /// <param name="meetingId">Which.</param>
    /// <param name="atMost">Well before the lease of a change.</param>
    public async Task<string?> TryAsync(Guid meetingId, TimeSpan atMost)
    {
        ChangeLease? lease;
        MeetingRow? row;
        MeetingPlan? plan;
        await using (var session = await db.BeginAsServiceAsync(lifetime.ApplicationStopping))
        {
            lease = await ChangeLedger.TryFollowAsync(session, meetingId, lifetime.ApplicationStopping);
            row = await MeetingRow.FindKeptAsync(session, meetingId, lifetime.ApplicationStopping);
            if (lease is null || row is null) return null;
            plan = IsGone(row) ? null : await plans.PlanAsync(session, row, MeetingDraft.Of(row), password: null, lifetime.ApplicationStopping);
            await session.CommitAsync(lifetime.ApplicationStopping);
        }

        using var timeout = new CancellationTokenSource(atMost, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, lifetime.ApplicationStopping);
        try
        {
            var found = await BringInLineAsync(row, plan, either.Token);
            await EndAsync(lease, session => DoneAsync(session, row, found, lifetime.ApplicationStopping));
            LogInLine(meetingId, row.Provider);
            return "current";
        }
        catch (ProviderException e) when (e.Failure is not ProviderFailure.Unavailable)
        {
            await EndAsync(lease, session => ChangeLedger.FollowedAsync(session, meetingId, "refused", lifetime.ApplicationStopping));
            LogRefused(meetingId, row.Provider, e.Code);
            return "refused";
        }
        catch (Exception e) when (e is ProviderException || (e is OperationCanceledException && !lifetime.ApplicationStopping.IsCancellationRequested))
        {
            var asked = (e as ProviderException)?.RetryAfter;
            await EndAsync(lease, session => session.ExecuteAsync(Later, new { meetingId, asked, FirstWait, LongestWait }, lifetime.ApplicationStopping));
            LogLater(meetingId, row.Provider);
            return "pending";
        }
    }

    private async Task<ProviderMeeting?> BringInLineAsync(MeetingRow row, MeetingPlan? plan, CancellationToken ct)
    {
        if (row.ProviderMeetingId is not { } number) return null;
        var provider = providers[row.Provider];
        if (plan is not null)
        {
            await provider.UpdateAsync(number, plan, ct);

            // A password that arrived there although its answer was lost is part of the join link.
            return await provider.FindAsync(plan.Key, ct) is { } found && found.Id == number ? found : null;
        }

        try
        {
            await provider.DeleteAsync(number, ct);
        }
        catch (ProviderException e) when (e.Failure is not ProviderFailure.Unavailable)
        {
            // What runs cannot be deleted: somebody opened it although it is called off.
            await provider.EndAsync(number, ct);
            await provider.DeleteAsync(number, ct);
        }

        return null;
    }

    private static async Task DoneAsync(DatabaseSession session, MeetingRow row, ProviderMeeting? found, CancellationToken ct)
    {
        await ChangeLedger.FollowedAsync(session, row.Id, "current", ct);
        if (found is not null) await session.ExecuteAsync(SaveLink, new { row.Id, JoinUrl = found.JoinUrl.AbsoluteUri }, ct);
    }

    private async Task EndAsync(ChangeLease lease, Func<DatabaseSession, Task> write)
    {
        var ct = lifetime.ApplicationStopping;
        await using var session = await db.BeginAsServiceAsync(ct);
        if (!await ChangeLedger.HoldAsync(session, lease, ct)) return;
        await write(session);
        await ChangeLedger.FinishAsync(session, lease, ct);
        await session.CommitAsync(ct);
    }

    private static bool IsGone(MeetingRow row) => row.DeletedAt is not null || row.State is MeetingState.Cancelled;

    private const string Later = """
        update provider_follow set tries = tries + 1,
            due_at = now() + greatest(coalesce(@asked::interval, interval '0'), least(@LongestWait::interval, @FirstWait::interval * power(2, least(tries, 12))))
        where meeting_id = @meetingId
        """;

    private const string SaveLink = "update meeting set join_url = @JoinUrl where id = @Id and join_url is distinct from @JoinUrl";

    [LoggerMessage(Level = LogLevel.Information, Message = "Meeting {MeetingId} is in line on {Provider}")]
    private partial void LogInLine(Guid meetingId, string provider);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Meeting {MeetingId} could not be brought in line on {Provider}; it is tried again")]
    private partial void LogLater(Guid meetingId, string provider);

    [LoggerMessage(Level = LogLevel.Error, Message = "Meeting {MeetingId}: {Provider} refuses to be brought in line, code {Code}")]
    private partial void LogRefused(Guid meetingId, string provider, string? code);
}
