using Meetings.Meeting.Lifecycle;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Scheduling;

/// <summary>The meetings that the caller may see: the newest first, or those that come next first.</summary>
internal sealed partial class ListMeetings(Database db, TimeProvider clock, ILogger<ListMeetings> logger)
{
    public static void Map(RouteGroupBuilder meetings) => meetings.MapGet(
        "", (string? owner, string? filter, string? status, string? classId, string? upcoming, PageRequest page, Caller caller, ListMeetings useCase,
            CancellationToken ct) => useCase.HandleAsync(owner, filter, status, classId, upcoming, page, caller, ct))
        .WithName("ListMeetings")
        .Produces<Page<MeetingResponse>>();

    private async Task<IResult> HandleAsync(
        string? owner, string? filter, string? status, string? classId, string? upcoming, PageRequest page, Caller caller, CancellationToken ct)
    {
        var errors = new Dictionary<string, string[]>();
        Guid? ownerId = owner is "me" ? caller.PersonId : Id(owner, "owner", "Must be 'me' or a UUID.", errors);
        var ofClass = Id(classId, "classId", "Must be a UUID.", errors);
        var states = States(status, errors);
        var onlyUpcoming = upcoming is "true" or "1";
        if (upcoming is not (null or "" or "true" or "false" or "1" or "0")) errors["upcoming"] = ["Must be true or false."];
        var mine = MyMeetings.Condition(filter);
        if (mine is null) errors["filter"] = [$"Must be one of {string.Join(", ", MyMeetings.Words)}."];
        if (errors.Count > 0) return Problem.Invalid(errors);

        var args = new
        {
            academyId = caller.AcademyId, me = caller.PersonId, ownerId, ofClass, now = clock.GetUtcNow(), page.Limit, page.Offset,
            States = states?.Select(s => s.State.Word()).ToArray() ?? [], NoShows = states?.Select(s => s.NoShow).ToArray() ?? [],
        };
        await using var session = await db.BeginAsync(caller, ct);
        var where = Where(caller.IsSuperAdmin, ownerId, ofClass, states is not null, onlyUpcoming, mine!);
        var order = onlyUpcoming ? NextFirst : NewestFirst;
        var total = await session.ScalarAsync<long>($"select count(*) from meeting m where {where}", args, ct);
        var rows = total > page.Offset
            ? await session.QueryAsync<VisibleMeeting>(
                $"{VisibleMeeting.SelectForCaller($"select * from meeting m where {where} {order} limit @Limit offset @Offset")} {order}", args, ct)
            : [];
        return TypedResults.Ok(new Page<MeetingResponse>([.. Seen(rows, caller).Select(MeetingResponse.Of)], total, page.Limit, page.Offset));
    }

    /// <summary>The database has selected. What it should not have is left out, so that the page is then smaller than its total says.</summary>
    private IEnumerable<VisibleMeeting> Seen(IEnumerable<VisibleMeeting> rows, Caller caller)
    {
        foreach (var row in rows)
        {
            if (row.MayBeSeenBy(caller)) yield return row;
            else LogWallsDisagree(row.Id);
        }
    }

    private static Guid? Id(string? text, string field, string error, Dictionary<string, string[]> errors)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (Guid.TryParseExact(text, "D", out var id)) return id;
        errors[field] = [error];
        return null;
    }

    /// <summary>Words of any of the vocabularies, separated by commas. Null: any state.</summary>
    private static IReadOnlyList<(MeetingState State, bool NoShow)>? States(string? words, Dictionary<string, string[]> errors)
    {
        if (string.IsNullOrEmpty(words)) return null;
        var meanings = words.Split(',', StringSplitOptions.TrimEntries).Select(StateViews.Meaning).ToList();
        if (meanings.Any(meaning => meaning.Count == 0)) errors["status"] = ["Must be states, such as scheduled, ready, live, ended, finalised or cancelled."];
        return [.. meanings.SelectMany(meaning => meaning).Distinct()];
    }

    /// <summary>
    /// Only the conditions that there are, so that each set of them has a plan of its own. Row level security is not among them; the academy is, a
    /// second time, since an index serves what is asked for here.
    /// </summary>
    private static string Where(bool anyAcademy, Guid? owner, Guid? ofClass, bool someStates, bool onlyUpcoming, string mine) => string.Join(" and ", new[]
    {
        "m.deleted_at is null",
        anyAcademy ? null : "m.academy_id = @academyId",
        owner is null ? null : "m.owner_id = @ownerId",
        ofClass is null ? null : "m.class_id = @ofClass",
        someStates ? "(m.state, m.no_show) in (select * from unnest(@States, @NoShows))" : null,
        mine.Length > 0 ? mine : null,
        // What has not reached its planned end (ACCEPTANCE X14b) and was not over before that.
        onlyUpcoming ? "m.starts_at + make_interval(mins => m.duration_minutes) > @now and m.state in ('scheduled', 'ready', 'live')" : null,
    }.OfType<string>());

    private const string NewestFirst = "order by m.created_at desc, m.id desc";

    private const string NextFirst = "order by m.starts_at, m.id";

    [LoggerMessage(Level = LogLevel.Error, Message = "Row level security lists meeting {MeetingId} for someone who may not see it; it was withheld")]
    private partial void LogWallsDisagree(Guid meetingId);
}
