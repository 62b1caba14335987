using Meetings.Meeting.Joining;
using Meetings.Meeting.Providers;
using Meetings.ServiceDefaults.Background;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Commands;

/// <summary>
/// Has the provider put out whom a host put out, as often as it takes, and again when they come back with a token that they still have: for as long as the meeting runs.
/// Several replicas share the work: each row is claimed.
/// </summary>
internal sealed partial class Expulsions(IServiceProvider services, Database db, TimeProvider clock, ILogger<Expulsions> logger) : IPeriodicWork
{
    private const int Batch = 50;
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(15);

    private sealed record Expelled(Guid MeetingId, Guid PersonId, string Provider, string? ProviderMeetingId, bool IsLive);

    public TimeSpan Every => TimeSpan.FromSeconds(1);

    /// <summary>One round.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        IReadOnlyList<Expelled> due;
        await using (var session = await db.BeginAsServiceAsync(ct))
        {
            due = await session.QueryAsync<Expelled>(Claim, new { now, Again = now + AskAgainAfter, Batch }, ct);
            if (due.Count == 0) return;
            await session.CommitAsync(ct);
        }

        await using var scope = services.CreateAsyncScope();
        var providers = scope.ServiceProvider.GetRequiredService<MeetingProviders>();
        foreach (var meeting in due.GroupBy(one => one.MeetingId))
        {
            try
            {
                var again = await RemoveAsync(providers, meeting.First(), [.. meeting.Select(one => one.PersonId)], ct);
                await using var session = await db.BeginAsServiceAsync(ct);
                await session.ExecuteAsync(
                    Next, new { MeetingId = meeting.Key, People = meeting.Select(one => one.PersonId).ToArray(), At = again ? clock.GetUtcNow() + LookAgainAfter : (DateTimeOffset?)null }, ct);
                await session.CommitAsync(ct);
            }
            catch (ProviderException e)
            {
                LogLater(meeting.Key, e.Failure, e.Code);
            }
        }
    }

    /// <returns>Whether to look again later: not when the meeting is over, nor where the provider leaves it to the host's own client.</returns>
    private static async Task<bool> RemoveAsync(MeetingProviders providers, Expelled meeting, HashSet<Guid> people, CancellationToken ct)
    {
        if (!meeting.IsLive || meeting.ProviderMeetingId is not { } room) return false;
        try
        {
            if (await providers[meeting.Provider].RoomAsync(room, ct) is not { } inside) return true;
            foreach (var one in inside.Participants.Where(one => RoomIdentity.PersonIn(one.Identity) is { } person && people.Contains(person)))
                await providers[meeting.Provider].RemoveParticipantAsync(room, one.Identity, ct);
            return true;
        }
        catch (ProviderException e) when (e.Failure is ProviderFailure.NotOffered)
        {
            return false;
        }
    }

    private const string Claim = """
        update meeting_expulsion e set remove_at = @Again
        from meeting m
        where m.id = e.meeting_id and (e.meeting_id, e.person_id) in (
            select meeting_id, person_id from meeting_expulsion where remove_at <= @now order by remove_at limit @Batch for update skip locked)
        returning e.meeting_id, e.person_id, m.provider, m.provider_meeting_id, m.state = 'live' as is_live
        """;

    private const string Next = "update meeting_expulsion set remove_at = @At where meeting_id = @MeetingId and person_id = any(@People)";

    [LoggerMessage(Level = LogLevel.Warning, Message = "Meeting {MeetingId}: the provider did not put out whom the host did: {Failure}, code {Code}; it is asked again")]
    private partial void LogLater(Guid meetingId, ProviderFailure failure, string? code);
}
