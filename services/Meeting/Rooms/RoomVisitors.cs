using Meetings.Contracts.Directory;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Rooms;

/// <summary>A room, and who asks something of it, with the place that they have there.</summary>
internal sealed record Visit(RoomMeeting Meeting, PlaceRow? Place)
{
    /// <summary>
    /// Was let in, or would walk in: those who run the meeting, and who is expected, in time, where no password is asked for. For who comes without having
    /// joined (S3-11): nobody waits here, and nobody is counted before the provider tells of them.
    /// </summary>
    public bool MayEnter(DateTimeOffset now) => Place switch
    {
        _ when Meeting.KeepsGuardiansOut => false,
        _ when Meeting.IsPutOut => Meeting.IsRunBy,
        { IsAdmitted: true } => true,
        { IsOpen: true } or { Stands: PlaceStatus.Rejected } => Meeting.IsRunBy,
        _ => Meeting.IsRunBy || (Meeting.Row.PasswordHash is null && WalksIn(now)),
    };

    private bool WalksIn(DateTimeOffset now) => AdmissionDecision.Of(new Arrival(
        Meeting.Role, Meeting.OnRoster, now, Meeting.StartsAt, Meeting.LatecomersWaitAfter, Meeting.Row.WaitingRoom, HostHasCome: true, WasAdmitted: false, IsRefused: false)
    {
        IsLocked = Meeting.IsLocked,
    }).WalksIn;

    public bool MayAdmit(Caller caller) => WhoMayAdmit.Allows(
        Meeting.Role, caller.Is(Roles.Student), Place is { IsOpen: true, IsAdmitted: true }, !Meeting.IsPlainRoom, Meeting.Settings.Admitters);
}

/// <summary>Finds what somebody asks for at a room's door.</summary>
internal sealed class RoomVisitors(Database db, KnownProviders providers, TimeProvider clock)
{
    /// <summary>The room, and the caller's own place under row level security. Null when there is no such room for the caller.</summary>
    public async Task<Visit?> FindAsync(string id, Caller caller, CancellationToken ct)
    {
        RoomMeeting? meeting;
        await using (var session = await db.BeginAsServiceAsync(ct)) meeting = await RoomMeeting.FindAsync(session, providers, id, caller, clock.GetUtcNow(), ct);
        if (meeting is null || (meeting.DoorIsAtProvider && !meeting.SeesMeeting)) return null;
        if (meeting.DoorIsAtProvider) return new Visit(meeting, null);

        await using var own = await db.BeginAsync(caller, ct);
        return new Visit(meeting, await own.QuerySingleOrDefaultAsync<PlaceRow>(PlaceRow.Find, new { MeetingId = meeting.Row.Id, caller.PersonId, meeting.IsLive }, ct));
    }

    /// <summary>The room for somebody who may decide who comes in, or the refusal.</summary>
    public async Task<(Visit? Visit, IResult? Refusal)> FindForAdmitterAsync(string id, Caller caller, CancellationToken ct) =>
        await FindAsync(id, caller, ct) is not { } visit ? (null, Problems.MeetingNotFound)
        : visit.Meeting.DoorIsAtProvider ? (null, RoomProblems.DoorAtProvider)
        : visit.MayAdmit(caller) ? (visit, null)
        : (null, RoomProblems.MayNotAdmit);
}
