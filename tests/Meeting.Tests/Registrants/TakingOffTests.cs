using Meetings.Meeting.Tests.Fakes;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Registrants;

/// <summary>Off the list, at Zoom and here: nobody is left with a way in that may be void.</summary>
public sealed class TakingOffTests(MeetingService service) : IClassFixture<MeetingService>, IDisposable
{
    private readonly School _school = service.School;
    private readonly RegistrantsClient _registrants = new(service);

    public void Dispose()
    {
        service.Zoom.Fault = null;
        _registrants.Dispose();
    }

    [Fact]
    public async Task Who_is_taken_off_is_off_at_Zoom_and_has_no_way_in_of_their_own()
    {
        var meeting = await service.MeetingAsync();
        await _registrants.RegisterAsync(meeting, _school.Student, _school.OtherStudent);

        for (var i = 0; i < 2; i++) await _registrants.UnregisterAsync(meeting, _school.Student);

        Assert.Equal([_school.Email(_school.OtherStudent)], service.Zoom.RegistrantsOf(Text(meeting, "providerMeetingId")).Keys);
        Assert.Equal(Text(meeting, "joinUrl"), Text(await service.GetAsync(_school.Student, $"/{Text(meeting, "id")}"), "joinUrl"));
    }

    [Theory]
    [InlineData(500, 1, "provider-unavailable")]
    [InlineData(429, 429, "provider-unavailable")]
    [InlineData(400, 200, "provider-refused")]
    public async Task Whom_Zoom_does_not_take_off_is_told_alone_and_their_way_in_is_void_all_the_same(int status, int zoomCode, string code)
    {
        var meeting = await service.MeetingAsync();
        var registrant = (await _registrants.RegisterAsync(meeting, _school.Student, _school.OtherStudent)).Registrants[0].Place.RegistrantId;
        service.Zoom.Fault = async (call, context) =>
        {
            if (call.Method != "DELETE" || !call.Target.EndsWith(registrant, StringComparison.Ordinal)) return false;
            await FakeZoom.RefuseAsync(context, status, zoomCode, "no");
            return true;
        };

        var remaining = Assert.Single((await _registrants.UnregisterAsync(meeting, _school.Student, _school.OtherStudent)).Remaining);

        Assert.Equal((_school.Student.PersonId.ToString(), code), (remaining.PersonId, remaining.Refusal?.Code ?? remaining.Postponement.Code));
        Assert.Equal([_school.Email(_school.Student)], service.Zoom.RegistrantsOf(Text(meeting, "providerMeetingId")).Keys);
        Assert.Equal(Text(meeting, "joinUrl"), Text(await service.GetAsync(_school.Student, $"/{Text(meeting, "id")}"), "joinUrl"));
    }

    [Fact]
    public async Task Taken_off_at_Zoom_without_our_learning_of_it_they_are_registered_there_anew()
    {
        var meeting = await service.MeetingAsync();
        var before = (await _registrants.RegisterAsync(meeting, _school.Student)).Registrants[0].Place;
        // Zoom does it, and its answer is lost.
        service.Zoom.Fault = async (call, context) =>
        {
            if (call.Method != "DELETE") return false;
            service.Zoom.Unregister(Text(meeting, "providerMeetingId"), before.RegistrantId);
            context.Abort();
            return await Task.FromResult(true);
        };
        await _registrants.UnregisterAsync(meeting, _school.Student);
        service.Zoom.Fault = null;

        var after = (await _registrants.RegisterAsync(meeting, _school.Student)).Registrants[0].Place;

        Assert.NotEqual(before.RegistrantId, after.RegistrantId);
        Assert.Equal([after.RegistrantId], service.Zoom.RegistrantsOf(Text(meeting, "providerMeetingId")).Values);
        Assert.Equal(after.JoinUrl, Text(await service.GetAsync(_school.Student, $"/{Text(meeting, "id")}"), "joinUrl"));
    }
}
