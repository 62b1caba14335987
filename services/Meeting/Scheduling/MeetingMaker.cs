using Meetings.Meeting.Automation;
using Meetings.Meeting.Providers;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Scheduling;

/// <summary>A meeting that its provider has.</summary>
internal sealed record MadeMeeting(MeetingResponse Meeting, long Version);

/// <summary>The second half of a creation: the provider's call, and what becomes of our row.</summary>
internal sealed partial class MeetingMaker(Database db, VideoSettingsStore store, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<MeetingMaker> logger)
{
    /// <summary>
    /// Does not end when the one who asked goes away: the provider may have the meeting by then, and somebody must write that down. It ends with
    /// the process, or with the caller's patience, well before the lease does.
    /// </summary>
    /// <param name="provider">Who makes it.</param>
    /// <param name="plan">What it makes.</param>
    /// <param name="lease">Under which we are at work.</param>
    /// <param name="resumed">An earlier worker may have made it already.</param>
    /// <returns>Null when another took over meanwhile and has the answer.</returns>
    /// <exception cref="ProviderException">It was not made, and nothing of it is left here.</exception>
    public async Task<MadeMeeting?> MakeAsync(IMeetingProvider provider, MeetingPlan plan, Guid lease, bool resumed)
    {
        using var timeout = new CancellationTokenSource(CallerPatience.WithProvider, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, lifetime.ApplicationStopping);
        var ct = either.Token;

        ProviderMeeting made;
        try
        {
            await using (var session = await db.BeginAsServiceAsync(ct))
                plan = plan with { Settings = await store.CompleteAsync(session, plan.Settings, plan.Key.MeetingId, ct) };
            made = (resumed ? await provider.FindAsync(plan.Key, ct) : null) ?? await provider.CreateAsync(plan, ct);
        }
        catch (ProviderException e)
        {
            await RemoveAsync(provider, plan, lease, e.MayHaveHappened || resumed);
            LogNotMade(plan.Key.MeetingId, provider.Name, e.Failure, e.Code);
            throw;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await RemoveAsync(provider, plan, lease, orphan: true);
            LogNotMade(plan.Key.MeetingId, provider.Name, ProviderFailure.Unavailable, code: null);
            throw new ProviderException(ProviderFailure.Unavailable, "The provider took too long.") { MayHaveHappened = true };
        }

        if (await CompleteAsync(provider, plan.Key.MeetingId, lease, made, ct) is { } answer)
        {
            LogMade(plan.Key.MeetingId, provider.Name);
            return answer;
        }

        // We were taken for dead, and another made the meeting: of the two, this one goes, unless they are one and the same.
        await RemoveTwinAsync(provider, plan.Key.MeetingId, made, ct);
        return null;
    }

    /// <summary>Writes down what the provider has. Null when the lease was lost.</summary>
    public async Task<MadeMeeting?> CompleteAsync(IMeetingProvider provider, Guid meetingId, Guid lease, ProviderMeeting made, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        var meeting = await CreationLedger.CompleteAsync(session, meetingId, lease, provider.Name, made, clock.GetUtcNow(), ct);
        if (meeting is null) return null;
        var version = await session.ScalarAsync<long>("select version from meeting where id = @meetingId", new { meetingId }, ct);
        await session.CommitAsync(ct);
        return new MadeMeeting(meeting, version);
    }

    private async Task RemoveAsync(IMeetingProvider provider, MeetingPlan plan, Guid lease, bool orphan)
    {
        // With no deadline but the database's own: what is half done should not stay because time ran out elsewhere.
        var ct = lifetime.ApplicationStopping;
        await using var session = await db.BeginAsServiceAsync(ct);
        await CreationLedger.TryRemoveAsync(session, plan.Key.MeetingId, lease, provider.Name, orphan ? plan.Key : null, ct);
        await session.CommitAsync(ct);
    }

    private async Task RemoveTwinAsync(IMeetingProvider provider, Guid meetingId, ProviderMeeting made, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        if (await MeetingRow.FindByProviderAsync(session, provider.Name, made.Id, ct) is not null) return;
        LogTwin(meetingId, provider.Name);
        await provider.DeleteAsync(made.Id, ct);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Meeting {MeetingId} was made on {Provider}")]
    private partial void LogMade(Guid meetingId, string provider);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Meeting {MeetingId} was not made on {Provider}: {Failure}, code {Code}")]
    private partial void LogNotMade(Guid meetingId, string provider, ProviderFailure failure, string? code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Meeting {MeetingId} was made twice on {Provider}; the second is removed there")]
    private partial void LogTwin(Guid meetingId, string provider);
}
