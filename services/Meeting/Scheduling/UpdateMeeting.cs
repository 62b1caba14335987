using System.Text.Json;
using Meetings.Meeting.Access;
using Meetings.Meeting.Passwords;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Rooms;
using Meetings.Meeting.Series;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Scheduling;

/// <summary>
/// Changes what was planned: first at the provider, then here, so that 200 means that both have it. After any refusal nothing has changed; where a lost
/// answer leaves open what the provider has, it is brought back to what we have.
/// </summary>
internal sealed class UpdateMeeting(
    Database db, MeetingChanges changes, MeetingPlaceFinder places, HostFinder hosts, MeetingProviders providers, ProviderPlans plans, PasswordHasher passwords, RoomNotices notices,
    TimeProvider clock)
{
    public static void Map(RouteGroupBuilder meetings) => meetings.MapPatch(
        "/{id}", (string id, Caller caller, HttpContext http, JsonElement body, UpdateMeeting useCase, CancellationToken ct) =>
            useCase.HandleAsync(id, caller, Preconditions.Read(http.Request.Headers.IfMatch), body, http.Response, ct))
        .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(CreateMeeting.MaxBody))
        .WithName("UpdateMeeting")
        .Accepts<Body>("application/json")
        .Produces<MeetingResponse>();

    /// <summary>The body as it is documented. What it does not mention stays; fields that are not among these are ignored. Bounds as at creation.</summary>
    /// <param name="StartsAt">Like the duration, the time zone and the class only before it begins. Of a series: its first date, with what follows from that for the dates to come.</param>
    /// <param name="ClassId">Null: of no class any more.</param>
    /// <param name="Password">Null removes it.</param>
    /// <param name="Settings">What it does not mention stays; null leaves all to the provider.</param>
    /// <param name="HostId">Host of the day: someone who teaches in the academy or is on its staff. The owner stays.</param>
    /// <param name="CoHosts">Such people too, at most 20.</param>
    /// <param name="Recurrence">Of a recurring meeting: plans the dates to come anew. What was held, moved or called off by itself stays.</param>
    public sealed record Body(
        string? Title, string? Description, DateTimeOffset? StartsAt, int? DurationMinutes, string? TimeZone, Guid? ClassId, string? Audience,
        string? Password, bool? WaitingRoom, MeetingSettings? Settings, Guid? HostId, IReadOnlyList<Guid>? CoHosts, CreateMeeting.RecurrenceBody? Recurrence);

    private async Task<IResult> HandleAsync(
        string id, Caller caller, Preconditions? seen, JsonElement body, HttpResponse response, CancellationToken ct)
    {
        var (meeting, refusal) = await changes.FindAsync(id, caller, MeetingAction.Edit, ct);
        if (meeting is null) return refusal!;
        if (seen is null) return Preconditions.Required;
        var before = MeetingDraft.Of(meeting);
        if (before.With(body, out var password, out var errors) is not { } draft) return Problem.Invalid(errors);
        if (!seen.Hold(MeetingResponse.Tag(meeting.Version))) return Problems.Stale;

        return await Problems.AnswerAsync(() => ChangeAsync(caller, meeting, before, draft, password, response, ct));
    }

    private async Task<IResult> ChangeAsync(
        Caller caller, VisibleMeeting meeting, MeetingDraft before, MeetingDraft draft, PasswordChange password, HttpResponse response, CancellationToken ct)
    {
        var newPassword = password.Asked && (password.Secret is not null || meeting.PasswordHash is not null);
        List<string> fields = [.. draft.Differences(before), .. newPassword ? ["password"] : Array.Empty<string>()];
        if (fields.Count == 0) return MeetingAnswer.Of(meeting, response);
        if (meeting.ProviderMeetingId is not { } number) return Problems.CreationInProgress;
        if (!before.MayChange(meeting.State, fields)) return Problems.NotChangeable(meeting.State);

        var (dates, elsewhere) = await places.MoveAsync(caller, meeting, draft, ct);
        if (elsewhere is not null) return elsewhere;
        // Who holds it already is not asked about again: leaving school must not make every other change impossible.
        var newcomers = draft.CoHostIds.Prepend(draft.HostId).Where(id => id != meeting.HostId && !meeting.CoHostIds.Contains(id)).ToList();
        if (await hosts.FindAsync(meeting.AcademyId, newcomers, ct) is not { } people) return Problems.CannotHost;
        var names = Names(meeting, people);
        var hash = newPassword && password.Secret is { } secret ? await passwords.HashAsync(secret, ct) : null;

        var provider = MeetingDraft.ConcernsProvider(fields) ? providers[meeting.Provider] : null;
        var (lease, refusal) = await changes.BeginAsync(caller, meeting, ChangeLedger.Edit, unchanged: true, ct);
        if (lease is null) return refusal!;

        var link = provider is null ? null
            : await changes.CallAsync(lease, call => TellAsync(provider, number, meeting, draft, newPassword ? password.Secret ?? "" : null, call));

        var (row, late) = await changes.CompleteAsync(
            lease, caller, new AuditEntry("edited", draft.HostId != before.HostId ? draft.HostId : null, new { fields }),
            async (session, current) =>
            {
                // It may have begun while the provider was told.
                if (!before.MayChange(current.State, fields)) return Problems.NotChangeable(current.State);
                if (fields.Any(MeetingDraft.IsWhen)) await PlannedDates.WriteAsync(session, meeting.Id, draft, dates, clock.GetUtcNow());
                await session.ExecuteAsync(Write, new
                {
                    meeting.Id, draft.Title, draft.Description, draft.TimeZone, draft.ClassId, Recurrence = draft.Recurrence?.Store(),
                    Audience = draft.Audience.Word(), draft.WaitingRoom, Settings = JsonSerializer.Serialize(draft.Settings, ApiJson.Options), newPassword, hash,
                    draft.HostId, HostName = names[draft.HostId], CoHostIds = draft.CoHostIds.ToArray(),
                    CoHostNames = draft.CoHostIds.Select(co => names[co]).ToArray(), link,
                }, CancellationToken.None);
                return null;
            }, provider is null ? null : ProviderState.Current);
        if (row is null) return late!;
        // Who waited has been let in by it.
        if (before.WaitingRoom && !draft.WaitingRoom) notices.TellThoseWhoAreIn(row.Id, caller.PersonId);
        return MeetingAnswer.Of(row, response);
    }

    /// <summary>Tells the provider, and reads the join link again when a password has changed that is part of it.</summary>
    private async Task<string?> TellAsync(
        IMeetingProvider provider, string number, MeetingRow meeting, MeetingDraft draft, string? password, CancellationToken ct)
    {
        MeetingPlan plan;
        await using (var session = await db.BeginAsServiceAsync(ct)) plan = await plans.PlanAsync(session, meeting, draft, password, ct);
        await provider.UpdateAsync(number, plan, ct);
        if (password is null) return null;

        try
        {
            return await provider.FindAsync(plan.Key, ct) is { } found && found.Id == number ? found.JoinUrl.AbsoluteUri : null;
        }
        catch (ProviderException e)
        {
            // It has the new password already, and is brought back.
            throw new ProviderException(e.Failure, e.Message, e) { Code = e.Code, RetryAfter = e.RetryAfter, MayHaveHappened = true };
        }
    }

    private static Dictionary<Guid, string> Names(MeetingRow meeting, IEnumerable<PossibleHost> people)
    {
        var names = meeting.CoHostIds.Zip(meeting.CoHostNames).ToDictionary(one => one.First, one => one.Second);
        names[meeting.HostId] = meeting.HostName;
        foreach (var person in people) names[person.PersonId] = person.Name;
        return names;
    }

    private const string Write = """
        update meeting set title = @Title, description = @Description, time_zone = @TimeZone, recurrence = @Recurrence::jsonb,
            class_id = @ClassId, audience = @Audience, waiting_room = @WaitingRoom, settings = @Settings::jsonb,
            password_hash = case when @newPassword then @hash else password_hash end,
            provider_host_id = coalesce(provider_host_id, host_id), host_id = @HostId,
            -- The name that the host has come by meanwhile stays theirs.
            host_name = case when host_id = @HostId then host_name else @HostName end,
            co_host_ids = @CoHostIds, co_host_names = @CoHostNames, join_url = coalesce(@link, join_url)
        where id = @Id
        """;
}
