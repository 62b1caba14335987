using System.Security.Cryptography;
using System.Text.Json;
using Meetings.Meeting.Providers;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Npgsql;

namespace Meetings.Meeting.Scheduling;

/// <summary>Where a request with an Idempotency-Key, or a meeting without an answer from its provider, stands.</summary>
internal sealed class Creation
{
    public Guid MeetingId { get; init; }
    public byte[] Fingerprint { get; init; } = [];
    public string? Answer { get; init; }
    public long? Version { get; init; }
    public string? PasswordHash { get; init; }
    public bool IsAbandoned { get; init; }
}

/// <summary>
/// The record of meetings on their way to their provider. It is written before the provider is asked and completed with what it answered, so that
/// whatever is killed in between, the next one knows where to go on.
/// </summary>
internal static class CreationLedger
{
    /// <summary>Longer than all that a creation may take; after it, whoever comes may take over.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(45);

    private const string RoomIdTaken = "meeting_room_id_taken";

    /// <summary>What makes two requests the same. Not the password: its hash, made to be fast, would give it away.</summary>
    public static byte[] Fingerprint(MeetingRequest request) =>
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request with { Password = request.Password is null ? null : "given" }, ApiJson.Options));

    /// <summary>Plans the meeting, as the caller and under row level security.</summary>
    /// <returns>False when the caller's key has been used before.</returns>
    /// <exception cref="RoomIdTakenException"/>
    public static async Task<bool> TryBeginAsync(
        DatabaseSession session, Caller caller, string? key, MeetingRequest request, MeetingPlace place, NewMeeting meeting, CancellationToken ct)
    {
        var begun = await session.ExecuteAsync(
            Begin, new { meeting.Id, caller.PersonId, key, Fingerprint = Fingerprint(request), meeting.Lease, LeaseTime = Lease }, ct);
        if (begun == 0) return false;

        try
        {
            await session.ExecuteAsync(InsertMeeting, new
            {
                meeting.Id, place.AcademyId, request.ClassId, Owner = caller.PersonId, place.HostId, place.HostName, meeting.RoomId, request.Provider,
                request.Type, meeting.Title, request.Description, Audience = request.Audience.Word(), place.StartsAt, meeting.DurationMinutes,
                place.TimeZone, place.LocalDate, request.WaitingRoom, meeting.PasswordHash,
                Settings = JsonSerializer.Serialize(request.Settings, ApiJson.Options), meeting.Now, Recurrence = request.Recurrence?.Store(),
            }, ct);
        }
        catch (PostgresException e) when (e.ConstraintName == RoomIdTaken)
        {
            throw new RoomIdTakenException(e);
        }

        await session.ExecuteAsync(InsertDates, new
        {
            Ids = place.Dates.Select(_ => Guid.CreateVersion7(meeting.Now)).ToArray(), Starts = place.Dates.Select(date => date.StartsAt).ToArray(),
            Days = place.Dates.Select(date => date.LocalDate).ToArray(), MeetingId = meeting.Id, meeting.DurationMinutes,
        }, ct);
        return true;
    }

    public static Task<Creation?> FindAsync(DatabaseSession session, Caller caller, string key, CancellationToken ct) =>
        session.QuerySingleOrDefaultAsync<Creation>(Find, new { caller.PersonId, key }, ct);

    /// <summary>Takes over what its worker left unfinished. False when somebody else did, or the worker is alive.</summary>
    public static async Task<bool> TryTakeOverAsync(DatabaseSession session, Guid meetingId, Guid lease, CancellationToken ct) =>
        await session.ExecuteAsync(TakeOver, new { meetingId, lease, LeaseTime = Lease }, ct) == 1;

    /// <summary>
    /// The provider has it: the meeting is ready, and everyone is told. In the same transaction as the answer that a repeat of the request gets.
    /// </summary>
    /// <returns>Null when the lease was lost meanwhile, and another made this meeting.</returns>
    public static async Task<MeetingResponse?> CompleteAsync(
        DatabaseSession session, Guid meetingId, Guid lease, string provider, ProviderMeeting made, DateTimeOffset now, CancellationToken ct)
    {
        await MeetingRefresh.LockAsync(session, provider, made.Id, ct);
        if (await session.QuerySingleOrDefaultAsync<int?>(HoldsLease, new { meetingId, lease }, ct) is null) return null;

        await session.ExecuteAsync(AtProvider, new { meetingId, made.Id, JoinUrl = made.JoinUrl.AbsoluteUri, made.RegistrationUrl, made.RegistrationEnabled, made.IsOpen, made.OpensAhead }, ct);
        await MeetingRefresh.ApplyAsync(session, meetingId, now, changed: true, ct);

        var answer = MeetingResponse.Of((await MeetingRow.FindAsync(session, meetingId, ct))!);
        await session.ExecuteAsync(Finish, new { meetingId, Answer = JsonSerializer.Serialize(answer, ApiJson.Options) }, ct);
        return answer;
    }

    /// <summary>The provider does not have it: nothing of it is left. False when the lease was lost.</summary>
    /// <param name="orphanOf">Set when the provider may have made it all the same; it is then looked for and removed there later.</param>
    public static async Task<bool> TryRemoveAsync(
        DatabaseSession session, Guid meetingId, Guid lease, string provider, PlanKey? orphanOf, CancellationToken ct)
    {
        if (await session.ExecuteAsync(RemoveCreation, new { meetingId, lease }, ct) == 0) return false;
        await session.ExecuteAsync(RemoveMeeting, new { meetingId }, ct);
        if (orphanOf is not null) await session.ExecuteAsync(AddOrphan, new { meetingId, provider, orphanOf.HostEmail }, ct);
        return true;
    }

    private const string Begin = """
        insert into meeting_creation (meeting_id, owner_id, idempotency_key, fingerprint, lease, lease_until)
        values (@Id, @PersonId, @key, @Fingerprint, @Lease, now() + @LeaseTime)
        on conflict on constraint meeting_creation_one_per_key do nothing
        """;

    private const string InsertMeeting = """
        insert into meeting (id, academy_id, class_id, created_by, owner_id, host_id, host_name, room_id, provider, type, title, description, audience,
            starts_at, duration_minutes, time_zone, local_date, waiting_room, password_hash, settings, recurrence, created_at, updated_at)
        values (@Id, @AcademyId, @ClassId, @Owner, @Owner, @HostId, @HostName, @RoomId, @Provider, @Type, @Title, @Description, @Audience,
            @StartsAt, @DurationMinutes, @TimeZone, @LocalDate, @WaitingRoom, @PasswordHash, @Settings::jsonb, @Recurrence::jsonb, @Now, @Now)
        """;

    internal const string InsertDates = """
        insert into occurrence (id, meeting_id, starts_at, planned_for, local_date, duration_minutes)
        select id, @MeetingId, starts_at, starts_at, local_date, @DurationMinutes from unnest(@Ids, @Starts, @Days) as dates (id, starts_at, local_date)
        """;

    private const string Find = """
        select c.meeting_id, c.fingerprint, c.answer, c.version, m.password_hash, c.answer is null and c.lease_until < now() as is_abandoned
        from meeting_creation c left join meeting m on m.id = c.meeting_id
        where c.owner_id = @PersonId and c.idempotency_key = @key
        """;

    private const string TakeOver = """
        update meeting_creation set lease = @lease, lease_until = now() + @LeaseTime
        where meeting_id = @meetingId and answer is null and lease_until < now()
        """;

    private const string HoldsLease = "select 1 from meeting_creation where meeting_id = @meetingId and lease = @lease and answer is null for update";

    private const string AtProvider = """
        update meeting set provider_meeting_id = @Id, join_url = @JoinUrl, registration_url = @RegistrationUrl, registration_enabled = @RegistrationEnabled,
            is_at_provider = @IsOpen, opens_ahead = @OpensAhead
        where id = @meetingId
        """;

    private const string Finish = """
        update meeting_creation set answer = @Answer, version = (select version from meeting where id = @meetingId) where meeting_id = @meetingId
        """;

    private const string RemoveCreation = "delete from meeting_creation where meeting_id = @meetingId and lease = @lease and answer is null";

    private const string RemoveMeeting = "delete from meeting where id = @meetingId and provider_meeting_id is null";

    private const string AddOrphan = """
        insert into provider_orphan (meeting_id, provider, host_email, look_at) values (@meetingId, @provider, @HostEmail, now() + interval '1 minute')
        """;
}

/// <summary>What is new about a meeting being planned.</summary>
internal sealed record NewMeeting(
    Guid Id, Guid Lease, string RoomId, string Title, int DurationMinutes, string? PasswordHash, DateTimeOffset Now);

/// <summary>Another meeting that is not deleted has this room id.</summary>
internal sealed class RoomIdTakenException(Exception inner) : Exception("The room id is taken.", inner);
