using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Rooms;

/// <summary>Where the caller stands: the truth that everything pushed only repeats. Who was let in meanwhile finds the token here (S4-10).</summary>
internal sealed class GetPlaceStatus(RoomVisitors visitors, RoomPass pass, ProviderPlaces providerPlaces)
{
    public static void Map(RouteGroupBuilder meetings) => meetings.MapGet(
        "/{id}/status", (string id, Caller caller, GetPlaceStatus useCase, CancellationToken ct) => useCase.HandleAsync(id, caller, ct))
        .WithName("GetPlaceStatus")
        .Produces<PlaceResponse>();

    private async Task<IResult> HandleAsync(string id, Caller caller, CancellationToken ct)
    {
        if (await visitors.FindAsync(id, caller, ct) is not { } visit) return Problems.MeetingNotFound;
        if (visit.Meeting.DoorIsAtProvider) return TypedResults.Ok(await providerPlaces.ReadAsync(visit.Meeting, caller, displayName: null, ct));
        if (visit.Place is not { } place) return RoomProblems.PlaceNotFound;
        return TypedResults.Ok(PlaceResponse.Of(visit.Meeting, place, place.IsAdmitted && !visit.Meeting.KeepsGuardiansOut ? pass.Issue(visit.Meeting, caller, place.DisplayName) : null));
    }
}
