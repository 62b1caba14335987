using System.Text.Json;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Automation;

/// <summary>Replaces how an academy has its rooms: what the body does not mention is the default again. For its staff, with the <c>ETag</c> that they saw.</summary>
internal sealed partial class PutVideoSettings(
    Database db, VideoSettingsStore store, KnownAcademies academies, TimeProvider clock, ILogger<PutVideoSettings> logger)
{
    public static void Map(RouteGroupBuilder academies) => academies.MapPut(
        "/{academyId:guid}/video-settings", (Guid academyId, Caller caller, HttpContext http, JsonElement body, PutVideoSettings useCase, CancellationToken ct) =>
            useCase.HandleAsync(academyId, caller, Preconditions.Read(http.Request.Headers.IfMatch), body, http.Response, ct))
        .WithName("PutVideoSettings")
        .Accepts<VideoSettings>("application/json")
        .Produces<VideoSettings>();

    private async Task<IResult> HandleAsync(
        Guid academyId, Caller caller, Preconditions? seen, JsonElement body, HttpResponse response, CancellationToken ct)
    {
        if (await academies.RefuseAsync(caller, AutomationAction.ChangeSettings, academyId, ct) is { } refusal) return refusal;
        if (seen is null) return Preconditions.Required;
        if (VideoSettings.Read(body, store.Default, out var errors) is not { } settings) return Problem.Invalid(errors);

        await using var session = await db.BeginAsync(caller, ct);
        var (_, version) = await store.OfAsync(session, academyId, ct);
        if (!seen.Hold(GetVideoSettings.Tag(version))) return AutomationProblems.Stale;

        // Of two who saw the same version one writes: the other finds another version there.
        var saved = await session.ExecuteAsync(
            Save, new { academyId, Settings = JsonSerializer.Serialize(settings, ApiJson.Options), caller.PersonId, Now = clock.GetUtcNow(), version }, ct);
        if (saved == 0) return AutomationProblems.Stale;
        await session.CommitAsync(ct);
        LogSaved(academyId, version + 1);
        response.Headers.ETag = GetVideoSettings.Tag(version + 1);
        return TypedResults.Ok(settings);
    }

    private const string Save = """
        insert into video_settings (academy_id, version, settings, updated_by, updated_at) values (@academyId, @version + 1, @Settings::jsonb, @PersonId, @Now)
        on conflict (academy_id) do update
        set version = excluded.version, settings = excluded.settings, updated_by = excluded.updated_by, updated_at = excluded.updated_at
        where video_settings.version = @version
        """;

    [LoggerMessage(Level = LogLevel.Information, Message = "Academy {AcademyId} has video settings {Version}")]
    private partial void LogSaved(Guid academyId, long version);
}
