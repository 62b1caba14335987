using System.Net;
using Meetings.Meeting.Access;
using Meetings.Meeting.Tests.Fakes;
using Meetings.Meeting.Tests.Scheduling;
using Meetings.ServiceDefaults.Security;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Access;

/// <summary>What the database shows to each person, asked as that person, is what the pure function says.</summary>
public sealed class VisibilityTests(MeetingService service) : IClassFixture<MeetingService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Acceptance", "S2-03")]
    [Trait("Acceptance", "S1-18")]
    public async Task Row_level_security_agrees_with_the_matrix_for_everyone_and_every_audience()
    {
        await KnowEveryoneAsync();
        foreach (var audience in Enum.GetValues<Audience>())
        {
            var ofClass = await service.MeetingAsync(("audience", audience.ToString().ToLowerInvariant()));
            foreach (var caller in service.School.Everyone.Concat(service.Other.Everyone).Append(School.Super))
            {
                var expected = MeetingAccess.Allows(caller, MeetingAction.See, new MeetingSubject(service.School.AcademyId, true, audience, RelationOf(caller)));
                using var client = service.As(caller);
                var answer = await client.GetAsync(new Uri($"/api/v1/meetings/{Text(ofClass, "id")}", UriKind.Relative), Ct);
                Assert.True(expected == (answer.StatusCode == HttpStatusCode.OK), $"{string.Join(',', caller.Roles)} and {audience}: {answer.StatusCode}");

                var listed = await service.GetAsync(caller, $"?classId={service.School.ClassId}&limit=100");
                Assert.Equal(expected, listed["items"]!.AsArray().Any(item => (string)item!["id"]! == Text(ofClass, "id")));
            }
        }
    }

    [Fact]
    [Trait("Hostile", "51")]
    public async Task A_meeting_of_another_academy_and_a_missing_one_are_the_same_404()
    {
        var meeting = await service.MeetingAsync(("audience", "all"));
        var bodies = new List<string>();
        foreach (var id in new[] { Text(meeting, "id"), Text(meeting, "roomId"), Guid.NewGuid().ToString(), "no-such-room", "%01", "..%2F..%2Fetc", new string('a', 300) })
        {
            using var client = service.As(service.Other.Admin);
            var problem = await CreateMeetingTests.RefusedAsync(await client.GetAsync(new Uri($"/api/v1/meetings/{id}", UriKind.Relative), Ct), HttpStatusCode.NotFound, "meeting-not-found");
            problem.Remove("traceId");
            bodies.Add(problem.ToJsonString());
        }

        Assert.Single(bodies.Distinct());
    }

    [Theory]
    [Trait("Hostile", "54")]
    [InlineData("%00", HttpStatusCode.BadRequest)]
    [InlineData("..%2f..%2finternal", HttpStatusCode.NotFound)]
    [InlineData("x;y=1", HttpStatusCode.NotFound)]
    [InlineData("x/", HttpStatusCode.NotFound)]
    [InlineData("x//y", HttpStatusCode.NotFound)]
    public async Task A_path_with_tricks_leads_nowhere(string path, HttpStatusCode expected)
    {
        using var client = service.As(service.School.Teacher);
        var answer = await client.GetAsync(new Uri($"/api/v1/meetings/{path}", UriKind.Relative), Ct);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task The_database_refuses_a_meeting_that_the_code_should_have_refused()
    {
        await service.MeetingAsync();
        foreach (var caller in new[] { service.School.Student, service.School.Parent, service.School.OtherTeacher, service.Other.Admin })
        {
            await using var session = await service.Database.BeginAsync(caller, Ct);
            var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => session.ExecuteAsync(
                """
                insert into meeting (id, academy_id, class_id, created_by, owner_id, host_id, host_name, room_id, provider, type, title, audience, starts_at,
                    duration_minutes, time_zone, local_date, waiting_room, created_at, updated_at)
                values (gen_random_uuid(), @AcademyId, @ClassId, @Me, @Me, @Me, 'x', 'forged', 'zoom', 'scheduled', 'x', 'class', now(), 45, 'UTC', now(), true, now(), now())
                """, new { service.School.AcademyId, service.School.ClassId, Me = caller.PersonId }, Ct));
            Assert.Equal("42501", refused.SqlState);
        }
    }

    [Theory]
    [InlineData("2026-01-01", "2026-03-31", "2026-03-31T06:00:00Z", true, "the last day counts")]
    [InlineData("2026-01-01", "2026-03-31", "2026-04-01T06:00:00Z", false, "left before the lesson")]
    [InlineData("2026-01-01", "2026-03-31", "2026-03-31T17:00:00Z", false, "in Manila it is the day after")]
    [InlineData("2026-03-01", null, "2026-02-01T06:00:00Z", true, "who is in the class today may look back")]
    [InlineData("2090-01-01", null, "2089-01-01T06:00:00Z", false, "joins after the lesson, and not yet")]
    [InlineData("2090-01-01", null, "2091-01-01T06:00:00Z", true, "joins before the lesson")]
    public async Task A_place_in_the_class_holds_between_its_dates(string from, string? to, string lesson, bool expected, string because)
    {
        var student = service.School.Person(Contracts.Directory.Roles.Student);
        var classId = service.School.Class(service.School.Teacher);
        service.Directory.Classes[classId.ToString()].Members.Add(new Contracts.Directory.V1.Member
        {
            PersonId = student.PersonId.ToString(), Role = Contracts.Directory.Roles.Student, From = from, To = to ?? "",
        });
        var meeting = await service.MeetingAsync(("classId", classId.ToString()), ("startsAt", lesson));

        using var client = service.As(student);
        var answer = await client.GetAsync(new Uri($"/api/v1/meetings/{Text(meeting, "id")}", UriKind.Relative), Ct);

        Assert.True(expected == (answer.StatusCode == HttpStatusCode.OK), because);
    }

    [Fact]
    public async Task A_caller_reads_no_address_and_no_roster_that_is_not_theirs()
    {
        await KnowEveryoneAsync();
        await using var session = await service.Database.BeginAsync(service.School.Student, Ct);

        Assert.Equal([service.School.Student.PersonId], await session.QueryAsync<Guid>("select person_id from person", null, Ct));
        Assert.All(await session.QueryAsync<Guid>("select person_id from class_member", null, Ct), person => Assert.Equal(service.School.Student.PersonId, person));
        Assert.Empty(await session.QueryAsync<Guid>("select meeting_id from meeting_creation", null, Ct));
        Assert.Equal(0, await session.ExecuteAsync("update meeting set title = 'mine'", null, Ct));
    }

    [Fact]
    [Trait("Acceptance", "S4-06")]
    public async Task My_meetings_are_mine_newest_first_in_pages()
    {
        var teacher = service.School.Person(Contracts.Directory.Roles.Teacher);
        for (var i = 1; i <= 5; i++)
        {
            var body = service.Request(("title", $"Lesson {i}"), ("classId", null), ("startsAt", i == 3 ? "2026-01-01T00:00:00Z" : "2099-01-01T00:00:00Z"));
            Assert.Equal(HttpStatusCode.Created, (await service.CreateAsync(teacher, body)).StatusCode);
        }

        await service.OwnerQueryAsync<int>("update meeting set deleted_at = now() where owner_id = @PersonId and title = 'Lesson 4'", teacher);

        Assert.Equal("Lesson 5 Lesson 3 | 4 2 0", await ListAsync(teacher, "?owner=me&limit=2"));
        Assert.Equal("Lesson 1 | 4 2 3", await ListAsync(teacher, "?owner=me&limit=2&offset=3"));
        Assert.Equal(" | 4 20 100", await ListAsync(teacher, "?owner=me&offset=100"));
        Assert.Equal("Lesson 5 Lesson 3 Lesson 2 Lesson 1 | 4 100 0", await ListAsync(teacher, "?owner=me&limit=1000&offset=-1"));
        Assert.Equal("Lesson 1 Lesson 2 Lesson 5 | 3 20 0", await ListAsync(teacher, "?owner=me&upcoming=true"));
        Assert.Equal("Lesson 5 Lesson 3 Lesson 2 Lesson 1 | 4 20 0", await ListAsync(teacher, "?owner=me&status=READY"));
        Assert.Equal(" | 0 20 0", await ListAsync(teacher, "?owner=me&status=live,ended"));
        Assert.Equal(" | 0 20 0", await ListAsync(service.School.OtherTeacher, $"?owner={teacher.PersonId}"));
    }

    [Theory]
    [Trait("Hostile", "55")]
    [Trait("Hostile", "56")]
    [InlineData("?limit=many")]
    [InlineData("?offset=9223372036854775808")]
    [InlineData("?status=asleep")]
    [InlineData("?status=live;drop")]
    [InlineData("?classId='or1=1--")]
    [InlineData("?owner=somebody")]
    [InlineData("?upcoming=maybe")]
    public async Task A_filter_that_is_none_is_a_bad_request(string query)
    {
        using var client = service.As(service.School.Teacher);
        var answer = await client.GetAsync(new Uri($"/api/v1/meetings{query}", UriKind.Relative), Ct);

        await CreateMeetingTests.RefusedAsync(answer, HttpStatusCode.BadRequest, "invalid-request");
    }

    private async Task<string> ListAsync(Caller caller, string query)
    {
        var page = await service.GetAsync(caller, query);
        return $"{string.Join(' ', page["items"]!.AsArray().Select(item => (string)item!["title"]!))} | {page["total"]} {page["limit"]} {page["offset"]}";
    }

    private Relation RelationOf(Caller caller) => new(
        Owns: caller == service.School.Teacher, Hosts: caller == service.School.Teacher, TeachesClass: caller == service.School.Teacher,
        IsEnrolled: caller == service.School.Student, HasChildEnrolled: caller == service.School.Parent,
        HasChild: caller == service.School.Parent || caller == service.School.OtherParent);

    // The parents are known by events; nothing that creates a meeting asks for them.
    private async Task KnowEveryoneAsync()
    {
        foreach (var person in service.Directory.People.Values)
        {
            await service.PublishAsync(new Contracts.Directory.PersonChanged(
                Guid.Parse(person.PersonId), person.Version, person.AcademyId.Length > 0 ? Guid.Parse(person.AcademyId) : null, person.Name, person.Email,
                [.. person.Roles], [.. person.Children.Select(Guid.Parse)]));
        }

        await Testing.Eventually.Holds(
            async () => (await service.OwnerQueryAsync<long>("select count(*) from person"))[0] >= service.Directory.People.Count, "everyone to be known");
    }
}
