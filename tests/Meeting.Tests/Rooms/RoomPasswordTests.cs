using System.Net;
using System.Text.Json.Nodes;
using Meetings.Contracts.Directory;
using Meetings.Meeting.Tests.Fakes;
using static Meetings.Meeting.Tests.MeetingService;
using static Meetings.Meeting.Tests.Rooms.RoomsService;

namespace Meetings.Meeting.Tests.Rooms;

public sealed class RoomPasswordTests(RoomsService service) : IClassFixture<RoomsService>
{
    private const string Right = "kanan-7";

    private readonly School _school = service.School;

    [Fact]
    [Trait("Acceptance", "S4-14")]
    public async Task The_password_is_really_asked_for_and_not_again_of_who_gave_it_nor_of_hosts()
    {
        var id = await service.RoomAsync(("password", Right));
        await service.JoinAsync(_school.Teacher, id);
        await service.JoinAsync(_school.Admin, id);

        await RefusedAsync(await service.TryJoinAsync(_school.Student, id), HttpStatusCode.Forbidden, "password-required");
        await RefusedAsync(await service.TryJoinAsync(_school.Student, id, "Kanan-7"), HttpStatusCode.Forbidden, "wrong-password");
        await RefusedAsync(await service.FetchAsync(_school.Student, id, "status"), HttpStatusCode.NotFound, "place-not-found");
        Assert.Equal("waiting", Text(await service.JoinAsync(_school.Student, id, Right), "status"));

        await OkAsync(await service.AdmitAsync(_school.Teacher, id, _school.Student));
        await service.LeaveAsync(_school.Student, id);
        Assert.Equal("admitted", await service.JoinedAsync(_school.Student, id));
        Assert.True((bool)(await service.GetAsync(_school.Teacher, $"/{id}"))["hasPassword"]!);
    }

    [Fact]
    [Trait("Acceptance", "S4-14")]
    public async Task The_roster_is_asked_too_and_in_the_next_sitting_again()
    {
        var id = await service.LessonAsync(0, ("password", Right), ("settings", new JsonObject { ["onHostLeave"] = "end" }));
        await service.JoinAsync(_school.Teacher, id);
        await RefusedAsync(await service.TryJoinAsync(_school.Student, id), HttpStatusCode.Forbidden, "password-required");
        await service.JoinAsync(_school.Student, id, Right);
        await service.LeaveAsync(_school.Teacher, id);
        await service.JoinAsync(_school.Teacher, id);
        await RefusedAsync(await service.TryJoinAsync(_school.Student, id), HttpStatusCode.Forbidden, "password-required");
    }

    [Fact]
    [Trait("Hostile", "63")]
    public async Task Attempts_are_limited_per_person_and_meeting_also_when_they_are_all_made_at_once()
    {
        var id = await service.RoomAsync(("password", Right));
        var other = await service.RoomAsync(("password", Right));
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(n => service.TryJoinAsync(_school.Student, id, $"guess-{n}")));
        Assert.Equal(5, answers.Count(answer => answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.ServiceUnavailable));
        Assert.Equal(7, answers.Count(answer => answer.StatusCode is HttpStatusCode.TooManyRequests));

        // Those that nobody looked at were none.
        while ((await service.TryJoinAsync(_school.Student, id, "guess")).StatusCode is HttpStatusCode.Forbidden) { }

        var blocked = await service.TryJoinAsync(_school.Student, id, Right);
        await RefusedAsync(blocked, HttpStatusCode.TooManyRequests, "too-many-attempts");
        Assert.InRange(blocked.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(13), TimeSpan.FromMinutes(15));

        Assert.Equal("waiting_for_host", Text(await service.JoinAsync(_school.OtherStudent, id, Right), "status"));
        Assert.Equal("waiting_for_host", Text(await service.JoinAsync(_school.Student, other, Right), "status"));

        await service.OwnerQueryAsync<int>("update password_attempt set since = since - interval '15 minutes' where meeting_id = @id", new { id = Guid.Parse(id) });
        Assert.Equal("waiting_for_host", Text(await service.JoinAsync(_school.Student, id, Right), "status"));
    }

    [Fact]
    public async Task The_right_one_forgets_the_wrong_ones()
    {
        var id = await service.RoomAsync(("password", Right));
        foreach (var person in Enumerable.Range(0, 2).Select(_ => _school.Person(Roles.Student)))
        {
            for (var n = 0; n < 4; n++) await RefusedAsync(await service.TryJoinAsync(person, id, "wrong"), HttpStatusCode.Forbidden, "wrong-password");
            await service.JoinAsync(person, id, Right);
        }

        Assert.Empty(await service.OwnerQueryAsync<int>("select attempts from password_attempt where meeting_id = @id", new { id = Guid.Parse(id) }));
    }

    [Fact]
    [Trait("Hostile", "63")]
    public async Task A_megabyte_a_hundred_times_is_refused_by_its_length_and_costs_no_attempt()
    {
        var id = await service.RoomAsync(("password", Right));
        var huge = new string('x', 1024 * 1024);
        await Parallel.ForEachAsync(Enumerable.Range(0, 100), new ParallelOptions { MaxDegreeOfParallelism = 25 }, async (_, _) =>
            await RefusedAsync(await service.TryJoinAsync(_school.Student, id, huge), HttpStatusCode.BadRequest, "invalid-request"));
        Assert.Empty(await service.OwnerQueryAsync<int>("select attempts from password_attempt where meeting_id = @id", new { id = Guid.Parse(id) }));
        Assert.Equal("waiting_for_host", Text(await service.JoinAsync(_school.Student, id, Right), "status"));
    }

    [Fact]
    [Trait("Hostile", "63")]
    public async Task Who_asks_while_too_many_passwords_are_hashed_is_told_to_come_again_and_loses_no_attempt()
    {
        var id = await service.RoomAsync(("password", Right));
        var people = Enumerable.Range(0, 120).Select(_ => _school.Person(Roles.Student)).ToList();
        var answers = await Task.WhenAll(people.Select(person => service.TryJoinAsync(person, id, "wrong")));
        Assert.All(answers, answer => Assert.Contains(answer.StatusCode, (HttpStatusCode[])[HttpStatusCode.Forbidden, HttpStatusCode.ServiceUnavailable]));
        Assert.All(
            answers.Where(answer => answer.StatusCode is HttpStatusCode.ServiceUnavailable), answer => Assert.NotNull(answer.Headers.RetryAfter));
        Assert.Equal(
            answers.Count(answer => answer.StatusCode is HttpStatusCode.Forbidden),
            (await service.OwnerQueryAsync<int>("select attempts from password_attempt where meeting_id = @id", new { id = Guid.Parse(id) })).Sum());
    }
}
