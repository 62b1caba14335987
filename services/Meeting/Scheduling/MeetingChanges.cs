using Meetings.Meeting.Access;
using Meetings.Meeting.Providers;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;
using Npgsql;

namespace Meetings.Meeting.Scheduling;

/// <summary>
/// The frame of every change to a planned meeting. Begun as the caller, one at a time; then the provider, if it is concerned; then our row, the audit
/// entry and the message in one transaction. Whatever is cut off in between leaves a lease that runs out, and with it work for
/// <see cref="ProviderFollower"/>: the provider is brought in line with what we have.
/// </summary>
internal sealed partial class MeetingChanges(Database db, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<MeetingChanges> logger)
{
    private static readonly TimeSpan PollRepeat = TimeSpan.FromMilliseconds(100);

    /// <summary>The meeting, for someone who may do this to it; otherwise the refusal: what they may not see is not there, and only then is it forbidden.</summary>
    public async Task<(VisibleMeeting? Meeting, IResult? Refusal)> FindAsync(string id, Caller caller, MeetingAction action, CancellationToken ct)
    {
        await using var session = await db.BeginAsync(caller, ct);
        var meeting = await VisibleMeeting.FindAsync(session, id, ct);
        if (meeting is null || !meeting.MayBeSeenBy(caller)) return (null, Problems.MeetingNotFound);
        return meeting.Allows(caller, action) ? (meeting, null) : (null, Problems.NotAllowed);
    }

    /// <summary>Begins a change. It waits a moment for another one that is at work.</summary>
    /// <param name="caller">Who asks for it.</param>
    /// <param name="meeting">As it was when it was decided upon.</param>
    /// <param name="action">Of <see cref="ChangeLedger"/>.</param>
    /// <param name="unchanged">The decision holds for this version only.</param>
    /// <param name="ct">Cancels the work.</param>
    public async Task<(ChangeLease? Lease, IResult? Refusal)> BeginAsync(
        Caller caller, MeetingRow meeting, string action, bool unchanged, CancellationToken ct)
    {
        for (var giveUp = clock.GetUtcNow() + CallerPatience.WithOthers; clock.GetUtcNow() < giveUp; await Task.Delay(PollRepeat, clock, ct))
        {
            await using var session = await db.BeginAsync(caller, ct);
            try
            {
                if (await ChangeLedger.TryBeginAsync(session, meeting.Id, action, caller, ct) is { } lease)
                {
                    // Read after the change was begun: nobody else's edit can come in between from here on.
                    var version = await session.QuerySingleOrDefaultAsync<long?>(Version, new { meeting.Id }, ct);
                    if (version is null) return (null, Problems.MeetingNotFound);
                    if (unchanged && version != meeting.Version) return (null, Problems.Stale);
                    await session.CommitAsync(ct);
                    return (lease, null);
                }
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InsufficientPrivilege)
            {
                LogWallsDisagree(meeting.Id, action);
                return (null, Problems.NotAllowed);
            }

            await CloseDeadAsync(meeting.Id, ct);
        }

        return (null, Problems.ChangeInProgress);
    }

    /// <summary>
    /// Calls the provider. Does not end when the one who asked goes away, but with the process or when the caller's patience does, well before the lease.
    /// </summary>
    /// <exception cref="ProviderException">It did not do it, or will be brought back to what we have.</exception>
    public async Task<T> CallAsync<T>(ChangeLease lease, Func<CancellationToken, Task<T>> call)
    {
        using var timeout = new CancellationTokenSource(CallerPatience.WithProvider, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, lifetime.ApplicationStopping);
        try
        {
            return await call(either.Token);
        }
        catch (ProviderException e)
        {
            LogNotDone(lease.MeetingId, lease.Action, e.Failure, e.Code);
            await GiveUpAsync(lease, e.MayHaveHappened);
            throw;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !lifetime.ApplicationStopping.IsCancellationRequested)
        {
            LogNotDone(lease.MeetingId, lease.Action, ProviderFailure.Unavailable, code: null);
            await GiveUpAsync(lease, follow: true);
            throw new ProviderException(ProviderFailure.Unavailable, "The provider took too long.") { MayHaveHappened = true };
        }
    }

    /// <summary>Writes the change down, tells the others, and ends the lease, all at once.</summary>
    /// <param name="lease">Of the change.</param>
    /// <param name="caller">Who asked for it.</param>
    /// <param name="audit">What stands in the audit.</param>
    /// <param name="write">Writes; the row is as it is now. An answer of its own, such as a refusal, undoes all.</param>
    /// <param name="providerState">In line with us afterwards, or to be brought in line; null when the provider is not concerned.</param>
    /// <returns>The meeting as it is afterwards.</returns>
    public async Task<(MeetingRow? Row, IResult? Refusal)> CompleteAsync(
        ChangeLease lease, Caller caller, AuditEntry audit, Func<DatabaseSession, MeetingRow, Task<IResult?>> write, ProviderState? providerState)
    {
        var ct = lifetime.ApplicationStopping;
        await using var session = await db.BeginAsServiceAsync(ct);
        var row = (await MeetingRow.FindKeptAsync(session, lease.MeetingId, ct))!;
        if (row.ProviderMeetingId is { } number) await MeetingRefresh.LockAsync(session, row.Provider, number, ct);
        // The meeting before its dates, as everybody else does.
        await session.ExecuteAsync("select 1 from meeting where id = @Id for update", new { row.Id }, ct);
        if (!await ChangeLedger.HoldAsync(session, lease, ct))
        {
            // We were taken for dead; whoever did brings the provider back to what is here.
            LogLost(lease.MeetingId, lease.Action);
            return (null, Problems.ChangeInProgress);
        }

        var now = clock.GetUtcNow();
        row = (await MeetingRow.FindKeptAsync(session, lease.MeetingId, ct))!;
        if (await write(session, row) is { } refusal)
        {
            await session.DisposeAsync();
            // A provider that has it already is brought back.
            await GiveUpAsync(lease, follow: providerState is ProviderState.Current);
            return (null, refusal);
        }

        await audit.SaveAsync(session, row, caller, now, ct);
        if (providerState is ProviderState.Current) await ChangeLedger.FollowedAsync(session, lease.MeetingId, "current", ct);
        if (providerState is ProviderState.Pending) await ChangeLedger.FollowAsync(session, lease.MeetingId, ct);
        await MeetingRefresh.ApplyAsync(session, lease.MeetingId, now, changed: true, ct);
        await ChangeLedger.FinishAsync(session, lease, ct);
        row = (await MeetingRow.FindKeptAsync(session, lease.MeetingId, ct))!;
        await session.CommitAsync(ct);
        LogDone(lease.MeetingId, lease.Action);
        return (row, null);
    }

    /// <summary>Ends a change that is not to be.</summary>
    /// <param name="lease">Of the change.</param>
    /// <param name="follow">The provider may have it all the same, and is to be brought back.</param>
    public async Task GiveUpAsync(ChangeLease lease, bool follow)
    {
        var ct = lifetime.ApplicationStopping;
        await using var session = await db.BeginAsServiceAsync(ct);
        await ChangeLedger.HoldAsync(session, lease, ct);
        if (follow) await ChangeLedger.FollowAsync(session, lease.MeetingId, ct);
        await ChangeLedger.FinishAsync(session, lease, ct);
        await session.CommitAsync(ct);
    }

    private async Task CloseDeadAsync(Guid meetingId, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        if (await ChangeLedger.CloseDeadAsync(session, meetingId, ct)) await session.CommitAsync(ct);
    }

    private const string Version = "select version from meeting where id = @Id and deleted_at is null";

    [LoggerMessage(Level = LogLevel.Information, Message = "Meeting {MeetingId}: {Action} done")]
    private partial void LogDone(Guid meetingId, string action);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Meeting {MeetingId}: {Action} was not done by its provider: {Failure}, code {Code}")]
    private partial void LogNotDone(Guid meetingId, string action, ProviderFailure failure, string? code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Meeting {MeetingId}: {Action} took so long that it was given up elsewhere")]
    private partial void LogLost(Guid meetingId, string action);

    [LoggerMessage(Level = LogLevel.Error, Message = "Row level security does not let someone {Action} meeting {MeetingId} who may; it was refused")]
    private partial void LogWallsDisagree(Guid meetingId, string action);
}

/// <summary>How a provider stands to what is committed here.</summary>
internal enum ProviderState
{
    Current,
    Pending,
}
