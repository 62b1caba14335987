using Meetings.Contracts.Sittings;

namespace Meetings.Attendance.Tests.Service;

/// <summary>A class held on LiveKit, from the events that its webhooks become to records over HTTP: people are known by their identities alone.</summary>
public sealed class LiveKitClassTests(AttendanceService service) : IClassFixture<AttendanceService>
{
    [Fact]
    [Trait("Acceptance", "X4")]
    [Trait("Acceptance", "X22")]
    [Trait("Acceptance", "S3-12")]
    public async Task A_class_in_a_room_is_held_and_its_attendance_is_there()
    {
        var lesson = new TestLesson(service.Clock.GetUtcNow(), students: ["ana", "ben", "carl", "dina"]);
        var room = new Room($"al-noor-quran-session-{lesson.Number}");
        await service.TellAsync([.. lesson.School, lesson.MeetingChanged() with { Provider = "livekit", ProviderMeetingId = room.Name }]);
        await service.TellAsync([
            // Ben has no slug; Ana loses her connection and comes back on another; Carl is kicked out by his second device, whose join is told first.
            room.Started(lesson.At(-1)),
            room.Joined("PA_a1", $"{lesson.Id("ana")}_ana", lesson.At(0).AddMilliseconds(456)), room.Left("PA_a1", $"{lesson.Id("ana")}_ana", lesson.At(10)),
            room.Joined("PA_b1", $"{lesson.Id("ben")}_", lesson.At(20)), room.Left("PA_b1", $"{lesson.Id("ben")}_", lesson.At(34.99)),
            room.Joined("PA_c2", $"u-{lesson.Id("carl")}", lesson.At(9)), room.Joined("PA_c1", $"u-{lesson.Id("carl")}", lesson.At(2)), room.Left("PA_c1", $"u-{lesson.Id("carl")}", lesson.At(9)),
            room.Joined("PA_a2", $"{lesson.Id("ana")}_ana", lesson.At(11)), room.Left("PA_a2", $"{lesson.Id("ana")}_ana", lesson.At(40)),
            room.Joined("PA_g1", "sip_+639170000000", lesson.At(3)), room.Left("PA_g1", "sip_+639170000000", lesson.At(8)),
            room.Joined("PA_e1", "EG_recorder", lesson.At(0)),
            room.Finished(lesson.At(lesson.Minutes)),
        ]);

        var body = await service.FinalAsync(lesson.Meeting, lesson.Teacher);

        Assert.Equal(
            ["ana present 2399", "ben partial 899", "carl present 2580", "dina absent 0"],
            body.GetProperty("records").EnumerateArray().Select(record => $"{record.GetProperty("name")} {record.GetProperty("status")} {record.GetProperty("durationSeconds")}"));
        var (_, people) = await service.GetAsync($"/api/v1/meetings/{lesson.Meeting}/participants", lesson.Teacher);
        var guest = Assert.Single(people.GetProperty("participants").EnumerateArray(), one => one.GetProperty("isGuest").GetBoolean());
        Assert.Equal(300, guest.GetProperty("durationSeconds").GetInt64());
        Assert.Equal(4, people.GetProperty("participants").GetArrayLength());
    }

    private sealed record Room(string Name)
    {
        private readonly SittingKey _sitting = new("livekit", Name, $"RM_{Guid.NewGuid():n}"[..15]);

        public SittingStarted Started(DateTimeOffset at) => new(Guid.CreateVersion7(), _sitting, at, at);

        public SittingEnded Finished(DateTimeOffset at) => new(Guid.CreateVersion7(), _sitting, at, at);

        public ParticipantJoined Joined(string sid, string identity, DateTimeOffset at) => new(Guid.CreateVersion7(), _sitting, sid, Who(identity), at, at);

        public ParticipantLeft Left(string sid, string identity, DateTimeOffset at) => new(Guid.CreateVersion7(), _sitting, sid, Who(identity), at, at);

        private static ParticipantIdentity Who(string identity) => new(Identity: identity, Name: "A name that says nothing");
    }
}
