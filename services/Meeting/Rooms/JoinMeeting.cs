using System.Text.Json;
using Meetings.Meeting.Joining;
using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Scheduling;
using Meetings.Meeting.Sittings;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Problems = Meetings.Meeting.Scheduling.Problems;

namespace Meetings.Meeting.Rooms;

/// <summary>Comes to a room's door: who walks in gets a token, who has to wait a place, and a host opens it.</summary>
internal sealed partial class JoinMeeting(
    Database db, FirstJoin firstJoin, PasswordGate gate, RoomPass pass, RoomOpener opener, RoomNotices notices, ProviderPlaces providerPlaces, KnownProviders providers, TimeProvider clock,
    ILogger<JoinMeeting> logger)
{
    // Room for a body whose password is refused for its length, and not for much more.
    private const int MaxBody = 2 * 1024 * 1024;

    private static readonly TimeSpan PollRepeat = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan PatienceWithProvider = TimeSpan.FromSeconds(10);

    private sealed record Previous(int Epoch, string Status, DateTimeOffset JoinedAt, DateTimeOffset? AdmittedAt);

    public static void Map(RouteGroupBuilder meetings) => meetings.MapPost(
        "/{id}/join", (string id, Caller caller, HttpRequest http, JsonElement body, JoinMeeting useCase, CancellationToken ct) =>
            // "If-Match: *" asks for a room that is there: none is made then.
            useCase.HandleAsync(id, caller, body, mayMake: http.Headers.IfMatch != "*", ct))
        .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MaxBody))
        .WithName("JoinMeeting")
        .Accepts<JoinRequest>("application/json")
        .Produces<PlaceResponse>();

    private async Task<IResult> HandleAsync(string id, Caller caller, JsonElement body, bool mayMake, CancellationToken ct)
    {
        if (JoinRequest.Read(body, out var errors) is not { } request) return Problem.Invalid(errors);
        return await Problems.AnswerAsync(async () =>
        {
            var (meeting, place, refusal) = await FindAsync(id, caller, mayMake, ct);
            if (meeting is null) return refusal!;
            if (meeting.Row.State is MeetingState.Cancelled) return Joining.Problems.MeetingCancelled;
            if (meeting.KeepsGuardiansOut) return RoomProblems.GuardiansOnlyView;
            if (meeting.IsPutOut && !meeting.IsRunBy) return Commands.Problems.RemovedFromMeeting;
            if (meeting.DoorIsAtProvider && !meeting.SeesMeeting) return Problems.MeetingNotFound;

            if (IsAskedForPassword(meeting, place)
                && await gate.RefuseAsync(caller, meeting.Row.Id, meeting.Row.PasswordHash!, request.Password, ct) is { } wrong) return wrong;

            return meeting.DoorIsAtProvider
                ? TypedResults.Ok(await providerPlaces.ReadAsync(meeting, caller, request.DisplayName, ct))
                : await ComeAsync(meeting, caller, request.DisplayName, ct);
        });
    }

    /// <summary>The meeting as soon as its provider has it, made now when nobody had made it; and the newest place of who comes.</summary>
    private async Task<(RoomMeeting? Meeting, PlaceRow? Place, IResult? Refusal)> FindAsync(string id, Caller caller, bool mayMake, CancellationToken ct)
    {
        var giveUp = clock.GetUtcNow() + PatienceWithProvider;
        while (true)
        {
            RoomMeeting? meeting;
            PlaceRow? place = null;
            var isThere = true;
            await using (var session = await db.BeginAsServiceAsync(ct))
            {
                meeting = await RoomMeeting.FindAsync(session, providers, id, caller, clock.GetUtcNow(), ct);
                if (meeting is not null)
                    place = await session.QuerySingleOrDefaultAsync<PlaceRow>(PlaceRow.Find, new { MeetingId = meeting.Row.Id, caller.PersonId, meeting.IsLive }, ct);
                else if (await MeetingRow.FindAsync(session, id, ct) is null)
                    isThere = false;
                else if ((meeting = await RoomMeeting.FindAsync(session, providers, id, caller, clock.GetUtcNow(), ct)) is not null)
                    // Another has made it since it was looked for.
                    continue;
            }

            if (meeting is { Row.ProviderMeetingId: not null }) return (meeting, place, null);
            // The room id is there, and not for this caller; or nobody asked for a new one.
            if (meeting is null && (isThere || !mayMake)) return (null, null, Problems.MeetingNotFound);
            if (clock.GetUtcNow() > giveUp) return (null, null, Problems.CreationInProgress);
            if (meeting is null)
            {
                // Also when another was making it, and its provider did not: then it is our turn.
                if (await firstJoin.MakeAsync(caller, id, ct) is { } refusal) return (null, null, refusal);
                continue;
            }

            await Task.Delay(PollRepeat, clock, ct);
        }
    }

    // Whoever has a place in this sitting has given it before; and who is refused is not let in by a password.
    private static bool IsAskedForPassword(RoomMeeting meeting, PlaceRow? place) =>
        meeting.Row.PasswordHash is not null && !meeting.IsRunBy && place is not ({ IsOpen: true } or { Stands: PlaceStatus.Rejected });

    private async Task<IResult> ComeAsync(RoomMeeting meeting, Caller caller, string displayName, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var id = meeting.Row.Id;
        await using var session = await db.BeginAsServiceAsync(ct);
        var locked = meeting.IsHost ? await Door.LockAsync(session, meeting.Row, ct) : await Door.LockSharedAsync(session, id, ct);
        if (locked is null) return Problems.MeetingNotFound;
        // While we waited for the lock.
        if (locked.IsCancelled) return Joining.Problems.MeetingCancelled;

        var sitting = await Door.SittingAsync(session, id, locked, now, ct);
        var previous = await session.QuerySingleOrDefaultAsync<Previous>(ReadPrevious, new { id, caller.PersonId }, ct);
        var here = previous?.Epoch == sitting.Epoch ? previous : null;
        var refused = previous?.Status == PlaceStatus.Rejected.Word();
        var admission = AdmissionDecision.Of(new Arrival(
            meeting.Role, meeting.OnRoster, here?.JoinedAt ?? now, meeting.StartsAt, meeting.LatecomersWaitAfter, locked.WaitingRoom,
            HostHasCome: sitting.OpenedAt is not null, WasAdmitted: !refused && here?.AdmittedAt is not null, refused)
        {
            IsLocked = meeting.IsLocked,
        });

        if (meeting.IsHost) await Door.OpenAsync(session, id, sitting, locked.WaitingRoom, now, ct);
        await session.ExecuteAsync(Take, new
        {
            id, sitting.Epoch, caller.PersonId, Role = meeting.Role.Word(), displayName, Status = admission.Status.Word(), admission.WalksIn, now,
            IsIn = admission.Status is PlaceStatus.Admitted, Key = RecordSittings.KeyOfPerson(caller.PersonId),
        }, ct);

        if (meeting.IsHost)
        {
            // What everybody sees of the host is the label that the host chose here (S4-08).
            await session.ExecuteAsync(NameHost, new { id, caller.PersonId, displayName }, ct);
            await MeetingRefresh.ApplyAsync(session, id, now, changed: false, ct);
        }

        var place = await session.QuerySingleOrDefaultAsync<PlaceRow>(
            PlaceRow.Find, new { MeetingId = id, caller.PersonId, IsLive = locked.IsLive || sitting.OpenedAt is not null || meeting.IsHost }, ct);
        await session.CommitAsync(ct);
        LogCame(id, sitting.Epoch, admission.Status);
        if (meeting.IsHost && sitting.OpenedAt is null) notices.TellThoseWhoAreIn(id, caller.PersonId);
        if (admission.Status is PlaceStatus.Waiting or PlaceStatus.WaitingForHost && here?.Status != admission.Status.Word())
            notices.Tell(id, RoomNotices.Knocking, [.. meeting.Row.CoHostIds.Append(meeting.Row.HostId).Append(meeting.Row.OwnerId).Distinct()], caller.PersonId, caller.PersonId);
        // After the commit: nobody holds the door while the provider works, and who asks again after a failure has the place already.
        if (place!.IsAdmitted) await opener.OpenAsync(meeting.Row, ct);
        return TypedResults.Ok(PlaceResponse.Of(meeting, place, place.IsAdmitted ? pass.Issue(meeting, caller, displayName) : null));
    }

    // Locked: what somebody decides about this place meanwhile must not be written over.
    private const string ReadPrevious = """
        select epoch, status, joined_at, admitted_at from place where meeting_id = @id and person_id = @PersonId order by epoch desc limit 1 for update
        """;

    private const string Take = """
        insert into place (meeting_id, epoch, person_id, role, display_name, status, walks_in, joined_at, entered_at, admitted_at, provider_person)
        values (@id, @Epoch, @PersonId, @Role, @displayName, @Status, @WalksIn, @now, case when @IsIn then @now end, case when @IsIn then @now end, @Key)
        on conflict (meeting_id, epoch, person_id) do update
        set role = excluded.role, display_name = excluded.display_name, status = excluded.status, walks_in = excluded.walks_in,
            entered_at = coalesce(excluded.entered_at, place.entered_at), admitted_at = coalesce(place.admitted_at, excluded.admitted_at),
            left_at = null
        """;

    private const string NameHost = "update meeting set host_name = @displayName where id = @id and host_id = @PersonId and host_name <> @displayName";

    [LoggerMessage(Level = LogLevel.Information, Message = "Somebody came to meeting {MeetingId}, sitting {Epoch}: {Status}")]
    private partial void LogCame(Guid meetingId, int epoch, PlaceStatus status);
}
