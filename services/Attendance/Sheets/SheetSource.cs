using Dapper;
using Meetings.Attendance.Calculation;
using Meetings.Attendance.Recording;
using Meetings.Attendance.Identity;
using Meetings.Attendance.Ledger;
using Meetings.Attendance.Lessons;
using Meetings.Attendance.Policies;
using Meetings.Attendance.School;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Attendance.Sheets;

/// <summary>The directory does not tell of the academy or the class yet: without them no mark would be right.</summary>
internal sealed class DirectoryIncompleteException(string what, Guid id) : Exception($"The directory does not know {what} {id}.");

/// <summary>Everything that a lesson's sheet is a function of.</summary>
/// <param name="LastHeard">When anything of it was last heard, by our clock.</param>
/// <param name="Policy">Today's; once the lesson was final that of the first time: what is decided later holds for later lessons.</param>
/// <param name="NewestSittingHeard">When its newest sitting was first heard of, or somebody last came into one, if that was later; null when there was none.</param>
/// <param name="Before">What was last calculated of it.</param>
internal sealed record SheetInputs(
    KnownMeeting Meeting, Lesson Lesson, string? ClassName, Roster Roster, AttendancePolicy Policy, IReadOnlyCollection<Fact> Facts, WhoIsWho People,
    DateTimeOffset LastHeard, DateTimeOffset? NewestSittingHeard, KnownResult? Before)
{
    /// <summary>From here on the lesson is over whatever was told.</summary>
    public DateTimeOffset TimeOut => Finality.TimeOut(Lesson, LastHeard);

    public bool IsOver(DateTimeOffset now) => Finality.IsOver(Lesson, Facts, LastHeard, now);

    public AttendanceSheet Evaluate(DateTimeOffset asOf, bool final) =>
        Evaluation.Evaluate(Lesson, Roster, Policy, Facts, People, asOf, final);
}

/// <summary>Gathers the inputs of a sheet from the copies, after asking the directory for what they miss.</summary>
internal sealed partial class SheetSource(Database db, DirectoryQuestions directory, ILogger<SheetSource> logger)
{
    private const string Academy = "select time_zone, attendance_policy from academy where id = @academy";
    private const string Class = "select name, attendance_policy from class where id = @class";
    private const string Students = "select person_id as student_id, from_date as \"from\", to_date as \"to\" from class_member where class_id = @class and role = 'student'";

    // Whoever the facts may be about and whoever is on the roster; a super admin belongs to no academy and may teach anywhere.
    private const string People = """
        select id, name, email from person p
        where (p.academy_id = @academy or p.academy_id is null)
          and (p.id in (select person_id from class_member where class_id = @class)
               or p.id in (select person_hint from fact where provider = @provider and provider_meeting_id = @meetingId and person_hint is not null)
               or p.id in (select person_id from alias where academy_id = @academy)
               or p.email in (select email from fact where provider = @provider and provider_meeting_id = @meetingId and email is not null))
        """;

    private const string Aliases = "select kind, value, person_id from alias where academy_id = @academy";

    private const string UnknownIds = """
        select id from (
            select person_id as id from class_member where class_id = @class
            union select person_hint from fact where provider = @provider and provider_meeting_id = @meetingId and person_hint is not null) wanted
        where not exists (select from person p where p.id = wanted.id)
        """;

    private const string UnknownEmails = """
        select distinct email from fact f where provider = @provider and provider_meeting_id = @meetingId and email is not null
          and not exists (select from person p where p.email = f.email and p.academy_id = @academy)
        """;

    // Everything in one round trip. The meeting in sight is what the policy of facts goes by.
    private const string Inputs = $"""
        select set_config('app.meeting_id', @meeting::text, true);
        {Academy};
        {Class};
        {Students};
        {LessonStore.Occurrences};
        {FactStore.Select};
        {People};
        {Aliases};
        {ResultStore.Find}
        """;

    private const string Unknown = $"""
        select not exists ({Academy});
        select @class is not null and not exists ({Class});
        {UnknownIds};
        {UnknownEmails}
        """;

    /// <summary>
    /// Reads the inputs, after asking the directory for what the copies miss of them. No connection is held meanwhile: a sibling may think for long, and
    /// its answer needs one to be kept.
    /// </summary>
    /// <param name="caller">Whose sight it is; null for the service's own.</param>
    /// <exception cref="DirectoryIncompleteException">The academy or the class is not known.</exception>
    public async Task<SheetInputs> ReadAsync(KnownMeeting meeting, Guid occurrenceId, Caller? caller, CancellationToken ct)
    {
        while (true)
        {
            var (missing, inputs) = await LookAsync(meeting, occurrenceId, caller, ct);
            if (missing.IsNothing || !await LearnAsync(meeting, missing, ct))
                return inputs ?? throw new DirectoryIncompleteException(missing.Academy ? "academy" : "class", missing.Academy ? meeting.AcademyId : meeting.ClassId!.Value);
        }
    }

    /// <returns>True when something is known now that was not.</returns>
    private async Task<bool> LearnAsync(KnownMeeting meeting, Missing missing, CancellationToken ct)
    {
        var learned = missing.Academy && await directory.LearnAcademyAsync(meeting.AcademyId, ct);
        // Who is on its roster is known only then.
        if (missing.Class) return await directory.LearnClassAsync(meeting.ClassId!.Value, ct) || learned;
        return (missing.Ids.Length + missing.Emails.Length > 0 && await directory.LearnPeopleAsync(meeting.AcademyId, missing.Ids, missing.Emails, ct)) || learned;
    }

    // What is missing with the sight of the service itself: what a caller may not see is not missing.
    private Task<(Missing Missing, SheetInputs? Inputs)> LookAsync(KnownMeeting meeting, Guid occurrenceId, Caller? caller, CancellationToken ct) => db.ReadAsync(
        caller,
        Unknown, async rows => new Missing(
            await rows.ReadSingleAsync<bool>(), await rows.ReadSingleAsync<bool>(), [.. await rows.ReadAsync<Guid>()], [.. await rows.ReadAsync<string>()]),
        Inputs, rows => InputsAsync(meeting, occurrenceId, rows),
        new { academy = meeting.AcademyId, @class = meeting.ClassId, meeting = meeting.Id, occurrenceId, provider = meeting.Provider, meetingId = meeting.ProviderMeetingId },
        ct);

    /// <returns>Null without the academy or the class: no mark would be right.</returns>
    private async Task<SheetInputs?> InputsAsync(KnownMeeting meeting, Guid occurrenceId, SqlMapper.GridReader rows)
    {
        await rows.ReadSingleAsync<string>();
        var academy = await rows.ReadSingleOrDefaultAsync<AcademyRow>();
        var of = await rows.ReadSingleOrDefaultAsync<ClassRow>();
        if (academy is null || (of is null && meeting.ClassId is not null)) return null;
        var roster = new Roster([.. await rows.ReadAsync<RosterPlace>()]);

        var zone = TimeZones.First(academy.TimeZone, meeting.TimeZone);
        var dates = (await rows.ReadAsync<KnownOccurrence>()).AsList();
        var lessons = dates.Select(date => date.ToLesson(zone)).ToArray();
        // The date may have gone since it was looked up.
        var lesson = lessons.SingleOrDefault(one => one.OccurrenceId == occurrenceId) ?? throw new DirectoryIncompleteException("date", occurrenceId);
        var told = await FactStore.ReadAsync(rows);
        Fact[] facts = [.. SittingAssignment.Assign(lessons, [.. told.Select(one => one.Fact)])[occurrenceId]];
        var people = await rows.ReadAsync<KnownPerson>();
        var aliases = await rows.ReadAsync<AliasRow>();
        var before = await rows.ReadSingleOrDefaultAsync<KnownResult>();

        var policy = before is null ? Policy(of?.AttendancePolicy, academy.AttendancePolicy, meeting) : PolicyPresets.Pinned(before.Policy);
        var (lastHeard, newestSitting) = Heard(told, facts);
        var known = dates.Single(date => date.Id == occurrenceId).KnownSince;
        return new SheetInputs(
            meeting, lesson, of?.Name, roster, policy, facts,
            new WhoIsWho(people, aliases.Select(alias => new KnownAlias((AliasKind)alias.Kind, alias.Value, alias.PersonId))),
            lastHeard > known ? lastHeard.Value : known, newestSitting, before);
    }

    /// <summary>
    /// When anything of the lesson's sittings was last heard, and when its newest sitting first was, or somebody last came into one. What the provider said
    /// on our asking is no sign of life.
    /// </summary>
    private static (DateTimeOffset? Last, DateTimeOffset? NewestSitting) Heard(IEnumerable<(Fact Fact, DateTimeOffset ReceivedAt)> told, Fact[] ofLesson)
    {
        var sittings = ofLesson.Select(fact => fact.Sitting).ToHashSet(StringComparer.Ordinal);
        var alive = told.Where(one => one.Fact.Source != FactSource.Report && sittings.Contains(one.Fact.Sitting)).ToArray();
        if (alive.Length == 0) return (null, null);

        var begun = alive.GroupBy(one => one.Fact.Sitting, one => one.ReceivedAt, StringComparer.Ordinal).Select(sitting => (DateTimeOffset?)sitting.Min());
        var cameIn = alive.Where(one => one.Fact.Kind == FactKind.Joined)
            .Select(one => (DateTimeOffset?)(one.Fact.At < one.ReceivedAt ? one.Fact.At : one.ReceivedAt));
        return (alive.Max(one => one.ReceivedAt), begun.Concat(cameIn).Max());
    }

    private AttendancePolicy Policy(string? ofClass, string ofAcademy, KnownMeeting meeting)
    {
        if (PolicyPresets.Effective(ofClass, ofAcademy) is { } policy) return policy;
        LogUnknownPolicy(meeting.Id, ofClass ?? ofAcademy, PolicyPresets.Deped15.Name);
        return PolicyPresets.Deped15;
    }

    private sealed record AcademyRow(string TimeZone, string AttendancePolicy);

    private sealed record Missing(bool Academy, bool Class, Guid[] Ids, string[] Emails)
    {
        public bool IsNothing => !Academy && !Class && Ids.Length + Emails.Length == 0;
    }

    private sealed record ClassRow(string Name, string? AttendancePolicy);

    private sealed record AliasRow(short Kind, string Value, Guid PersonId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Meeting {MeetingId}: there is no attendance policy {Policy}; {Fallback} is used")]
    private partial void LogUnknownPolicy(Guid meetingId, string policy, string fallback);
}
