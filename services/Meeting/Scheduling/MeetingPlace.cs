using Meetings.Contracts.Directory;
using Meetings.Meeting.Access;
using Meetings.Meeting.Directory;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Scheduling;

/// <summary>Where a meeting belongs and who holds it.</summary>
/// <param name="HostEmail">By which the provider knows the host; personal data, never logged.</param>
/// <param name="LocalDate">The academy's date of the lesson.</param>
internal sealed record MeetingPlace(Guid AcademyId, Guid HostId, string HostName, string HostEmail, DateTimeOffset StartsAt, string TimeZone, DateOnly LocalDate)
{
    /// <summary>All of its dates, in order: one, unless it is recurring.</summary>
    public required IReadOnlyList<NewDate> Dates { get; init; }
}

/// <summary>A date to be planned.</summary>
/// <param name="LocalDate">The academy's.</param>
internal sealed record NewDate(DateTimeOffset StartsAt, DateOnly LocalDate);

/// <summary>Works that out from the read copy, asking the directory for what is missing, and checks that the caller may.</summary>
internal sealed class MeetingPlaceFinder(Database db, SchoolDirectoryReader directory, TimeProvider clock)
{
    private sealed record Person(Guid PersonId, string Name, string Email);

    private sealed record Teaching(Guid PersonId, DateOnly FromDate, DateOnly? ToDate)
    {
        public bool Holds(DateOnly date) => FromDate <= date && (ToDate is null || ToDate >= date);
    }

    /// <returns>A place, or the refusal.</returns>
    /// <exception cref="DirectoryUnavailableException">What is missing cannot be asked for now.</exception>
    public async Task<(MeetingPlace? Place, IResult? Refusal)> FindAsync(Caller caller, MeetingRequest request, CancellationToken ct)
    {
        var academyId = caller.AcademyId;
        if (request.ClassId is { } classId)
        {
            academyId = await ReadAsync(ClassAcademy, classId, directory.FetchClassAsync, ct);
            if (academyId is null || (!caller.IsSuperAdmin && academyId != caller.AcademyId)) return (null, Problems.ClassNotFound);
        }

        if (academyId is not { } academy) return (null, Problems.AcademyRequired);

        var now = clock.GetUtcNow();
        var zone = await ReadZoneAsync(academy, ct);
        var starts = request.Recurrence?.Dates(request.TimeZone!) ?? [request.StartsAt ?? now];
        var startsAt = starts[0];
        var (date, today) = (DateIn(zone, startsAt), DateIn(zone, now));

        if (await MayCreateAsync(caller, academy, request.ClassId, request.Audience, date, today, ct) is not { } teachers) return (null, Problems.CreationNotAllowed);

        // Staff plans for the teacher; a teacher who plans holds it.
        var hostId = teachers.Contains(caller.PersonId) || teachers.Count == 0 ? caller.PersonId : teachers[0];
        return await HostAsync(hostId, ct) is { } host
            ? (new MeetingPlace(academy, hostId, host.Name, host.Email, startsAt, request.TimeZone ?? zone, date)
            {
                Dates = [.. starts.Select(at => new NewDate(at, DateIn(zone, at)))],
            }, null)
            : (null, Problems.HostNotKnown);
    }

    private static DateOnly DateIn(string zone, DateTimeOffset instant) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, TimeZoneInfo.FindSystemTimeZoneById(zone)).DateTime);

    /// <summary>All dates of a meeting as it is to be, when the caller may have it so.</summary>
    /// <returns>Dates, or the refusal.</returns>
    /// <exception cref="DirectoryUnavailableException">What is missing cannot be asked for now.</exception>
    public async Task<(IReadOnlyList<NewDate> Dates, IResult? Refusal)> MoveAsync(Caller caller, MeetingRow meeting, MeetingDraft draft, CancellationToken ct)
    {
        var zone = await ReadZoneAsync(meeting.AcademyId, ct);
        var starts = draft.Recurrence?.Dates(draft.TimeZone) ?? [draft.StartsAt];
        IReadOnlyList<NewDate> dates = [.. starts.Select(at => new NewDate(at, DateIn(zone, at)))];
        if (draft.ClassId == meeting.ClassId || draft.ClassId is not { } classId) return (dates, null);
        if (await ReadAsync(ClassAcademy, classId, directory.FetchClassAsync, ct) != meeting.AcademyId) return (dates, Problems.ClassNotFound);
        var (date, today) = (DateIn(zone, draft.Recurrence is null ? draft.StartsAt : meeting.StartsAt), DateIn(zone, clock.GetUtcNow()));
        var teachers = await MayCreateAsync(caller, meeting.AcademyId, classId, draft.Audience, date, today, ct);
        return (dates, teachers is null ? Problems.CreationNotAllowed : null);
    }

    /// <summary>The academy's date of an instant.</summary>
    /// <exception cref="DirectoryUnavailableException">What is missing cannot be asked for now.</exception>
    public async Task<DateOnly> DateAsync(Guid academyId, DateTimeOffset at, CancellationToken ct) => DateIn(await ReadZoneAsync(academyId, ct), at);

    /// <summary>The class's teachers, if this caller may plan for it. Someone may have become one a moment ago: a refusal is worth one more question.</summary>
    private async Task<IReadOnlyList<Guid>?> MayCreateAsync(
        Caller caller, Guid academyId, Guid? classId, Audience audience, DateOnly date, DateOnly today, CancellationToken ct)
    {
        var teachers = await TeachersAsync(classId, date, today, ct);
        if (!MayCreate(teachers) && classId is { } unsure)
        {
            await directory.FetchClassAsync(unsure, ct);
            teachers = await TeachersAsync(unsure, date, today, ct);
        }

        return MayCreate(teachers) ? teachers : null;

        bool MayCreate(IReadOnlyList<Guid> teachers) => MeetingAccess.Allows(caller, MeetingAction.Create, new MeetingSubject(
            academyId, classId is not null, audience, new Relation(TeachesClass: teachers.Contains(caller.PersonId))));
    }

    /// <summary>The class's teachers, those who have been there longest first: of the lesson's date, or of today for a lesson entered late or early.</summary>
    private async Task<IReadOnlyList<Guid>> TeachersAsync(Guid? classId, DateOnly date, DateOnly today, CancellationToken ct)
    {
        if (classId is null) return [];
        await using var session = await db.BeginAsServiceAsync(ct);
        var teaching = await session.QueryAsync<Teaching>(ReadTeachers, new { classId, Roles.Teacher }, ct);
        return [.. teaching.Where(teacher => teacher.Holds(date) || teacher.Holds(today))
            .OrderByDescending(teacher => teacher.Holds(date)).ThenBy(teacher => teacher.FromDate).ThenBy(teacher => teacher.PersonId)
            .Select(teacher => teacher.PersonId).Distinct()];
    }

    /// <summary>One that this machine does not know must not shut a whole academy out: as in <c>academy_today</c> of Migrations/0003, it is UTC then.</summary>
    private async Task<string> ReadZoneAsync(Guid academyId, CancellationToken ct)
    {
        var zone = await TextAsync(AcademyZone, academyId, ct)
            ?? (await directory.FetchAcademyAsync(academyId, ct) ? await TextAsync(AcademyZone, academyId, ct) : null);
        return zone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _) ? zone : "UTC";
    }

    private async Task<Guid?> ReadAsync(string sql, Guid id, Func<Guid, CancellationToken, Task<bool>> fetch, CancellationToken ct) =>
        await TextAsync(sql, id, ct) is { } known ? Guid.Parse(known)
        : await fetch(id, ct) && await TextAsync(sql, id, ct) is { } fetched ? Guid.Parse(fetched)
        : null;

    private async Task<Person?> HostAsync(Guid id, CancellationToken ct)
    {
        if (await ReadPersonAsync(id, ct) is { } known) return known;
        await directory.FetchPersonAsync(id, ct);
        return await ReadPersonAsync(id, ct);
    }

    private async Task<Person?> ReadPersonAsync(Guid id, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        return await session.QuerySingleOrDefaultAsync<Person>(ReadPerson, new { id }, ct);
    }

    private async Task<string?> TextAsync(string sql, Guid id, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        return await session.QuerySingleOrDefaultAsync<string>(sql, new { id }, ct);
    }

    private const string ClassAcademy = "select academy_id::text from school_class where class_id = @id";

    private const string AcademyZone = "select time_zone from academy where academy_id = @id";

    private const string ReadPerson = "select person_id, name, email from person where person_id = @id";

    private const string ReadTeachers = "select person_id, from_date, to_date from class_member where class_id = @classId and role = @Teacher";
}
