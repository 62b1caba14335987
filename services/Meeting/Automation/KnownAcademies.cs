using Meetings.Meeting.Directory;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Automation;

/// <summary>Whether there is an academy, and whether somebody may do something with its rooms.</summary>
internal sealed class KnownAcademies(Database db, SchoolDirectoryReader directory)
{
    /// <returns>Null when they may.</returns>
    public async Task<IResult?> RefuseAsync(Caller caller, AutomationAction action, Guid academyId, CancellationToken ct)
    {
        if (AutomationAccess.IsForeign(caller, academyId)) return AutomationProblems.AcademyNotFound;
        if (!AutomationAccess.Allows(caller, action, academyId)) return AutomationProblems.NotAllowed;
        try
        {
            return await IsKnownAsync(academyId, ct) || (await directory.FetchAcademyAsync(academyId, ct) && await IsKnownAsync(academyId, ct)) ? null : AutomationProblems.AcademyNotFound;
        }
        catch (DirectoryUnavailableException)
        {
            return Scheduling.Problems.DirectoryUnavailable;
        }
    }

    /// <summary>Answers with what is worked out for the academy that is asked about; without one for the caller's own, and for all of them to operators.</summary>
    public async Task<IResult> AnswerAsync<T>(Caller caller, Guid? academyId, Func<Guid?, Task<T>> work, CancellationToken ct)
    {
        if ((academyId ?? caller.AcademyId) is not { } academy) return caller.IsSuperAdmin ? TypedResults.Ok(await work(null)) : AutomationProblems.NotAllowed;
        if (academyId is null && caller.IsSuperAdmin) return TypedResults.Ok(await work(null));
        return await RefuseAsync(caller, AutomationAction.Run, academy, ct) ?? TypedResults.Ok(await work(academy));
    }

    private async Task<bool> IsKnownAsync(Guid academyId, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        return await session.ScalarAsync<bool>("select exists (select from academy where academy_id = @academyId)", new { academyId }, ct);
    }
}
