using System.Text.Json.Nodes;
using Meetings.Contracts.Registrants.V1;
using Xunit;
using static Meetings.Registration.Tests.Registrants.RegistrantSchool;

namespace Meetings.Registration.Tests.Registrants;

/// <summary>Asking, registering, taking off, looking.</summary>
public sealed class RegistrantApiTests(RegistrationService service) : IClassFixture<RegistrationService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Acceptance", "X15")]
    public async Task A_teacher_asks_and_an_admin_decides()
    {
        var school = await StartAsync(service);
        var id = await school.PlannedAsync(school.Meeting(withoutClass: true));

        using var asking = await school.RegisterAsync(school.Teacher, id, school.One.PersonId, school.Two.PersonId, school.Three.PersonId);
        // Whom they do not teach they do not know.
        Assert.Equal([school.Three.PersonId], (await JsonAsync(asking))["unknown"]!.AsArray().Select(one => one!.GetValue<Guid>()));
        var asked = await school.UntilAsync(id, school.One, "pending", "awaiting-admin");
        Assert.Equal(school.Teacher.PersonId, asked["requestedBy"]!.GetValue<Guid>());
        Assert.Empty(service.Meetings.RegisteredIn(id));

        Assert.Equal(202, (int)(await school.RegisterAsync(school.Admin, id, school.One.PersonId)).StatusCode);
        Assert.Equal(204, (int)(await school.RemoveAsync(school.Admin, id, school.Two.PersonId)).StatusCode);

        await school.UntilAsync(id, school.One, "approved");
        await school.UntilAsync(id, school.Two, "denied");
        // Asked once more, it stays denied: the admin has decided.
        using var again = await school.RegisterAsync(school.Teacher, id, school.Two.PersonId, school.One.PersonId);
        var told = await JsonAsync(again);
        Assert.Equal([school.One.PersonId], Ids(told["accepted"]));
        Assert.Equal([school.Two.PersonId], Ids(told["denied"]));
        await school.UntilAsync(id, school.Two, "denied");
        Assert.Equal([school.One.PersonId], service.Meetings.RegisteredIn(id));
        Assert.Empty(service.Meetings.UnregisteredFrom(id));
    }

    [Fact]
    [Trait("Acceptance", "X15")]
    public async Task A_teacher_may_ask_again_for_who_could_not_be_registered()
    {
        var school = await StartAsync(service);
        var meeting = school.Meeting(withoutClass: true);
        service.Meetings.Instead[$"{meeting.MeetingId}"] = request => Task.FromResult<RegisterResponse?>(FakeMeetings.Answer(
            request, person => new Registrant { PersonId = person.PersonId, Refusal = new Refusal { Code = "provider-refused" } }));
        var id = await school.PlannedAsync(meeting);
        await school.RegisterAsync(school.Admin, id, school.One.PersonId);
        await school.UntilAsync(id, school.One, "denied", "provider-refused");

        await school.RegisterAsync(school.Teacher, id, school.One.PersonId);

        await school.UntilAsync(id, school.One, "pending", "awaiting-admin");
    }

    [Fact]
    public async Task A_room_id_is_as_good_as_an_id_and_who_is_nobody_here_is_told()
    {
        var school = await StartAsync(service);
        var meeting = school.Meeting(withoutClass: true);
        var id = await school.PlannedAsync(meeting);
        var foreigner = (await service.PersonAsync("student01@itqan.example")).PersonId;

        using var answer = await school.RegisterAsync(school.Admin, meeting.RoomId, school.One.PersonId, school.One.PersonId, foreigner);

        var told = await JsonAsync(answer);
        Assert.Equal((202, $"/api/v1/meetings/{id}/registrants"), ((int)answer.StatusCode, answer.Headers.Location?.OriginalString));
        Assert.Equal([school.One.PersonId], told["accepted"]!.AsArray().Select(one => one!.GetValue<Guid>()));
        Assert.Equal([foreigner], told["unknown"]!.AsArray().Select(one => one!.GetValue<Guid>()));
        await school.UntilAsync(id, school.One, "approved");
    }

    [Fact]
    [Trait("Acceptance", "S1-14")]
    [Trait("Acceptance", "S2-08")]
    [Trait("Hostile", "51")]
    public async Task Everybody_sees_what_is_theirs_and_their_own_way_in_alone()
    {
        var school = await StartAsync(service);
        var id = await school.PlannedAsync();
        await school.UntilAsync(id, school.One, "approved");
        await school.UntilAsync(id, school.Two, "approved");

        foreach (var caller in new[] { school.Admin, school.Teacher, await school.PersonAsync("supervisor") })
        {
            var seen = await school.SeenAsync(caller, id);
            Assert.Equal(new[] { school.One.PersonId, school.Two.PersonId }.Order(), seen.Keys.Order());
            Assert.All(seen.Values, one => Assert.Null(one["joinUrl"]));
        }

        var own = await school.SeenAsync(school.One, id);
        Assert.Equal($"https://zoom.example/w/1?tk={school.One.PersonId}", (string?)Assert.Single(own).Value["joinUrl"]);
        var child = await school.SeenAsync(school.Parent, id);
        Assert.Equal(school.One.PersonId, Assert.Single(child).Key);
        Assert.Null(Assert.Single(child).Value["joinUrl"]);

        foreach (var stranger in new[] { school.Three, await school.PersonAsync("other-teacher"), await service.PersonAsync("admin@itqan.example") })
        {
            Assert.Equal((404, "meeting-not-found"), await RefusedAsync(GetAsync(stranger, $"/meetings/{id}/registrants")));
            Assert.Equal((404, "meeting-not-found"), await RefusedAsync(school.RegisterAsync(stranger, id, school.Three.PersonId)));
            Assert.Equal((404, "meeting-not-found"), await RefusedAsync(school.RemoveAsync(stranger, id, school.One.PersonId)));
        }

        foreach (var other in new[] { school.One, school.Parent, await school.PersonAsync("supervisor") })
            Assert.Equal((403, "registration-admins-only"), await RefusedAsync(school.RegisterAsync(other, id, school.Three.PersonId)));
        Assert.Equal((403, "registration-admins-only"), await RefusedAsync(school.RemoveAsync(school.Teacher, id, school.One.PersonId)));
        Assert.Equal(2, (await school.SeenAsync(school.Admin, id)).Count);
    }

    [Fact]
    public async Task The_list_says_how_far_it_has_come_and_can_be_asked_for_one_status()
    {
        var school = await StartAsync(service);
        var meeting = school.Meeting();
        var id = await school.PlannedAsync(meeting);
        await school.UntilAsync(id, school.One, "approved");
        await school.UntilAsync(id, school.Two, "approved");
        service.Meetings.Instead[$"{id}"] = request => Task.FromResult<RegisterResponse?>(FakeMeetings.Answer(
            request, person => new Registrant { PersonId = person.PersonId, Postponement = new Postponement { Code = "registration-budget" } }));
        await school.RegisterAsync(school.Admin, id, school.Three.PersonId);
        await school.RemoveAsync(school.Admin, id, school.Two.PersonId);
        await school.UntilAsync(id, school.Two, "denied");

        var page = await JsonAsync(await GetAsync(school.Admin, $"/meetings/{id}/registrants?limit=1"));
        Assert.Equal((3, 1, 1), ((int)page["total"]!, page["items"]!.AsArray().Count, (int)page["limit"]!));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"pending":1,"approved":1,"denied":1,"cancelled":0}"""), page["summary"]));
        var denied = await JsonAsync(await GetAsync(school.Admin, $"/meetings/{id}/registrants?status=denied"));
        Assert.Equal((1, school.Two.PersonId), ((int)denied["total"]!, denied["items"]![0]!["userId"]!.GetValue<Guid>()));
        Assert.Equal((400, "invalid-request"), await RefusedAsync(GetAsync(school.Admin, $"/meetings/{id}/registrants?status=maybe")));
    }

    [Fact]
    public async Task My_registrations_are_the_next_ones_first_with_my_own_way_in()
    {
        var school = await StartAsync(service);
        var later = await school.PlannedAsync(school.Meeting(startsIn: TimeSpan.FromDays(9)));
        var sooner = await school.PlannedAsync(school.Meeting(startsIn: TimeSpan.FromDays(2)));
        var running = await school.PlannedAsync(school.Meeting(startsIn: TimeSpan.FromMinutes(-5), state: "live"));
        foreach (var id in new[] { later, sooner, running }) await school.UntilAsync(id, school.One, "approved");

        var mine = (await JsonAsync(await GetAsync(school.One, "/me/registrations?upcoming=true")))["items"]!.AsArray();
        Assert.Equal([running, sooner, later], mine.Select(one => one!["meetingId"]!.GetValue<Guid>()));
        Assert.All(mine, one => Assert.Equal(("Algebra 7B", $"https://zoom.example/w/1?tk={school.One.PersonId}"), ((string?)one!["meetingTitle"], (string?)one["joinUrl"])));

        var child = (await JsonAsync(await GetAsync(school.Parent, "/me/registrations")))["items"]!.AsArray();
        Assert.Equal([running, sooner, later], child.Select(one => one!["meetingId"]!.GetValue<Guid>()));
        Assert.All(child, one => Assert.Null(one!["joinUrl"]));
        Assert.Empty((await JsonAsync(await GetAsync(school.Teacher, "/me/registrations")))["items"]!.AsArray());
        Assert.Empty((await JsonAsync(await GetAsync(school.Three, "/me/registrations")))["items"]!.AsArray());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"userIds":[]}""")]
    [InlineData("""{"userIds":"one"}""")]
    [InlineData("""{"userIds":["one"]}""")]
    [InlineData("""{"userIds":[null]}""")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("too many")]
    public async Task What_names_nobody_or_too_many_is_a_bad_request(string body)
    {
        var school = await StartAsync(service);
        var id = await school.PlannedAsync(school.Meeting(withoutClass: true));
        if (body is "too many") body = $$"""{"userIds":[{{string.Join(',', Enumerable.Range(0, 501).Select(_ => $"\"{Guid.NewGuid()}\""))}}]}""";
        using var client = service.As(school.Admin);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        Assert.Equal((400, "invalid-request"), await RefusedAsync(client.PostAsync(new Uri($"/api/v1/meetings/{id}/registrants", UriKind.Relative), content, Ct)));
        Assert.Empty(await school.SeenAsync(school.Admin, id));
    }

    [Theory]
    [InlineData("no-such-room")]
    [InlineData("00000000-0000-0000-0000-000000000001")]
    [InlineData("%F0%9F%98%80")]
    public async Task A_meeting_that_is_not_there_is_not_found(string id)
    {
        var school = await StartAsync(service);

        Assert.Equal((404, "meeting-not-found"), await RefusedAsync(GetAsync(school.Admin, $"/meetings/{id}/registrants")));
        Assert.Equal((404, "meeting-not-found"), await RefusedAsync(school.RegisterAsync(school.Admin, id, school.One.PersonId)));
        Assert.Equal((404, "meeting-not-found"), await RefusedAsync(school.RemoveAsync(school.Admin, id, school.One.PersonId)));
    }

    [Fact]
    public async Task Who_is_not_registered_cannot_be_taken_off()
    {
        var school = await StartAsync(service);
        var id = await school.PlannedAsync(school.Meeting(withoutClass: true));

        Assert.Equal((404, "registrant-not-found"), await RefusedAsync(school.RemoveAsync(school.Admin, id, school.One.PersonId)));
    }

    [Fact]
    [Trait("Hostile", "51")]
    public async Task The_database_shows_and_lets_change_what_the_matrix_allows()
    {
        var school = await StartAsync(service);
        var id = await school.PlannedAsync();
        await school.UntilAsync(id, school.One, "approved");
        await school.UntilAsync(id, school.Two, "approved");
        foreach (var (caller, meetings, registrants, links, changes) in new[]
        {
            (school.Admin, 1, 2, 0, 2), (await school.PersonAsync("supervisor"), 1, 2, 0, 0), (school.Teacher, 1, 2, 0, 0), (school.One, 1, 1, 1, 0),
            (school.Parent, 1, 1, 0, 0), (school.Three, 0, 0, 0, 0), (await school.PersonAsync("other-teacher"), 0, 0, 0, 0), (await service.PersonAsync("admin@itqan.example"), 0, 0, 0, 0),
        })
        {
            await using var session = await service.Database.BeginAsync(caller, Ct);
            Assert.Equal(meetings, await session.ScalarAsync<int>("select count(*)::int from meeting where id = @id", new { id }, Ct));
            Assert.Equal(registrants, await session.ScalarAsync<int>("select count(*)::int from registrant where meeting_id = @id", new { id }, Ct));
            Assert.Equal(links, await session.ScalarAsync<int>("select count(*)::int from registrant_link where meeting_id = @id", new { id }, Ct));
            Assert.Equal(changes, await session.ExecuteAsync("update registrant set is_barred = true where meeting_id = @id", new { id }, Ct));
            Assert.Equal(0, await session.ExecuteAsync("delete from registrant where meeting_id = @id", new { id }, Ct));
        }

    }

    [Fact]
    [Trait("Acceptance", "X15")]
    [Trait("Hostile", "51")]
    public async Task The_database_lets_a_teacher_ask_for_a_pupil_and_decide_nothing()
    {
        var (school, elsewhere) = (await StartAsync(service), await StartAsync(service));
        var id = await school.PlannedAsync(school.Meeting(withoutClass: true));
        var foreign = await elsewhere.PlannedAsync(elsewhere.Meeting(withoutClass: true));
        var stranger = await school.PersonAsync("other-teacher");

        foreach (var (caller, meeting, person, state, barred, error) in new[]
        {
            (school.Teacher, id, school.One, "requested", false, null), (school.Teacher, id, school.One, "approved", false, "42501"),
            (school.Teacher, id, school.One, "requested", true, "42501"), (school.Teacher, id, school.Three, "requested", false, "42501"),
            (stranger, id, school.One, "requested", false, "42501"), (school.One, id, school.One, "requested", false, "42501"),
            // Somebody of one's own is not registered for a meeting of others.
            (school.Admin, foreign, school.One, "requested", false, "23503"), (school.Admin, id, school.One, "requested", false, null),
        })
        {
            await using var session = await service.Database.BeginAsync(caller, Ct);
            var insert = session.ExecuteAsync(
                """
                insert into registrant (meeting_id, person_id, academy_id, state, by_roster, is_barred, requested_by, created_at, updated_at)
                values (@meeting, @Person, @AcademyId, @state, false, @barred, @PersonId, now(), now())
                """, new { meeting, Person = person.PersonId, school.AcademyId, state, barred, caller.PersonId }, Ct);
            if (error is null) Assert.Equal(1, await insert);
            else Assert.Equal(error, (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => insert)).SqlState);
        }
    }

    private static IEnumerable<Guid> Ids(JsonNode? list) => list!.AsArray().Select(one => one!.GetValue<Guid>());

    private async Task<HttpResponseMessage> GetAsync(Meetings.ServiceDefaults.Security.Caller caller, string path)
    {
        using var client = service.As(caller);
        return await client.GetAsync(new Uri($"/api/v1{path}", UriKind.Relative), Ct);
    }
}
