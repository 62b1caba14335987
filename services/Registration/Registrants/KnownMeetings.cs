using Grpc.Core;
using Meetings.Contracts.Meetings;
using Meetings.Contracts.Meetings.V1;
using Meetings.Registration.Access;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.Registration.Registrants;

/// <summary>A meeting, and what it is to the caller.</summary>
internal sealed record KnownMeeting(Guid Id, Guid AcademyId, Guid? ClassId, bool IsOpen, MeetingTie Tie)
{
    public MeetingResource Resource => new(AcademyId, Tie);
}

/// <summary>This service's read copy of meetings. Every message carries the whole state and a version, and the highest wins.</summary>
internal sealed class KnownMeetings(Database db, MeetingDirectory.MeetingDirectoryClient meetings, TimeProvider clock)
{
    /// <summary>By its UUID or its room id, as the caller sees it; what the copy misses is asked for once.</summary>
    /// <returns>Why not: it is not there, or not for them; or nobody can tell now.</returns>
    public async Task<(KnownMeeting? Meeting, ProblemHttpResult? Refusal)> FindAsync(string idOrRoom, Caller caller, CancellationToken ct)
    {
        try
        {
            return await TryFindAsync(idOrRoom, caller, ct) is { } meeting ? (meeting, null) : (null, Problems.MeetingNotFound);
        }
        catch (RpcException) when (!ct.IsCancellationRequested)
        {
            return (null, Problem.TemporarilyUnavailable);
        }
    }

    /// <summary>Keeps the highest version, and brings its registrants in line with it.</summary>
    public static async Task KeepAsync(DatabaseSession session, MeetingChanged meeting, DateTimeOffset now, CancellationToken ct)
    {
        var before = await session.QuerySingleOrDefaultAsync<Guid?>("select class_id from meeting where id = @MeetingId", new { meeting.MeetingId }, ct);
        await RosterRegistration.LockAsync(session, [before, meeting.ClassId], ct);
        if (!await TrySaveAsync(session, meeting, ct)) return;

        var isGone = meeting.DeletedAt is not null || meeting.State is not "finalised";
        await (IsOpen(meeting)
            ? RosterRegistration.MeetingChangedAsync(session, meeting.MeetingId, now, ct)
            : RosterRegistration.CloseAsync(session, meeting.MeetingId, isGone, now, ct));
    }

    private static async Task<bool> TrySaveAsync(DatabaseSession session, MeetingChanged meeting, CancellationToken ct)
    {
        var saved = await session.ExecuteAsync(Save, new
        {
            meeting.MeetingId, meeting.Version, meeting.AcademyId, meeting.ClassId, meeting.OwnerId, meeting.HostId, CoHostIds = meeting.CoHostIds.ToArray(), meeting.Title,
            meeting.RoomId, meeting.State, IsOpen = IsOpen(meeting), meeting.DeletedAt,
        }, ct);
        if (saved == 0) return false;

        var dates = meeting.Occurrences.Where(date => !date.IsCancelled).DistinctBy(date => date.StartsAt).ToArray();
        await session.ExecuteAsync(SaveDates, new
        {
            meeting.MeetingId, Starts = Array.ConvertAll(dates, date => date.StartsAt.ToUniversalTime()),
            Ends = Array.ConvertAll(dates, date => date.StartsAt.ToUniversalTime().AddMinutes(date.DurationMinutes)),
        }, ct);
        return true;
    }

    private static bool IsOpen(MeetingChanged meeting) =>
        meeting.RegistrationEnabled && meeting.ProviderMeetingId is not null && meeting.DeletedAt is null && meeting.State is not ("cancelled" or "finalised");

    private async Task<KnownMeeting?> TryFindAsync(string idOrRoom, Caller caller, CancellationToken ct)
    {
        if (idOrRoom.Contains('\0', StringComparison.Ordinal)) return null;
        if (await ReadAsync(idOrRoom, caller, ct) is { } known) return known;

        // What is known here, and not for them, need not be asked for.
        if (await IsKnownAsync(idOrRoom, ct) || !await TryLearnAsync(idOrRoom, ct)) return null;
        return await ReadAsync(idOrRoom, caller, ct);
    }

    private async Task<KnownMeeting?> ReadAsync(string idOrRoom, Caller caller, CancellationToken ct)
    {
        await using var session = await db.BeginAsync(caller, ct);
        var found = await session.QuerySingleOrDefaultAsync<KnownMeeting>(Read, new { Id = Id(idOrRoom), idOrRoom, now = clock.GetUtcNow() }, ct);
        return found is not null && RegistrantAccess.May(caller, RegistrantAction.SeeOwn, found.Resource) ? found : null;
    }

    private async Task<bool> IsKnownAsync(string idOrRoom, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        return await session.ScalarAsync<bool>($"select exists (select from meeting m where {Meant})", new { Id = Id(idOrRoom), idOrRoom }, ct);
    }

    private static Guid? Id(string idOrRoom) => Guid.TryParseExact(idOrRoom, "D", out var id) ? id : null;

    private async Task<bool> TryLearnAsync(string idOrRoom, CancellationToken ct)
    {
        try
        {
            var answer = await meetings.FindMeetingAsync(new FindMeetingRequest { MeetingId = idOrRoom }, cancellationToken: ct);
            await using var session = await db.BeginAsServiceAsync(ct);
            await KeepAsync(session, answer.ToChange(), clock.GetUtcNow(), ct);
            await session.CommitAsync(ct);
            return true;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound or StatusCode.InvalidArgument)
        {
            return false;
        }
    }

    // A UUID names a meeting before it names a room. That the last one to have a room's id is deleted may not be known yet when the next one is: ids are in the
    // order of time.
    private const string Meant = """
        (m.id = @Id::uuid or (m.room_id = @idOrRoom and m.deleted_at is null and not exists (select from meeting other where other.id = @Id::uuid)))
        """;

    private const string Read = $"""
        select m.id, m.academy_id, m.class_id,
            m.is_open and (m.state = 'live' or exists (select from meeting_date d where d.meeting_id = m.id and d.ends_at > @now)) as is_open,
            (case when m.id in (select my_held_meetings()) then 1 else 0 end
                | case when m.class_id in (select my_attended_classes()) or m.id in (select my_registered_meetings()) then 2 else 0 end) as tie
        from meeting m where {Meant} order by m.id desc limit 1
        """;

    private const string Save = """
        insert into meeting (id, version, academy_id, class_id, owner_id, host_id, co_host_ids, title, room_id, state, is_open, deleted_at)
        values (@MeetingId, @Version, @AcademyId, @ClassId, @OwnerId, @HostId, @CoHostIds, @Title, @RoomId, @State, @IsOpen, @DeletedAt)
        on conflict (id) do update set version = excluded.version, academy_id = excluded.academy_id, class_id = excluded.class_id,
            owner_id = excluded.owner_id, host_id = excluded.host_id, co_host_ids = excluded.co_host_ids, title = excluded.title,
            room_id = excluded.room_id, state = excluded.state, is_open = excluded.is_open, deleted_at = excluded.deleted_at
        where meeting.version < excluded.version
        """;

    private const string SaveDates = """
        with gone as (delete from meeting_date where meeting_id = @MeetingId and starts_at <> all(@Starts))
        insert into meeting_date (meeting_id, starts_at, ends_at)
        select @MeetingId, starts_at, ends_at from unnest(@Starts, @Ends) as dates (starts_at, ends_at)
        on conflict (meeting_id, starts_at) do update set ends_at = excluded.ends_at
        """;
}
