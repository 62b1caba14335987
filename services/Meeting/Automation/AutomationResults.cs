using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Providers;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Automation;

/// <summary>What became of one lesson.</summary>
/// <param name="Outcome">In a word.</param>
public sealed record AutomatedLesson(Guid MeetingId, Guid OccurrenceId, Guid AcademyId, DateTimeOffset StartsAt, string Outcome);

/// <summary>A lesson that could not be worked on.</summary>
/// <param name="Code">As in a problem: provider-refused, provider-unavailable, temporarily-unavailable or internal-error.</param>
public sealed record AutomationError(Guid MeetingId, Guid OccurrenceId, string Code)
{
    internal static string CodeOf(Exception failure) => failure switch
    {
        ProviderException { Failure: ProviderFailure.Unavailable } or OperationCanceledException => "provider-unavailable",
        ProviderException => "provider-refused",
        _ when DatabaseTrouble.Passes(failure) => "temporarily-unavailable",
        _ => "internal-error",
    };
}

/// <summary>A lesson is worked on by one replica at a time, and by another when that one is gone.</summary>
internal static class AutomationClaim
{
    /// <summary>Longer than a provider's call may take.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <summary>False when another works on it, or has done so: it is not in the state any more in which it was found.</summary>
    public static async Task<bool> TryAsync(Database db, Guid occurrenceId, MeetingState state, DateTimeOffset now, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        var claimed = await session.ExecuteAsync(Claim, new { occurrenceId, State = state.Word(), now, Until = now + Lease }, ct) == 1;
        await session.CommitAsync(ct);
        return claimed;
    }

    /// <summary>For the next round.</summary>
    public static async Task ReleaseAsync(Database db, Guid occurrenceId, CancellationToken ct)
    {
        try
        {
            await using var session = await db.BeginAsServiceAsync(ct);
            await session.ExecuteAsync("update occurrence set worked_until = null where id = @occurrenceId", new { occurrenceId }, ct);
            await session.CommitAsync(ct);
        }
        catch (Exception e) when (DatabaseTrouble.Passes(e))
        {
            // The lease runs out by itself.
        }
    }

    private const string Claim = """
        update occurrence set worked_until = @Until where id = @occurrenceId and (worked_until is null or worked_until <= @now) and state = @State
        """;
}

internal static class AutomationZones
{
    /// <summary>A zone that this machine does not know must not stop an academy.</summary>
    public static TimeZoneInfo Of(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;
}
