using System.Net;
using Meetings.Contracts.Directory;
using Meetings.Contracts.Sittings;
using Meetings.Meeting.Tests.Fakes;
using Meetings.Testing;
using static Meetings.Meeting.Tests.MeetingService;
using static Meetings.Meeting.Tests.Rooms.RoomsService;

namespace Meetings.Meeting.Tests.Rooms;

/// <summary>Zoom has a door of its own: ours tells the way there, and what Zoom told.</summary>
public sealed class ZoomPlacesTests(RoomsService service) : IClassFixture<RoomsService>
{
    private readonly School _school = service.School;

    [Fact]
    public async Task A_place_on_Zoom_has_the_way_there_and_follows_what_Zoom_tells()
    {
        var meeting = await service.MeetingAsync();
        var id = Text(meeting, "id");
        await KnowAsync(_school.Student);
        var place = await service.JoinAsync(_school.Student, id, name: "Ana");
        Assert.Equal(("waiting_for_host", "Ana", Text(meeting, "joinUrl")), (Text(place, "status"), Text(place, "displayName"), Text(place, "joinUrl")));
        Assert.Null(place["token"]);
        Assert.True((bool)(await service.JoinAsync(_school.Teacher, id))["isHost"]!);
        Assert.DoesNotContain("zak", (await service.JoinAsync(_school.Teacher, id)).ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("ready", Text(await service.GetAsync(_school.Teacher, $"/{id}"), "state"));

        var who = new ParticipantIdentity(Email: _school.Email(_school.Student).ToUpperInvariant());
        var at = TimeProvider.System.GetUtcNow();
        await service.PublishAsync(new SittingStarted(Guid.NewGuid(), Sitting(meeting, "z"), at, at));
        await BecomesAsync(id, "admitted");
        await service.PublishAsync(new WaitingRoomMoved(Guid.NewGuid(), Sitting(meeting, "z"), "c", who, WaitingRoomMove.Entered, at.AddSeconds(1), at));
        await BecomesAsync(id, "waiting");
        await service.PublishAsync(new ParticipantJoined(Guid.NewGuid(), Sitting(meeting, "z"), "c", who, at.AddSeconds(2), at));
        await BecomesAsync(id, "admitted");
        await service.PublishAsync(new ParticipantLeft(Guid.NewGuid(), Sitting(meeting, "z"), "c", who, at.AddSeconds(3), at));
        await BecomesAsync(id, "left");
        Assert.Equal("left", Text(await service.LeaveAsync(_school.Student, id), "status"));
    }

    [Fact]
    public async Task Who_goes_from_the_waiting_room_without_being_let_in_is_gone_also_when_expected()
    {
        var meeting = await service.MeetingAsync();
        var id = Text(meeting, "id");
        await KnowAsync(_school.Student);
        var who = new ParticipantIdentity(Email: _school.Email(_school.Student));
        var at = TimeProvider.System.GetUtcNow();
        await service.PublishAsync(new SittingStarted(Guid.NewGuid(), Sitting(meeting, "z"), at, at));
        await service.PublishAsync(new WaitingRoomMoved(Guid.NewGuid(), Sitting(meeting, "z"), "c", who, WaitingRoomMove.Entered, at.AddSeconds(1), at));
        await BecomesAsync(id, "waiting");

        await service.PublishAsync(new WaitingRoomMoved(Guid.NewGuid(), Sitting(meeting, "z"), "c", who, WaitingRoomMove.Left, at.AddSeconds(2), at));
        await BecomesAsync(id, "left");

        await service.PublishAsync(new WaitingRoomMoved(Guid.NewGuid(), Sitting(meeting, "z"), "d", who, WaitingRoomMove.Entered, at.AddSeconds(3), at));
        await BecomesAsync(id, "waiting");
    }

    [Fact]
    [Trait("Hostile", "51")]
    public async Task On_Zoom_nobody_is_let_in_by_us_and_strangers_do_not_learn_the_way()
    {
        var id = Text(await service.MeetingAsync(), "id");
        await RefusedAsync(await service.AdmitAsync(_school.Teacher, id, _school.Student), HttpStatusCode.UnprocessableEntity, "waiting-room-at-provider");
        await RefusedAsync(await service.PostAsync(_school.Teacher, id, "admit-all"), HttpStatusCode.UnprocessableEntity, "waiting-room-at-provider");
        await RefusedAsync(await service.FetchAsync(_school.Teacher, id, "waiting"), HttpStatusCode.UnprocessableEntity, "waiting-room-at-provider");
        await RefusedAsync(await service.TryJoinAsync(_school.OtherStudent, id), HttpStatusCode.NotFound, "meeting-not-found");
        await RefusedAsync(await service.FetchAsync(_school.OtherStudent, id, "status"), HttpStatusCode.NotFound, "meeting-not-found");
    }

    private Task<string> BecomesAsync(string id, string status) =>
        Eventually.Get(() => service.StandsAsync(_school.Student, id), stands => stands == status, $"the place to be {status}");

    private async Task KnowAsync(Meetings.ServiceDefaults.Security.Caller caller)
    {
        await service.PublishAsync(new PersonChanged(caller.PersonId, 5, _school.AcademyId, "Ana", _school.Email(caller), caller.Roles, []));
        await Eventually.Holds(
            async () => (await service.OwnerQueryAsync<long>("select version from person where person_id = @PersonId", caller)) is [5], "the person");
    }
}
