using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Automation;

/// <summary>How an academy has its rooms, for its staff and teachers; with an <c>ETag</c> to change it.</summary>
internal sealed class GetVideoSettings(Database db, VideoSettingsStore store, KnownAcademies academies)
{
    public static void Map(RouteGroupBuilder academies) => academies.MapGet(
        "/{academyId:guid}/video-settings", (Guid academyId, Caller caller, HttpResponse response, GetVideoSettings useCase, CancellationToken ct) =>
            useCase.HandleAsync(academyId, caller, response, ct))
        .WithName("GetVideoSettings")
        .Produces<VideoSettings>();

    private async Task<IResult> HandleAsync(Guid academyId, Caller caller, HttpResponse response, CancellationToken ct)
    {
        if (await academies.RefuseAsync(caller, AutomationAction.SeeSettings, academyId, ct) is { } refusal) return refusal;
        await using var session = await db.BeginAsync(caller, ct);
        var (settings, version) = await store.OfAsync(session, academyId, ct);
        response.Headers.ETag = Tag(version);
        return TypedResults.Ok(settings);
    }

    internal static string Tag(long version) => $"\"{version}\"";
}
