using System.Net;
using Meetings.Contracts.Directory;
using Meetings.Meeting.Tests.Fakes;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using static Meetings.Meeting.Tests.Rooms.RoomsService;

namespace Meetings.Meeting.Tests.Rooms;

public sealed class MyMeetingsTests(RoomsService service) : IClassFixture<RoomsService>
{
    private readonly School _school = service.School;

    [Fact]
    [Trait("Acceptance", "X30")]
    [Trait("Acceptance", "S4-06")]
    public async Task What_is_mine_is_what_I_planned_hold_attend_or_what_my_children_attend()
    {
        var lesson = await service.MadeAsync(_school.Admin, ("provider", "livekit"));
        var room = await service.RoomAsync();
        var open = await service.MadeAsync(_school.OtherTeacher, ("provider", "livekit"), ("classId", null), ("audience", "all"));
        await service.PublishAsync(new PersonChanged(
            _school.Parent.PersonId, 3, _school.AcademyId, "A parent", _school.Email(_school.Parent), [Roles.Parent], [_school.Student.PersonId]));
        await Eventually.Holds(
            async () => (await service.OwnerQueryAsync<long>("select count(*) from guardianship where guardian_id = @PersonId", _school.Parent))[0] == 1, "the guardian");

        foreach (var (caller, filter, expected) in ((Caller, string, string[])[])[
            (_school.Admin, "owned", [lesson]), (_school.Admin, "teaching", []), (_school.Admin, "all", [lesson, room, open]),
            (_school.Teacher, "owned", [room]), (_school.Teacher, "teaching", [lesson, room]), (_school.Teacher, "attending", []),
            (_school.Teacher, "all", [lesson, room, open]), (_school.Teacher, "", [lesson, room, open]),
            (_school.Student, "owned", []), (_school.Student, "attending", [lesson]), (_school.Student, "children", []), (_school.Student, "all", [lesson, open]),
            (_school.OtherStudent, "attending", []),
            (_school.Parent, "children", [lesson]), (_school.Parent, "attending", []), (_school.OtherParent, "children", [])])
        {
            var page = await service.GetAsync(caller, $"?filter={filter}");
            Assert.True(
                expected.Order().SequenceEqual(page["items"]!.AsArray().Select(item => (string)item!["id"]!).Order()), $"{caller.Roles[0]}, {filter}: {page}");
            Assert.Equal(expected.Length, (int)page["total"]!);
        }

        using var client = service.As(_school.Teacher);
        await RefusedAsync(
            await client.GetAsync(new Uri("/api/v1/meetings?filter=theirs", UriKind.Relative), TestContext.Current.CancellationToken), HttpStatusCode.BadRequest, "invalid-request");
    }
}
