using System.Text.Json;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Automation;

/// <summary>What a teacher's rooms have instead of what the academy's have. Null again is the academy's.</summary>
internal sealed class PutTeacherVideoSettings(Database db, KnownAcademies academies, HostFinder hosts, TimeProvider clock)
{
    /// <param name="MaxParticipants">1 to 1000; null: as the academy has it.</param>
    /// <param name="RecordingEnabled">Null: as the academy has it.</param>
    public sealed record Body(int? MaxParticipants, bool? RecordingEnabled);

    public static void Map(RouteGroupBuilder academies) => academies.MapPut(
        "/{academyId:guid}/video-settings/teachers/{teacherId:guid}",
        (Guid academyId, Guid teacherId, Caller caller, JsonElement body, PutTeacherVideoSettings useCase, CancellationToken ct) =>
            useCase.HandleAsync(academyId, teacherId, caller, body, ct))
        .WithName("PutTeacherVideoSettings")
        .Accepts<Body>("application/json")
        .Produces<Body>();

    private async Task<IResult> HandleAsync(Guid academyId, Guid teacherId, Caller caller, JsonElement body, CancellationToken ct)
    {
        if (await academies.RefuseAsync(caller, AutomationAction.ChangeSettings, academyId, ct) is { } refusal) return refusal;
        if (body.ValueKind is not JsonValueKind.Object) return Problem.Invalid("", "The body must be a JSON object.");
        var fields = new FieldReader(body);
        var wishes = new Body(fields.Whole("maxParticipants", 1, VideoSettings.MaxPeople), fields.Flag("recordingEnabled"));
        if (fields.Errors.Count > 0) return Problem.Invalid(fields.Errors);

        return await Scheduling.Problems.AnswerAsync(async () =>
        {
            if (await hosts.FindAsync(academyId, [teacherId], ct) is null) return AutomationProblems.TeacherNotFound;
            await using var session = await db.BeginAsync(caller, ct);
            await session.ExecuteAsync(
                Save, new { academyId, teacherId, wishes.MaxParticipants, wishes.RecordingEnabled, caller.PersonId, Now = clock.GetUtcNow() }, ct);
            await session.CommitAsync(ct);
            return TypedResults.Ok(wishes);
        });
    }

    private const string Save = """
        insert into teacher_video_settings (academy_id, teacher_id, max_participants, recording_enabled, updated_by, updated_at)
        values (@academyId, @teacherId, @MaxParticipants, @RecordingEnabled, @PersonId, @Now)
        on conflict (teacher_id) do update
        set academy_id = excluded.academy_id, max_participants = excluded.max_participants, recording_enabled = excluded.recording_enabled,
            updated_by = excluded.updated_by, updated_at = excluded.updated_at
        """;
}
