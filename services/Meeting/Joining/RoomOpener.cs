using System.Text.Json;
using Meetings.Meeting.Automation;
using Meetings.Meeting.Persistence;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;

namespace Meetings.Meeting.Joining;

/// <summary>
/// Sees to it that people can come into a meeting now. A provider that closes empty rooms makes the room (again); a meeting whose room had still to be made
/// is ready from then on.
/// </summary>
internal sealed partial class RoomOpener(
    Database db, MeetingProviders providers, VideoSettingsStore store, SessionPersistence sessions, TimeProvider clock, ILogger<RoomOpener> logger)
{
    /// <summary>Any number of callers may do it at the same moment: there is one room in the end, and it becomes ready once.</summary>
    /// <param name="meeting">As its provider knows it.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <param name="maxParticipants">People at a time, from now on; null leaves it as planned.</param>
    /// <returns>Whether it became ready by this.</returns>
    /// <exception cref="ProviderException">The provider does not make it, and nothing has changed here.</exception>
    public async Task<bool> OpenAsync(MeetingRow meeting, CancellationToken ct, int? maxParticipants = null)
    {
        // A room that is brought back is as it was, whatever has been said of rooms since.
        var known = maxParticipants is null ? await sessions.FindAsync(meeting, ct) : null;
        var settings = known?.Settings ?? await SettingsAsync(meeting, maxParticipants, ct);
        await AtProviderAsync(meeting, settings, ct);
        if (!meeting.IsAtProvider)
        {
            if (await MarkAsync(meeting, maxParticipants, ct)) return true;
            await AgreeAsync(meeting.Id, settings, ct);
            return false;
        }

        if (known is null) await sessions.RememberAsync(PersistedSession.Of(meeting, settings), ct);
        return false;
    }

    // No host's address: who has accounts at the provider keeps their meetings there, and none is made here.
    private Task AtProviderAsync(MeetingRow meeting, MeetingSettings settings, CancellationToken ct) => providers[meeting.Provider].OpenAsync(
        new MeetingPlan(
            new PlanKey(meeting.Id, HostEmail: ""), meeting.Title, meeting.Description, meeting.StartsAt, meeting.DurationMinutes, meeting.TimeZone,
            Password: null, meeting.WaitingRoom, settings) { IsRecurring = meeting.Recurrence is not null },
        ct);

    /// <summary>Another has opened it meanwhile. Whose word came last at the provider nobody knows: it is told once more what holds.</summary>
    private async Task AgreeAsync(Guid meetingId, MeetingSettings told, CancellationToken ct)
    {
        MeetingRow? now;
        await using (var session = await db.BeginAsServiceAsync(ct)) now = await MeetingRow.FindAsync(session, meetingId, ct);
        if (now is { IsAtProvider: true } && await SettingsAsync(now, maxParticipants: null, ct) is var settings && settings != told)
            await AtProviderAsync(now, settings, ct);
    }

    private async Task<MeetingSettings> SettingsAsync(MeetingRow meeting, int? maxParticipants, CancellationToken ct)
    {
        var settings = JsonSerializer.Deserialize<MeetingSettings>(meeting.Settings, ApiJson.Options)!;
        if (maxParticipants is not null) settings = settings with { MaxParticipants = maxParticipants };
        await using var session = await db.BeginAsServiceAsync(ct);
        return await store.CompleteAsync(session, settings, meeting.Id, ct);
    }

    private async Task<bool> MarkAsync(MeetingRow meeting, int? maxParticipants, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        await MeetingRefresh.LockAsync(session, meeting.Provider, meeting.ProviderMeetingId!, ct);
        if (await session.ExecuteAsync(Mark, new { meeting.Id, maxParticipants }, ct) == 0) return false;

        await MeetingRefresh.ApplyAsync(session, meeting.Id, clock.GetUtcNow(), changed: maxParticipants is not null, ct);
        await session.CommitAsync(ct);
        LogReady(meeting.Id);
        return true;
    }

    private const string Mark = """
        update meeting set is_at_provider = true,
            settings = case when @maxParticipants::int is null then settings else settings || jsonb_build_object('maxParticipants', @maxParticipants::int) end
        where id = @Id and not is_at_provider
        """;

    [LoggerMessage(Level = LogLevel.Information, Message = "The room of meeting {MeetingId} was opened: it is ready")]
    private partial void LogReady(Guid meetingId);
}
