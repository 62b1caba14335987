using Meetings.Meeting.Access;
using Meetings.Meeting.Automation;
using Meetings.Meeting.Directory;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;
using Microsoft.Extensions.Options;

namespace Meetings.Meeting.Rooms;

/// <summary>
/// Makes the room that somebody joins and that nobody has made (S4-02), owned by who joins. Of two who are first at the same moment the database lets one:
/// a room id is given once.
/// </summary>
internal sealed class FirstJoin(
    Database db, MeetingPlaceFinder places, MeetingMaker maker, MeetingProviders providers, VideoSettingsStore store, IOptions<RoomsOptions> options, TimeProvider clock)
{
    // An academy's own switch (ACCEPTANCE X12).
    private async Task<bool> IsAllowedAsync(Caller caller, CancellationToken ct)
    {
        if (caller.AcademyId is not { } academy) return store.Default.AllowAdHocRooms;
        await using var session = await db.BeginAsync(caller, ct);
        return (await store.OfAsync(session, academy, ct)).Settings.AllowAdHocRooms;
    }

    /// <returns>Null when the room is there now, made by this or by another; or the refusal.</returns>
    /// <exception cref="DirectoryUnavailableException"/>
    /// <exception cref="ProviderException">It was not made, and nothing of it is left here.</exception>
    public async Task<IResult?> MakeAsync(Caller caller, string roomId, CancellationToken ct)
    {
        // For who may not create, a room that is not there is just not there. Nor does a mistyped UUID become the name of a room.
        if (!MeetingAccess.MayCreateSome(caller) || !RoomIds.IsWellFormed(roomId) || Guid.TryParseExact(roomId, "D", out _))
            return Problems.MeetingNotFound;
        if (!await IsAllowedAsync(caller, ct)) return Problems.MeetingNotFound;
        if (providers.Find(options.Value.Provider) is not { } provider) return Problems.ProviderNotAvailable(options.Value.Provider);

        var request = new MeetingRequest(
            provider.Name, MeetingRequest.Instant, roomId, Description: null, StartsAt: null, DurationMinutes: null, TimeZone: null, ClassId: null,
            Audience.Personal, roomId, Password: null, WaitingRoom: true, new MeetingSettings(), Recurrence: null);
        var (place, refusal) = await places.FindAsync(caller, request, ct);
        if (place is null) return refusal;

        var now = clock.GetUtcNow();
        var meeting = new NewMeeting(Guid.CreateVersion7(now), Guid.NewGuid(), roomId, Shortened(roomId), DurationMinutes: 60, PasswordHash: null, now);
        try
        {
            await using var session = await db.BeginAsync(caller, ct);
            await CreationLedger.TryBeginAsync(session, caller, key: null, request, place, meeting, ct);
            await session.CommitAsync(ct);
        }
        catch (RoomIdTakenException)
        {
            return null;
        }

        await maker.MakeAsync(
            provider,
            new MeetingPlan(
                new PlanKey(meeting.Id, place.HostEmail), meeting.Title, Description: null, place.StartsAt, meeting.DurationMinutes, place.TimeZone,
                Password: null, WaitingRoom: true, request.Settings),
            meeting.Lease, resumed: false);
        return null;
    }

    // A title is as long as a title may be; a room id may be longer.
    private static string Shortened(string roomId) => roomId.Length <= 200 ? roomId : roomId[..200];
}
